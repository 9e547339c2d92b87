//! Warnings of the guard that a person sent a message in spite of (R-SPEECH).

use crate::{Result, Row, Tx, args, sql};
use yingke_kernel::{PersonId, Stamp, ThreadId};

/// One warning that was overruled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverruleRow {
    /// The thread.
    pub thread: ThreadId,
    /// Sequence of the message.
    pub seq: i64,
    /// The rule, `R-SPEECH-08`.
    pub rule: String,
    /// First character of the words in the message.
    pub from: i64,
    /// First character after them.
    pub to: i64,
    /// Who sent it all the same.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
}

fn overrule(row: &Row<'_>) -> Result<OverruleRow> {
    Ok(OverruleRow {
        thread: row.id(0)?,
        seq: row.int(1)?,
        rule: row.string(2)?,
        from: row.int(3)?,
        to: row.int(4)?,
        person: row.id(5)?,
        at: row.stamp(6)?,
    })
}

/// Records an overruled warning; whether it is new (a message that is sent again records nothing).
pub fn record_overrule(tx: &mut Tx<'_>, row: &OverruleRow) -> Result<bool> {
    let changed = tx.exec(
        sql!("guard/insert_overrule"),
        args![
            row.thread, row.seq, &row.rule, row.from, row.to, row.person, row.at
        ],
    )?;
    Ok(changed > 0)
}

/// What was overruled in a thread, in the order of its messages.
pub fn overrules_of(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<OverruleRow>> {
    tx.all(sql!("guard/overrules_of"), args![thread], overrule)
}
