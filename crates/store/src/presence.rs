//! States of people and their leases.

use crate::{Result, Row, Tx, args, sql};
use uuid::Uuid;
use yingke_kernel::{PersonId, ShopId, Stamp};

/// A person's state as stored; whether it still holds is for the rules (lease).
#[derive(Debug, Clone)]
pub struct PresenceRow {
    /// The person.
    pub person: PersonId,
    /// `online`, `suspended`, `away`, `offline`.
    pub state: String,
    /// Since when.
    pub since: Stamp,
    /// Until when it holds without being renewed.
    pub lease_until: Stamp,
    /// Last act of the person at the desk.
    pub acted_at: Stamp,
}

/// Everybody's state.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<PresenceRow>> {
    tx.all(sql!("presence/all"), args![], |row: &Row<'_>| {
        Ok(PresenceRow {
            person: row.id(0)?,
            state: row.string(1)?,
            since: row.stamp(2)?,
            lease_until: row.stamp(3)?,
            acted_at: row.stamp(4)?,
        })
    })
}

/// Sets a state, and records the change with its cause (`desk`, `lease`, `idle`, `signed_out`, `deactivated`).
pub fn put(tx: &mut Tx<'_>, p: &PresenceRow, change: Option<(Uuid, &str)>) -> Result<()> {
    tx.exec(
        sql!("presence/put"),
        args![p.person, &p.state, p.since, p.lease_until, p.acted_at],
    )?;
    if let Some((id, cause)) = change {
        tx.exec(
            sql!("presence/insert_change"),
            args![id, p.person, p.since, &p.state, cause],
        )?;
    }
    Ok(())
}

/// Moves a lease on, and notes the last act: a crash forgets no more of it than of the lease.
pub fn renew(tx: &mut Tx<'_>, person: PersonId, lease_until: Stamp, acted_at: Stamp) -> Result<()> {
    tx.exec(sql!("presence/renew"), args![person, lease_until, acted_at])?;
    Ok(())
}

/// Records a change of state that the row itself does not show (a lease ran out).
pub fn note(tx: &mut Tx<'_>, id: Uuid, person: PersonId, at: Stamp, state: &str, cause: &str) -> Result<()> {
    tx.exec(
        sql!("presence/insert_change"),
        args![id, person, at, state, cause],
    )?;
    Ok(())
}

/// What one shift leaves to the next (R-DESK-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverRow {
    /// Its id.
    pub id: Uuid,
    /// The shop.
    pub shop: ShopId,
    /// The line that goes on; `None` = whoever comes.
    pub line: Option<String>,
    /// Who left it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// The open matters, in words.
    pub note: String,
    /// The conversations given to the line, as a JSON list of ids.
    pub threads: String,
    /// The colleague that it is for; `None` = everybody of the line.
    pub to_person: Option<PersonId>,
}

fn handover_row(row: &Row<'_>) -> Result<HandoverRow> {
    Ok(HandoverRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        line: row.opt_string(2)?,
        person: row.id(3)?,
        at: row.stamp(4)?,
        note: row.string(5)?,
        threads: row.string(6)?,
        to_person: row.opt_id(7)?,
    })
}

/// A shift leaves its open matters.
pub fn leave_handover(tx: &mut Tx<'_>, h: &HandoverRow) -> Result<()> {
    let values = args![
        h.id,
        h.shop,
        &h.line,
        h.person,
        h.at,
        &h.note,
        &h.threads,
        h.to_person
    ];
    tx.exec(sql!("presence/insert_handover"), values)?;
    Ok(())
}

/// One of them.
pub fn handover(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<HandoverRow>> {
    tx.opt(sql!("presence/handover"), args![id], handover_row)
}

/// What others left in these shops since `since` and this person has not confirmed, oldest first.
pub fn handovers(
    tx: &mut Tx<'_>,
    shops: &[[u8; 16]],
    person: PersonId,
    since: Stamp,
) -> Result<Vec<HandoverRow>> {
    tx.all(
        sql!("presence/handovers"),
        args![shops, person, since],
        handover_row,
    )
}

/// The person has read it.
pub fn see_handover(tx: &mut Tx<'_>, id: Uuid, person: PersonId, now: Stamp) -> Result<()> {
    tx.exec(sql!("presence/see_handover"), args![id, person, now])?;
    Ok(())
}
