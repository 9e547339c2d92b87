//! Quick phrases: the team's of a shop and each person's own (R-PHRASE-01..09). Both are read together and never mixed: every
//! phrase says whose it is, and every change names the set that it is made in.

mod change;
mod sheet;
mod stock;
mod used;

pub use change::{Change, Given, change, create, move_to, remove, rename_group, restore};
pub(crate) use sheet::{Line, Plan, merged, picture_name, plan};
pub use sheet::{export, export_by_command, form};
pub(crate) use stock::lay as lay_stock;
pub use stock::{import_stock, put_stock};
pub use used::{Figure, Made, figures, record_use, uses};

use crate::access::require;
use crate::conversation::about::orders_of;
use crate::conversation::may_see;
use crate::{House, Problem, Result, Staff, file};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use yingke_domain::access::{Right, allows};
use yingke_domain::phrase::find::{Entry, Hit, Index, Query, letters as readings};
use yingke_domain::phrase::{Facts, Variable, size_of};
use yingke_domain::stage::Stage;
use yingke_kernel::{FileId, PersonId, PhraseId, ProblemKind, ShopId, Stamp, ThreadId};
use yingke_store::phrase::{self as rows, SetRow};
use yingke_store::{Lane, Tx};

pub use yingke_domain::phrase::Draft;
pub use yingke_sheets::phrases::Form;
pub use yingke_store::phrase::{PhraseRow, Picture};

/// Phrases of a set at most: what a page holds and searches while somebody types.
pub const SET_MAX: usize = 20_000;
/// After so many seconds an index is made anew, so that its order follows how often phrases are used.
const INDEX_SECS: i64 = 600;
/// Removed phrases that are listed at most.
const REMOVED_MAX: i64 = 500;
/// Files of a transaction that lets go of old pictures.
const SLICE: i64 = 50;

/// Whose phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// The team's of the shop.
    Team,
    /// The caller's own in the shop.
    Own,
}

/// A set that somebody works on: the team's (`person` none) or a person's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) shop: ShopId,
    pub(crate) person: Option<PersonId>,
}

impl Place {
    fn of(staff: &Staff, shop: ShopId, whose: Whose) -> Self {
        Self {
            shop,
            person: (whose == Whose::Own).then_some(staff.person),
        }
    }
}

fn may_read(house: &House, staff: &Staff, shop: ShopId) -> Result<()> {
    require(staff, Right::Receive)?;
    if house.directory().is_member(shop, staff.person) {
        return Ok(());
    }
    Err(Problem::not_found("shop"))
}

/// The set that the caller may change.
pub(crate) fn may_write(house: &House, staff: &Staff, shop: ShopId, whose: Whose) -> Result<Place> {
    may_read(house, staff, shop)?;
    if whose == Whose::Team {
        require(staff, Right::ManagePhrases)?;
    }
    Ok(Place::of(staff, shop, whose))
}

/// Whether the caller may change the team's phrases.
pub fn may_change_team(staff: &Staff) -> bool {
    allows(staff.role, Right::ManagePhrases)
}

fn whose(set: &SetRow) -> Whose {
    if set.person.is_some() {
        Whose::Own
    } else {
        Whose::Team
    }
}

/// Phrases of a shop as one person has them.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The shop's count of changes: ask for what comes after it.
    pub version: i64,
    /// Everything; else what changed since the count that was asked for.
    pub whole: bool,
    /// The team's, by place.
    pub team: Vec<PhraseRow>,
    /// The caller's own, by place.
    pub own: Vec<PhraseRow>,
    /// Taken out since then.
    pub removed: Vec<PhraseId>,
}

impl Listing {
    /// Readings of the characters that occur in titles and words.
    pub fn letters(&self) -> BTreeMap<char, String> {
        let all = self.team.iter().chain(&self.own);
        readings(all.flat_map(|p| [p.title.as_str(), p.text.as_str()]))
    }
}

