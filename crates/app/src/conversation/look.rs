//! Looking at threads and entries.

use super::{checked, may_see};
use crate::{Guest, House, Problem, Result, Staff};
use yingke_kernel::{ShopId, Stamp, ThreadId};
use yingke_store::conversation::{self as rows, EntryRow, ThreadRow};

/// Most entries of one answer.
const PAGE_MAX: i64 = 500;

/// A thread, if the caller works for its shop.
pub async fn thread(house: &House, staff: &Staff, id: ThreadId) -> Result<ThreadRow> {
    let shops: Vec<ShopId> = house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|s| s.id)
        .collect();
    let row = house.read(move |tx| checked(&shops, rows::get(tx, id)?)).await?;
    house.0.desk.lock().shops.insert(id, row.shop);
    Ok(row)
}

/// The buyer's own thread.
pub async fn thread_of_guest(house: &House, guest: &Guest) -> Result<ThreadRow> {
    let id = guest.thread;
    house
        .read(move |tx| rows::get(tx, id))
        .await?
        .ok_or_else(|| Problem::not_found("thread"))
}

/// Every open conversation of the caller's shops.
pub async fn open_rows(house: &House, staff: &Staff) -> Result<Vec<ThreadRow>> {
    let shops: Vec<ShopId> = house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|s| s.id)
        .collect();
    house
        .read(move |tx| {
            let mut all = Vec::new();
            for shop in &shops {
                all.extend(rows::open(tx, *shop)?);
            }
            Ok(all)
        })
        .await
}

/// Threads of a shop by last entry, newest first, before (`at`, `id`).
pub async fn page(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    closed_only: bool,
    before: Option<(Stamp, ThreadId)>,
    limit: i64,
) -> Result<Vec<ThreadRow>> {
    may_see(house, staff, shop)?;
    let before = before.unwrap_or((Stamp::from_micros(i64::MAX), ThreadId(uuid::Uuid::max())));
    let limit = limit.clamp(1, PAGE_MAX);
    house
        .read(move |tx| rows::page(tx, shop, closed_only, before, limit))
        .await
}

/// Entries after `seq` and the thread, as of one moment. The caller has checked that the thread may be seen.
pub async fn entries_after(
    house: &House,
    id: ThreadId,
    seq: i64,
    limit: i64,
) -> Result<(Vec<EntryRow>, ThreadRow)> {
    let limit = limit.clamp(1, PAGE_MAX);
    house
        .read(move |tx| {
            let entries = rows::entries_after(tx, id, seq, limit)?;
            let thread = rows::get(tx, id)?.ok_or_else(|| Problem::not_found("thread"))?;
            Ok((entries, thread))
        })
        .await
}

/// The last entries before `seq` and the thread, as of one moment.
pub async fn entries_before(
    house: &House,
    id: ThreadId,
    seq: i64,
    limit: i64,
) -> Result<(Vec<EntryRow>, ThreadRow)> {
    let limit = limit.clamp(1, PAGE_MAX);
    house
        .read(move |tx| {
            let entries = rows::entries_before(tx, id, seq, limit)?;
            let thread = rows::get(tx, id)?.ok_or_else(|| Problem::not_found("thread"))?;
            Ok((entries, thread))
        })
        .await
}

/// The last entries and the thread.
pub async fn last_entries(house: &House, id: ThreadId, limit: i64) -> Result<(Vec<EntryRow>, ThreadRow)> {
    entries_before(house, id, i64::MAX, limit).await
}

/// Sequences of messages that were taken back.
pub async fn recalled_seqs(house: &House, id: ThreadId) -> Result<Vec<i64>> {
    house.read(move |tx| rows::recalled(tx, id)).await
}

/// Place in the queue of its line, 1 = next; 0 = not in it.
pub fn queue_place(house: &House, id: ThreadId) -> i64 {
    house.0.desk.lock().place(id)
}

/// Seconds until somebody will answer whoever stands at this place of the thread's line; `None` when nobody takes new buyers, or
/// at no place. Never less than the policy's floor.
pub fn queue_estimate(house: &House, id: ThreadId, place: i64) -> Option<i64> {
    if place < 1 {
        return None;
    }
    let (line, shop) = {
        let desk = house.0.desk.lock();
        (desk.line_of(id), *desk.shops.get(&id)?)
    };
    crate::presence::line_estimate(house, shop, line.as_deref(), place)
}
