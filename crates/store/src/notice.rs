//! Notices to the team: what was posted, every wording of it, who has confirmed which.

use crate::{Effect, Result, Row, StoreError, Tx, args, sql};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::notice::{Audience, Kind};
use yingke_kernel::{NoticeId, PersonId, ShopId, Stamp};

/// A notice with the wording that is in force (R-TEAM-03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its id.
    pub id: NoticeId,
    /// The shop.
    pub shop: ShopId,
    /// Who posted it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
    /// What it is about.
    pub kind: Kind,
    /// Whom it is for.
    pub audience: Audience,
    /// Which wording is in force, from 1.
    pub revision: i64,
    /// It ends by itself then; `None` = it does not.
    pub until: Option<Stamp>,
    /// When it was withdrawn.
    pub ended_at: Option<Stamp>,
    /// By whom.
    pub ended_by: Option<PersonId>,
    /// The wording of which the rest was reminded; 0 = none.
    pub reminded: i64,
    /// The wording in force.
    pub wording: Wording,
    /// Who has confirmed this wording and when, first one first.
    pub seen: Vec<(PersonId, Stamp)>,
}

impl NoticeRow {
    /// When this person confirmed the wording in force.
    pub fn confirmed(&self, person: PersonId) -> Option<Stamp> {
        self.seen
            .iter()
            .find(|(who, _)| *who == person)
            .map(|(_, at)| *at)
    }
}

/// One wording of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Its number, from 1.
    pub revision: i64,
    /// The title.
    pub title: String,
    /// The words; may be empty.
    pub text: String,
    /// It is to be confirmed before the first conversation of a shift (R-DUTY-05).
    pub urgent: bool,
    /// Who wrote it.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
}

fn notice(row: &Row<'_>) -> Result<NoticeRow> {
    let kind = row.text(4)?;
    let kind = Kind::parse(kind)
        .ok_or_else(|| StoreError::Inconsistent(format!("a notice of unknown kind {kind:?}")))?;
    let audience = match row.text(5)? {
        "shop" => Audience::Shop,
        "line" => Audience::Line(row.opt_string(6)?.unwrap_or_default()),
        "people" => Audience::People(Vec::new()),
        other => {
            return Err(StoreError::Inconsistent(format!(
                "a notice to an unknown audience {other:?}"
            )));
        }
    };
    let revision = row.int(7)?;
    Ok(NoticeRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        person: row.id(2)?,
        at: row.stamp(3)?,
        kind,
        audience,
        revision,
        until: row.opt_stamp(8)?,
        ended_at: row.opt_stamp(9)?,
        ended_by: row.opt_id(10)?,
        reminded: row.int(11)?,
        wording: Wording {
            revision,
            title: row.string(12)?,
            text: row.string(13)?,
            urgent: row.bool(14)?,
            person: row.id(15)?,
            at: row.stamp(16)?,
        },
        seen: Vec::new(),
    })
}

/// Adds to each whom it names and who has confirmed it.
fn with_people(tx: &mut Tx<'_>, mut rows: Vec<NoticeRow>) -> Result<Vec<NoticeRow>> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let ids: Vec<[u8; 16]> = rows.iter().map(|n| n.id.bytes()).collect();
    let named: Vec<(NoticeId, PersonId)> = tx.all(sql!("notice/people"), args![&ids], |row| {
        Ok((row.id(0)?, row.id(1)?))
    })?;
    let seen: Vec<(NoticeId, PersonId, Stamp)> = tx.all(sql!("notice/seen"), args![&ids], |row| {
        Ok((row.id(0)?, row.id(1)?, row.stamp(2)?))
    })?;
    for row in &mut rows {
        if let Audience::People(people) = &mut row.audience {
            people.extend(named.iter().filter(|(id, _)| *id == row.id).map(|(_, p)| *p));
        }
        let own = seen.iter().filter(|(id, _, _)| *id == row.id);
        row.seen = own.map(|(_, person, at)| (*person, *at)).collect();
    }
    Ok(rows)
}

