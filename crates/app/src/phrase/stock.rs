//! The phrases that every shop begins with, by scene (R-PHRASE-04): written by us, compiled in.

use super::change::STEP;
use super::sheet::merged;
use super::{PhraseRow, Whose, change, may_write, rows};
use crate::access::audited;
use crate::intake::{Outcome, set_of};
use crate::{House, Result, Staff};
use std::collections::HashSet;
use std::io::Cursor;
use std::sync::OnceLock;
use yingke_domain::phrase::Draft;
use yingke_kernel::{PersonId, ShopId, Stamp};
use yingke_sheets::{Item, phrases};
use yingke_store::{Lane, Tx};

/// The files, in the order in which a talk goes.
const FILES: [(&str, &str); 10] = [
    ("welcome", include_str!("stock/welcome.csv")),
    ("product", include_str!("stock/product.csv")),
    ("bargain", include_str!("stock/bargain.csv")),
    ("campaign", include_str!("stock/campaign.csv")),
    ("order", include_str!("stock/order.csv")),
    ("shipping", include_str!("stock/shipping.csv")),
    ("aftersales", include_str!("stock/aftersales.csv")),
    ("review", include_str!("stock/review.csv")),
    ("regulars", include_str!("stock/regulars.csv")),
    ("conduct", include_str!("stock/conduct.csv")),
];

/// The stock in the order of its scenes. Read when it is asked for: a house that has its phrases needs it no more.
fn drafts() -> std::result::Result<Vec<Draft>, String> {
    let mut all = Vec::new();
    for (name, text) in FILES {
        for item in phrases::open(Cursor::new(text), name).map_err(|e| e.to_string())? {
            match item {
                Item::Record { value, .. } => all.push(merged(&value, None, 0)),
                Item::Refused(refusal) => return Err(format!("{name}: {refusal:?}")),
            }
        }
    }
    Ok(all)
}

/// What of the stock is not among these, by code.
fn lacking(live: &[PhraseRow]) -> Vec<Draft> {
    static BROKEN: OnceLock<()> = OnceLock::new();
    let drafts = drafts().unwrap_or_else(|error| {
        // A test reads the stock; a broken one must not keep a shop from being made.
        BROKEN.get_or_init(|| tracing::error!(error, "the stock of phrases cannot be read"));
        Vec::new()
    });
    let known: HashSet<&str> = live.iter().map(|p| p.code.as_str()).collect();
    let new = drafts.into_iter().filter(|d| !known.contains(d.code.as_str()));
    new.collect()
}

/// Puts what is not there yet, by code, into the team's set. Gives how many were put.
pub(crate) fn lay(
    tx: &mut Tx<'_>,
    shop: ShopId,
    by: Option<PersonId>,
    now: Stamp,
) -> yingke_store::Result<usize> {
    let set = rows::ensure_set(tx, shop, None, now)?;
    let lacking = lacking(&rows::live(tx, set.id)?);
    let mut place = rows::ends(tx, set.id)?.0;
    let mut new = Vec::new();
    for draft in lacking {
        place += STEP;
        new.push(change::new_row(set.id, draft, place, 0, by, now));
    }
    if new.is_empty() {
        return Ok(0);
    }
    let rev = rows::bump(tx, set)?;
    for row in &mut new {
        row.rev = rev;
    }
    rows::insert_many(tx, &new)?;
    audited(
        tx,
        now,
        by,
        "phrase.stock",
        &shop.to_string(),
        &format!("{} phrases", new.len()),
    )?;
    Ok(new.len())
}

/// Puts the stock into the team's phrases of a shop, what is not there yet by code. On the trail. Gives how many were put.
///
/// # Errors
/// Without the right `manage_phrases`, or for a shop that the caller does not work for.
pub async fn put_stock(house: &House, staff: &Staff, shop: ShopId) -> Result<usize> {
    may_write(house, staff, shop, Whose::Team)?;
    let (now, by) = (house.now(), staff.person);
    house
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            lay(tx, shop, Some(by), now)
        })
        .await
}

/// The same by command, for a shop by code (`main` without one). The outcome counts the stock's phrases: `created` were put,
/// `unchanged` had their code there already. A dry run only counts.
///
/// # Errors
/// `unknown_shop`.
pub async fn import_stock(house: &House, shop: Option<&str>, dry_run: bool) -> Result<Outcome> {
    let (shop, _) = set_of(house, shop, None)?;
    let now = house.now();
    let whole = drafts().map_or(0, |all| all.len());
    let put = if dry_run {
        house
            .read(move |tx| {
                let live = match rows::find_set(tx, shop, None)? {
                    Some(set) => rows::live(tx, set.id)?,
                    None => Vec::new(),
                };
                Ok(lacking(&live).len())
            })
            .await?
    } else {
        let work = move |tx: &mut Tx<'_>| lay(tx, shop, None, now);
        house.write(Lane::Background, work).await?
    };
    let mut outcome = Outcome::new("stock", "phrases", "stock");
    outcome.read = whole as u64;
    outcome.created = put as u64;
    outcome.unchanged = (whole - put) as u64;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use yingke_domain::phrase::Level;
    use yingke_domain::policy::Policy;

    #[test]
    fn every_file_of_the_stock_is_in_it() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/phrase/stock");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let mut listed: Vec<String> = FILES.iter().map(|(name, _)| format!("{name}.csv")).collect();
        listed.sort();
        assert_eq!(there, listed);
    }

    #[test]
    fn r_phrase_04_the_stock_is_large_and_whole() {
        let all = drafts().unwrap();
        assert!(all.len() >= 500, "{}", all.len());
        let policy = Policy::default().phrase;
        let mut codes = HashSet::new();
        let mut scenes: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for draft in &all {
            draft
                .check(&policy)
                .unwrap_or_else(|fault| panic!("{}: {fault:?}", draft.code));
            assert!(
                !draft.code.is_empty() && !draft.title.is_empty() && !draft.group.is_empty(),
                "{draft:?}"
            );
            assert!(codes.insert(&draft.code), "{} stands there twice", draft.code);
            assert!(!draft.scene.is_empty(), "{} has no scene", draft.code);
            scenes.entry(&draft.scene).or_default()[draft.level as usize] += 1;
        }
        assert!(scenes.len() >= 20, "{scenes:?}");
        for (scene, levels) in &scenes {
            assert!(
                levels.iter().sum::<usize>() >= 3,
                "{scene} has too few: {levels:?}"
            );
        }
        assert!(
            all.iter()
                .any(|d| d.level == Level::Excellent && !d.follow.is_empty())
        );
    }
}
