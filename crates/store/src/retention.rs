//! What is too old to be kept: words, files and contacts go, numbers stay.

use crate::{Result, Tx, args, sql};
use yingke_kernel::{ConversationId, FileId, Stamp, ThreadId};

/// Closed conversations whose last message is older than `before` and whose words are still there, oldest first.
pub fn old_conversations(
    tx: &mut Tx<'_>,
    before: Stamp,
    limit: i64,
) -> Result<Vec<(ConversationId, ThreadId)>> {
    tx.all(sql!("retention/old_conversations"), args![before, limit], |row| {
        Ok((row.id(0)?, row.id(1)?))
    })
}

/// Makes the house forget what was said in a conversation, as [`crate::buyer::blank_threads`] does; gives the files that its
/// messages had, and how many entries it has. `before`: the thread's last words go too when they are older.
pub fn blank_conversation(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    thread: ThreadId,
    before: Stamp,
    now: Stamp,
    score: impl Fn(&str) -> Option<String>,
) -> Result<(u64, Vec<FileId>)> {
    let files = tx.all(sql!("retention/files"), args![thread, conversation], |row| {
        row.id(0)
    })?;
    let entries = tx.exec(sql!("retention/blank_conversation"), args![thread, conversation])?;
    let marks = tx.all(sql!("retention/marks"), args![thread, conversation], |row| {
        Ok((row.int(0)?, row.string(1)?))
    })?;
    for (seq, mark) in marks {
        tx.exec(sql!("buyer/set_data"), args![thread, seq, &score(&mark)])?;
    }
    tx.exec(sql!("retention/mark_conversation"), args![conversation, now])?;
    tx.exec(sql!("retention/blank_last"), args![thread, before])?;
    Ok((entries, files))
}

/// Files that were given before a time, pictures of goods left out, oldest first.
pub fn old_files(tx: &mut Tx<'_>, before: Stamp, limit: i64) -> Result<Vec<FileId>> {
    tx.all(sql!("retention/old_files"), args![before, limit], |row| row.id(0))
}

/// Takes files out of the messages that show them, and forgets them.
pub fn drop_files(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<u64> {
    tx.exec(sql!("retention/drop_files"), args![ids])?;
    crate::file::delete(tx, ids)
}