/// Writes a new notice with its first wording; who has seen it is not looked at.
pub fn put(tx: &mut Tx<'_>, n: &NoticeRow) -> Result<()> {
    let line = match &n.audience {
        Audience::Line(line) => Some(line.as_str()),
        _ => None,
    };
    tx.exec(
        sql!("notice/put"),
        args![
            n.id,
            n.shop,
            n.person,
            n.at,
            n.kind.as_str(),
            n.audience.as_str(),
            line,
            n.revision,
            n.until,
            n.ended_at,
            n.ended_by,
            n.reminded
        ],
    )?;
    if let Audience::People(people) = &n.audience {
        for person in people {
            tx.exec(sql!("notice/put_to"), args![n.id, *person])?;
        }
    }
    put_text(tx, n.id, &n.wording)
}

fn put_text(tx: &mut Tx<'_>, id: NoticeId, w: &Wording) -> Result<()> {
    tx.exec(
        sql!("notice/put_text"),
        args![id, w.revision, &w.title, &w.text, w.urgent, w.person, w.at],
    )?;
    Ok(())
}

/// Puts a wording in the place of the one in force; nobody has confirmed it yet.
pub fn correct(tx: &mut Tx<'_>, id: NoticeId, wording: &Wording, until: Option<Stamp>) -> Result<()> {
    put_text(tx, id, wording)?;
    tx.exec(sql!("notice/correct"), args![id, wording.revision, until])?;
    Ok(())
}

/// Withdraws a notice.
pub fn end(tx: &mut Tx<'_>, id: NoticeId, at: Stamp, by: PersonId) -> Result<()> {
    tx.exec(sql!("notice/end"), args![id, at, by])?;
    Ok(())
}

/// The rest was reminded of this wording.
pub fn remind(tx: &mut Tx<'_>, id: NoticeId, revision: i64) -> Result<()> {
    tx.exec(sql!("notice/remind"), args![id, revision])?;
    Ok(())
}

/// A person confirms a wording; the first time counts. True if it was the first.
pub fn confirm(tx: &mut Tx<'_>, id: NoticeId, person: PersonId, revision: i64, at: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("notice/confirm"), args![id, person, revision, at])? > 0)
}

/// One notice.
pub fn get(tx: &mut Tx<'_>, id: NoticeId) -> Result<Option<NoticeRow>> {
    let row = tx.opt(sql!("notice/get"), args![id], notice)?;
    Ok(with_people(tx, row.into_iter().collect())?.pop())
}

/// Notices of all shops that are in force at a time, oldest first.
pub fn in_force(tx: &mut Tx<'_>, now: Stamp) -> Result<Vec<NoticeRow>> {
    let rows = tx.all(sql!("notice/in_force"), args![now], notice)?;
    with_people(tx, rows)
}

/// Notices of these shops, latest first; `before`: those before this one.
pub fn list(
    tx: &mut Tx<'_>,
    shops: &[[u8; 16]],
    before: Option<(Stamp, NoticeId)>,
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    let (at, id) = before.unwrap_or((Stamp::from_micros(i64::MAX), NoticeId(Uuid::nil())));
    let rows = tx.all(sql!("notice/list"), args![shops, at, id, limit], notice)?;
    with_people(tx, rows)
}

/// All wordings of a notice, first one first.
pub fn wordings(tx: &mut Tx<'_>, id: NoticeId) -> Result<Vec<Wording>> {
    tx.all(sql!("notice/texts"), args![id], |row| {
        Ok(Wording {
            revision: row.int(0)?,
            title: row.string(1)?,
            text: row.string(2)?,
            urgent: row.bool(3)?,
            person: row.id(4)?,
            at: row.stamp(5)?,
        })
    })
}

/// Who confirmed which wording and when, in order of time.
pub fn confirmations(tx: &mut Tx<'_>, id: NoticeId) -> Result<Vec<(PersonId, i64, Stamp)>> {
    tx.all(sql!("notice/confirmations"), args![id], |row| {
        Ok((row.id(0)?, row.int(1)?, row.stamp(2)?))
    })
}

/// Tells of a notice once the transaction is committed. `only`: the one whom it concerns besides whoever posts; `None` = all.
pub fn tell(tx: &mut Tx<'_>, row: NoticeRow, only: Option<PersonId>, reminder: bool) {
    tx.emit(Effect::Notice {
        notice: Arc::new(row),
        only,
        reminder,
    });
}
