//! What was said in a shop, as the memory of suggestions reads it.

use crate::{Result, Row, Tx, args, sql};
use yingke_kernel::{BuyerId, ConversationId, PhraseId, ShopId, Stamp, ThreadId};

/// A text message with the conversation that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When its conversation opened.
    pub opened_at: Stamp,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its thread.
    pub thread: ThreadId,
    /// With whom.
    pub buyer: BuyerId,
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// Who wrote it: the buyer (`false`), or a person of the shop (`true`); `None` = neither, or automatic.
    pub by_shop: Option<bool>,
    /// The words; empty once they were taken back.
    pub text: String,
    /// The phrase that it was made of.
    pub phrase: Option<PhraseId>,
}

fn said(row: &Row<'_>) -> Result<Said> {
    let by_shop = match (row.text(6)?, row.bool(7)?) {
        ("buyer", _) => Some(false),
        ("agent", false) => Some(true),
        _ => None,
    };
    Ok(Said {
        opened_at: row.stamp(0)?,
        conversation: row.id(1)?,
        thread: row.id(2)?,
        buyer: row.id(3)?,
        seq: row.int(4)?,
        at: row.stamp(5)?,
        by_shop,
        text: row.string(8)?,
        phrase: row.opt_id(9)?,
    })
}

/// Text messages of the latest conversations of a shop that opened before (`opened_at`, conversation), so many conversations:
/// latest conversation first, within one in order. Forgotten ones are left out. The last row says where to go on.
pub fn talks(
    tx: &mut Tx<'_>,
    shop: ShopId,
    before: (Stamp, ConversationId),
    conversations: i64,
) -> Result<Vec<Said>> {
    tx.all(
        sql!("suggest/talks"),
        args![shop, before.0, before.1, conversations],
        said,
    )
}

/// Text messages of these threads, ordered as [`talks`] does.
pub fn talks_of(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<Vec<Said>> {
    tx.all(sql!("suggest/talks_of"), args![threads], said)
}
