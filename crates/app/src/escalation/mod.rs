//! Matters that were handed up, with their time (R-DESK-13): by a transfer, by a note that names somebody who leads, by asking for a price.

use crate::access::require;
use crate::{Directory, House, Result, Staff};
use std::collections::HashMap;
use yingke_domain::access::{Right, allows};
use yingke_domain::escalation::Upward;
use yingke_kernel::{PersonId, ShopId, Stamp, ThreadId};
use yingke_store::Tx;
use yingke_store::conversation::{ThreadRow, entry_at, get_many};
pub use yingke_store::escalation::EscalationRow;
use yingke_store::escalation::{self as rows, Filter};

/// Most of a page.
const PAGE_MAX: i64 = 200;

/// Records that the last entry of this thread handed a matter up.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    t: &ThreadRow,
    by: PersonId,
    how: Upward,
    to_person: Option<PersonId>,
    to_line: Option<String>,
    now: Stamp,
) -> yingke_store::Result<()> {
    let row = EscalationRow {
        thread: t.id,
        seq: t.live.last_seq,
        shop: t.shop,
        at: t.live.last_at.max(now),
        person: by,
        how,
        to_person,
        to_line,
    };
    rows::record(tx, &row)
}

/// Whether they may act upon what others hold: whoever is asked by them is not asked upward.
pub(crate) fn leads(directory: &Directory, person: PersonId) -> bool {
    directory
        .person(person)
        .is_some_and(|p| allows(p.role, Right::TakeOver))
}

/// A matter that was handed up, with whose it was and what was said to whoever got it.
#[derive(Debug, Clone)]
pub struct Escalation {
    /// What is on record.
    pub row: EscalationRow,
    /// The buyer.
    pub buyer_name: String,
    /// The words with it.
    pub note: String,
}

/// A page, with the counts of the whole time.
#[derive(Debug, Clone)]
pub struct Page {
    /// Latest first.
    pub escalations: Vec<Escalation>,
    /// There are more.
    pub more: bool,
    /// By person and kind.
    pub counts: Vec<(PersonId, Upward, i64)>,
}

/// What was handed up in the caller's shops; whoever does not judge sees only what they handed up themselves.
#[expect(clippy::too_many_arguments, reason = "each is a filter of its own")]
pub async fn list(
    house: &House,
    staff: &Staff,
    shop: Option<ShopId>,
    from: Stamp,
    to: Stamp,
    person: Option<PersonId>,
    before: Option<(Stamp, ThreadId, i64)>,
    limit: i64,
) -> Result<Page> {
    require(staff, Right::Receive)?;
    let judges = allows(staff.role, Right::JudgeIncidents);
    let filter = Filter {
        shops: house
            .shops_of(staff)
            .into_iter()
            .filter(|id| shop.is_none_or(|asked| asked == *id))
            .map(|id| id.bytes())
            .collect(),
        from,
        to,
        person: if judges { person } else { Some(staff.person) },
        before,
    };
    let limit = limit.clamp(1, PAGE_MAX);
    house
        .read(move |tx: &mut Tx<'_>| {
            let mut found = rows::list(tx, &filter, limit + 1)?;
            let more = found.len() as i64 > limit;
            found.truncate(limit as usize);
            let mut threads: Vec<[u8; 16]> = found.iter().map(|e| e.thread.bytes()).collect();
            threads.sort_unstable();
            threads.dedup();
            let names: HashMap<ThreadId, String> = get_many(tx, &threads)?
                .into_iter()
                .map(|t| (t.id, t.buyer_name))
                .collect();
            let mut escalations = Vec::with_capacity(found.len());
            for row in found {
                let note = entry_at(tx, row.thread, row.seq)?.map(|e| e.text);
                escalations.push(Escalation {
                    buyer_name: names.get(&row.thread).cloned().unwrap_or_default(),
                    note: note.unwrap_or_default(),
                    row,
                });
            }
            Ok(Page {
                escalations,
                more,
                counts: rows::count(tx, &filter)?,
            })
        })
        .await
}
