//! Versions of the policy.

use crate::{Result, Row, Tx, args, sql};
use yingke_kernel::{PersonId, PolicyId, Stamp};

/// A version as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// The version.
    pub id: PolicyId,
    /// First day on which it is in force, `YYYY-MM-DD`.
    pub effective: String,
    /// What differs from the built-in policy: a JSON object, key to value. The database never looks into it.
    pub changes: String,
    /// Why, in the words of who set it.
    pub note: String,
    /// Who set it.
    pub person: Option<PersonId>,
    /// When it was set.
    pub created: Stamp,
    /// Who withdrew it, and when.
    pub withdrawn: Option<(Option<PersonId>, Stamp)>,
}

fn version(row: &Row<'_>) -> Result<PolicyRow> {
    let withdrawn_at = row.opt_stamp(7)?;
    Ok(PolicyRow {
        id: row.id(0)?,
        effective: row.string(1)?,
        changes: row.string(2)?,
        note: row.string(3)?,
        person: row.opt_id(4)?,
        created: row.stamp(5)?,
        withdrawn: match withdrawn_at {
            Some(at) => Some((row.opt_id(6)?, at)),
            None => None,
        },
    })
}

/// All versions by their days, withdrawn ones too.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<PolicyRow>> {
    tx.all(sql!("policy/all"), args![], version)
}

/// A new version; its day must be free of versions that were not withdrawn (`policy_effective`).
pub fn insert(tx: &mut Tx<'_>, row: &PolicyRow) -> Result<()> {
    let (effective, changes, note) = (&row.effective, &row.changes, &row.note);
    tx.exec(
        sql!("policy/insert"),
        args![row.id, effective, changes, note, row.person, row.created],
    )?;
    Ok(())
}

/// Withdraws a version. False if there is none, or it was withdrawn before.
pub fn withdraw(tx: &mut Tx<'_>, id: PolicyId, by: PersonId, now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("policy/withdraw"), args![id, by, now])? == 1)
}

/// Whether anything was said or done at or after an instant: facts that a policy of that day would judge. Reads everything
/// when there is nothing, so it belongs in a reader.
pub fn any_since(tx: &mut Tx<'_>, at: Stamp) -> Result<bool> {
    Ok(tx.opt(sql!("policy/any_since"), args![at], |_| Ok(()))?.is_some())
}