/// The phrases of a shop, the team's and the caller's own; with `after` only what changed since that count of changes.
///
/// # Errors
/// Without the right `receive`, or for a shop that the caller does not work for.
pub async fn list(house: &House, staff: &Staff, shop: ShopId, after: Option<i64>) -> Result<Listing> {
    may_read(house, staff, shop)?;
    let me = staff.person;
    house
        .read(move |tx| {
            let mut listing = Listing {
                // Read first: what is written meanwhile comes again with the next asking.
                version: rows::version(tx, shop)?,
                ..Listing::default()
            };
            // A count from the future is one of a house that was restored from a backup.
            let after = after.filter(|after| *after <= listing.version);
            listing.whole = after.is_none();
            for person in [None, Some(me)] {
                let Some(set) = rows::find_set(tx, shop, person)? else {
                    continue;
                };
                let found = match after {
                    None => rows::live(tx, set.id)?,
                    Some(after) => rows::changed(tx, set.id, after)?,
                };
                let (live, gone): (Vec<_>, Vec<_>) = found.into_iter().partition(|p| p.removed_at.is_none());
                listing.removed.extend(gone.iter().map(|p| p.id));
                match person {
                    None => listing.team = live,
                    Some(_) => listing.own = live,
                }
            }
            Ok(listing)
        })
        .await
}

/// The shop's count of changes, without anything else.
///
/// # Errors
/// As [`list`].
pub async fn version(house: &House, staff: &Staff, shop: ShopId) -> Result<i64> {
    may_read(house, staff, shop)?;
    house.read(move |tx| rows::version(tx, shop)).await
}

/// How many phrases the team and the caller have in a shop.
///
/// # Errors
/// As [`list`].
pub async fn counts(house: &House, staff: &Staff, shop: ShopId) -> Result<(i64, i64)> {
    may_read(house, staff, shop)?;
    let me = staff.person;
    house
        .read(move |tx| {
            let mut counts = [0, 0];
            for (at, person) in [None, Some(me)].into_iter().enumerate() {
                if let Some(set) = rows::find_set(tx, shop, person)? {
                    counts[at] = rows::count(tx, set.id)?;
                }
            }
            Ok((counts[0], counts[1]))
        })
        .await
}

/// What can still be taken back, latest first.
///
/// # Errors
/// Without the right to change the set.
pub async fn removed(house: &House, staff: &Staff, shop: ShopId, whose: Whose) -> Result<Vec<PhraseRow>> {
    let place = may_write(house, staff, shop, whose)?;
    let since = restorable_since(house);
    house
        .read(move |tx| match rows::find_set(tx, place.shop, place.person)? {
            Some(set) => rows::removed(tx, set.id, since, REMOVED_MAX),
            None => Ok(Vec::new()),
        })
        .await
}

fn restorable_since(house: &House) -> Stamp {
    house
        .now()
        .plus_secs(-house.policy().phrase.restore_days * 24 * 3600)
}

/// Indexes of the teams' phrases, one a shop for everybody: made when somebody first searches, again after a change.
#[derive(Default)]
pub(crate) struct Indexes(Mutex<HashMap<ShopId, Cached>>);

struct Cached {
    rev: i64,
    made_at: Stamp,
    index: Arc<Index>,
}

impl Indexes {
    fn team(&self, tx: &mut Tx<'_>, set: SetRow, now: Stamp) -> yingke_store::Result<Arc<Index>> {
        let (_, rev) = rows::ends(tx, set.id)?;
        if let Some(known) = self.0.lock().get(&set.shop)
            && known.rev == rev
            && known.made_at.plus_secs(INDEX_SECS) > now
        {
            return Ok(Arc::clone(&known.index));
        }
        let index = Arc::new(index(&rows::live(tx, set.id)?));
        let cached = Cached {
            rev,
            made_at: now,
            index: Arc::clone(&index),
        };
        self.0.lock().insert(set.shop, cached);
        Ok(index)
    }
}

