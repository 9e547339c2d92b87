//! Pictures that the house itself made: they are clean already, and come many at a time.

use super::{failed, path, write_durably};
use crate::{House, Result};
use uuid::Uuid;
use yingke_kernel::{FileId, ShopId};
use yingke_store::file::{FileRow, get, insert};
use yingke_store::{Lane, Tx};

/// A picture of our own making.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The id it gets.
    pub id: FileId,
    /// Content type.
    pub kind: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Keeps pictures that no upload has to be feared in; they belong to the shop and to no thread. One that
/// is there already stays as it is.
///
/// # Errors
/// `file_not_kept` when the disk does not take them.
pub async fn keep_drawn(house: &House, shop: ShopId, drawn: Vec<Drawn>) -> Result<()> {
    let now = house.now();
    let rows: Vec<FileRow> = drawn
        .iter()
        .map(|d| FileRow {
            id: d.id,
            shop,
            thread: None,
            author: Uuid::nil(),
            kind: d.kind.clone(),
            width: d.width,
            height: d.height,
            bytes: d.bytes.len() as i64,
            name: String::new(),
            secs: 0,
        })
        .collect();
    let files: Vec<_> = drawn.into_iter().map(|d| (path(house, d.id), d.bytes)).collect();
    tokio::task::spawn_blocking(move || {
        files
            .iter()
            .try_for_each(|(place, bytes)| write_durably(place, bytes))
    })
    .await
    .map_err(|e| failed(&std::io::Error::other(e)))?
    .map_err(|e| failed(&e))?;
    house
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            for row in &rows {
                if get(tx, row.id)?.is_none() {
                    insert(tx, row, now)?;
                }
            }
            Ok(())
        })
        .await
}
