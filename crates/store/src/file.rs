//! What is known of stored pictures, clips and files; the bytes lie beside the database.

use crate::{Result, Tx, args, sql};
use uuid::Uuid;
use yingke_kernel::{FileId, ShopId, Stamp, ThreadId};

/// A stored picture, voice clip or file.
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
    /// Pixels; 0 for what is no picture.
    pub width: i64,
    /// Pixels; 0 for what is no picture.
    pub height: i64,
    /// Size.
    pub bytes: i64,
    /// Its name as it was sent; empty for a picture.
    pub name: String,
    /// Length of a clip in seconds, else 0.
    pub secs: i64,
}

/// What a message shows of its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileAbout {
    /// Content type.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Pixels of a picture.
    pub width: i64,
    /// Pixels of a picture.
    pub height: i64,
    /// Size.
    pub bytes: i64,
    /// Length of a clip in seconds.
    pub secs: i64,
}

impl FileRow {
    /// What a message shows of it.
    pub fn about(&self) -> FileAbout {
        FileAbout {
            kind: self.kind.clone(),
            name: self.name.clone(),
            width: self.width,
            height: self.height,
            bytes: self.bytes,
            secs: self.secs,
        }
    }
}

/// A new file.
pub fn insert(tx: &mut Tx<'_>, f: &FileRow, now: Stamp) -> Result<()> {
    let values = args![
        f.id, f.shop, f.thread, f.author, &f.kind, f.width, f.height, f.bytes, now, &f.name, f.secs
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
            name: row.string(8)?,
            secs: row.int(9)?,
        })
    })
}

/// How many messages use a file.
pub fn uses(tx: &mut Tx<'_>, id: FileId) -> Result<i64> {
    tx.one(sql!("file/uses"), args![id], |row| row.int(0))
}

/// Forgets files; their bytes are the caller's business.
pub fn delete(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<u64> {
    tx.exec(sql!("file/delete"), args![ids])
}