fn index(phrases: &[PhraseRow]) -> Index {
    Index::new(phrases.iter().map(|p| Entry {
        id: p.id,
        code: &p.code,
        title: &p.title,
        text: &p.text,
        level: p.level.number(),
        stage: p.stage,
        used: p.used,
        last_used: p.last_used,
        place: p.place,
    }))
}

/// A phrase that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Whose it is.
    pub whose: Whose,
    /// The phrase.
    pub row: PhraseRow,
    /// What of it matched.
    pub hit: Hit,
}

/// Finds phrases by words, code, pinyin or initials, those for the stage first (R-PHRASE-07). An empty query gives what suits the stage best.
///
/// # Errors
/// As [`list`].
pub async fn find(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    only: Option<Whose>,
    words: &str,
    stage: Option<Stage>,
    limit: usize,
) -> Result<Vec<Found>> {
    may_read(house, staff, shop)?;
    let (me, now, query, here) = (staff.person, house.now(), Query::new(words), house.clone());
    house
        .read(move |tx| {
            let mut hits: Vec<(Whose, Hit)> = Vec::new();
            if only != Some(Whose::Own)
                && let Some(set) = rows::find_set(tx, shop, None)?
            {
                let index = here.0.phrases.team(tx, set, now)?;
                hits.extend(
                    index
                        .find(&query, stage, limit)
                        .into_iter()
                        .map(|h| (Whose::Team, h)),
                );
            }
            if only != Some(Whose::Team)
                && let Some(set) = rows::find_set(tx, shop, Some(me))?
            {
                let index = index(&rows::live(tx, set.id)?);
                hits.extend(
                    index
                        .find(&query, stage, limit)
                        .into_iter()
                        .map(|h| (Whose::Own, h)),
                );
            }
            hits.sort_by_key(|(_, hit)| hit.rank);
            hits.truncate(limit);
            let ids: Vec<[u8; 16]> = hits.iter().map(|(_, hit)| hit.id.bytes()).collect();
            let mut found: HashMap<PhraseId, PhraseRow> = rows::by_ids(tx, &ids)?
                .into_iter()
                .map(|row| (row.id, row))
                .collect();
            Ok(hits
                .into_iter()
                .filter_map(|(whose, hit)| {
                    let row = found.remove(&hit.id)?;
                    Some(Found { whose, row, hit })
                })
                .collect())
        })
        .await
}

/// The values of the variables in a thread: who writes to whom, in which shop, about which order (R-PHRASE-07).
///
/// # Errors
/// Without the right `receive`; `not_found` for a thread of a shop that the caller does not work for.
pub async fn facts(house: &House, staff: &Staff, thread: ThreadId) -> Result<Facts> {
    require(staff, Right::Receive)?;
    let (row, buyer, order) = house
        .read(move |tx| {
            let row =
                yingke_store::conversation::get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?;
            let buyer = yingke_store::buyer::get(tx, row.buyer)?;
            let order = orders_of(tx, row.shop, row.buyer, 1)?.pop();
            Ok((row, buyer, order))
        })
        .await?;
    may_see(house, staff, row.shop)?;
    let directory = house.directory();
    let shop = directory.shop(row.shop);
    let mut facts = Facts::default();
    facts.set(Variable::Buyer, buyer.map(|b| b.name));
    facts.set(Variable::Agent, Some(staff.name.as_str()));
    facts.set(Variable::Shop, shop.map(|s| s.name.as_str()));
    if let Some(order) = order.map(|o| o.row) {
        facts.set(Variable::Order, Some(order.number.as_str()));
        facts.set(Variable::Amount, Some(crate::order::amount(&order).to_string()));
        facts.set(Variable::Courier, order.parcel.as_deref().and_then(courier));
        let day = order.shipped.zip(shop).map(|(at, shop)| {
            let day = shop.zone.civil(at).date();
            format!("{}月{}日", day.month(), day.day())
        });
        facts.set(Variable::ShipDate, day);
        facts.set(
            Variable::Size,
            order.items.iter().find_map(|item| size_of(&item.sku)),
        );
    }
    Ok(facts)
}

