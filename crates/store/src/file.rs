//! What is known of stored pictures; the bytes lie beside the database.

use crate::{Result, Tx, args, sql};
use uuid::Uuid;
use yingke_kernel::{FileId, ShopId, Stamp, ThreadId};

/// A stored picture.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// The file.
    pub id: FileId,
    /// Its shop.
    pub shop: ShopId,
    /// The thread it was given to; a person's upload has none before it is sent.
    pub thread: Option<ThreadId>,
    /// Who gave it: buyer or person.
    pub author: Uuid,
    /// Content type.
    pub kind: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    /// Size.
    pub bytes: i64,
}

/// A new file.
pub fn insert(tx: &mut Tx<'_>, f: &FileRow, now: Stamp) -> Result<()> {
    let values = args![
        f.id, f.shop, f.thread, f.author, &f.kind, f.width, f.height, f.bytes, now
    ];
    tx.exec(sql!("file/insert"), values)?;
    Ok(())
}

/// A file by id.
pub fn get(tx: &mut Tx<'_>, id: FileId) -> Result<Option<FileRow>> {
    tx.opt(sql!("file/get"), args![id], |row| {
        Ok(FileRow {
            id: row.id(0)?,
            shop: row.id(1)?,
            thread: row.opt_id(2)?,
            author: row.id(3)?,
            kind: row.string(4)?,
            width: row.int(5)?,
            height: row.int(6)?,
            bytes: row.int(7)?,
        })
    })
}