/// Who brings a parcel, of `carrier number`.
fn courier(parcel: &str) -> Option<&str> {
    let first = parcel.split_whitespace().next()?;
    let is_number = first.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && first.chars().any(|c| c.is_ascii_digit());
    (!is_number).then_some(first)
}

/// Whether a person may send a file because a phrase of theirs, or of the team, shows it.
pub(crate) fn may_send(
    tx: &mut Tx<'_>,
    shop: ShopId,
    person: PersonId,
    file: FileId,
) -> yingke_store::Result<bool> {
    Ok(rows::owners_of_file(tx, file)?
        .into_iter()
        .any(|(of, whose)| of == shop && whose.is_none_or(|whose| whose == person)))
}

/// The pictures of these files: uploads of the caller, or what a phrase that the caller has shows already.
fn pictures(
    tx: &mut Tx<'_>,
    place: Place,
    by: Option<PersonId>,
    files: &[FileId],
    known: &[Picture],
) -> yingke_store::Result<Vec<Picture>> {
    let mut pictures: Vec<Picture> = Vec::with_capacity(files.len());
    for id in files {
        if let Some(same) = known.iter().find(|p| p.file == *id) {
            pictures.push(same.clone());
            continue;
        }
        let row = yingke_store::file::get(tx, *id)?.filter(|f| f.shop == place.shop && f.width > 0);
        let own = match (&row, by) {
            (Some(row), Some(by)) => {
                (row.author == by.0 && row.thread.is_none()) || may_send(tx, place.shop, by, *id)?
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        let Some(row) = row.filter(|_| own) else {
            return Err(Problem::new(
                ProblemKind::NotFound,
                "file_unknown",
                "there is no such picture of yours; upload it again",
            )
            .into());
        };
        pictures.push(Picture {
            file: row.id,
            name: row.name,
            width: row.width,
            height: row.height,
        });
    }
    Ok(pictures)
}

/// A picture of a phrase that the caller has: content type and bytes.
///
/// # Errors
/// Without the right `receive`; `not_found` when no phrase of the caller's shows it.
pub async fn picture(house: &House, staff: &Staff, id: FileId) -> Result<(String, bytes::Bytes)> {
    require(staff, Right::Receive)?;
    let (me, shops) = (staff.person, house.shops_of(staff));
    let gone = || Problem::not_found("picture");
    let row = house
        .read(move |tx| {
            let Some(row) = yingke_store::file::get(tx, id)?.filter(|f| shops.contains(&f.shop)) else {
                return Ok(None);
            };
            Ok(may_send(tx, row.shop, me, id)?.then_some(row))
        })
        .await?
        .ok_or_else(gone)?;
    let bytes = file::read_bytes(house, id).await?;
    Ok((row.kind, bytes))
}

/// Forgets the files that nothing shows any more; their bytes go after the commit.
fn forget_unused(tx: &mut Tx<'_>, files: &[FileId]) -> yingke_store::Result<Vec<FileId>> {
    let mut gone = Vec::new();
    for file in files {
        if yingke_store::file::uses(tx, *file)? == 0 {
            yingke_store::file::delete(tx, &[file.bytes()])?;
            gone.push(*file);
        }
    }
    Ok(gone)
}

/// Lets go of pictures of phrases that can no longer be taken back.
pub(crate) async fn forget_pictures(house: &House) -> Result<()> {
    let before = restorable_since(house);
    loop {
        let (found, gone) = house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                let files = rows::drop_old_pictures(tx, before, SLICE)?;
                Ok((files.len(), forget_unused(tx, &files)?))
            })
            .await?;
        file::remove_bytes(house, &gone).await;
        if found == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brings_a_parcel() {
        assert_eq!(courier("顺丰速运 SF123"), Some("顺丰速运"));
        assert_eq!(courier("SF1234567890"), None);
        assert_eq!(courier("EMS 123"), Some("EMS"));
        assert_eq!(courier(""), None);
    }
}
