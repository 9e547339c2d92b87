//! Reading notices: the list with its search, and one with everything that happened to it.

use super::{may_see, readers};
use crate::access::require;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::notice::in_force;
use yingke_domain::search::fold_text;
use yingke_kernel::{NoticeId, PersonId, ShopId, Stamp};
use yingke_store::Tx;
use yingke_store::notice::{self as rows, NoticeRow, Wording};

/// Most notices of a page.
const PAGE_MAX: usize = 200;
/// Notices that are read at a time; what does not match is passed over.
const SLICE: i64 = 200;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Those in force.
    #[default]
    InForce,
    /// Those in force which the caller has yet to confirm.
    Open,
    /// All there ever were.
    All,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Of one shop; `None` = all of the caller's.
    pub shop: Option<ShopId>,
    /// Which of them.
    pub which: Which,
    /// Words that title or text have, all of them; empty = any.
    pub words: String,
    /// Those before this one.
    pub before: Option<(Stamp, NoticeId)>,
    /// Most of them.
    pub limit: usize,
}

/// Notices, latest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// They.
    pub notices: Vec<NoticeRow>,
    /// There are more.
    pub more: bool,
}

fn folded(text: &str) -> String {
    fold_text(text).into_iter().collect()
}

/// Notices that the caller may read.
pub async fn list(house: &House, staff: &Staff, asked: Asked) -> Result<Page> {
    require(staff, Right::Receive)?;
    let shops: Vec<[u8; 16]> = house
        .shops_of(staff)
        .into_iter()
        .filter(|id| asked.shop.is_none_or(|only| only == *id))
        .map(|id| id.bytes())
        .collect();
    let words: Vec<String> = asked.words.split_whitespace().map(folded).collect();
    let limit = asked.limit.clamp(1, PAGE_MAX);
    let (directory, now, me) = (house.directory(), house.now(), staff.person);
    let mut page = Page {
        notices: Vec::new(),
        more: false,
    };
    let mut before = asked.before;
    loop {
        let shops = shops.clone();
        let slice = house
            .read(move |tx: &mut Tx<'_>| rows::list(tx, &shops, before, SLICE))
            .await?;
        let end = slice.len() < SLICE as usize;
        before = slice.last().map(|n| (n.at, n.id));
        for n in slice {
            let standing = in_force(n.until, n.ended_at, now);
            let wanted = match asked.which {
                Which::All => true,
                Which::InForce => standing,
                Which::Open => {
                    standing && n.confirmed(me).is_none() && super::is_addressed(&directory, &n, me)
                }
            };
            let text = || folded(&format!("{} {}", n.wording.title, n.wording.text));
            let found = words.is_empty() || {
                let text = text();
                words.iter().all(|word| text.contains(word.as_str()))
            };
            if !wanted || !found || !may_see(house, staff, &n) {
                continue;
            }
            if page.notices.len() == limit {
                page.more = true;
                return Ok(page);
            }
            page.notices.push(n);
        }
        if end {
            return Ok(page);
        }
    }
}

/// A notice with everything that happened to it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The notice.
    pub notice: NoticeRow,
    /// All its wordings, first one first.
    pub wordings: Vec<Wording>,
    /// Who confirmed which wording and when; only the caller's own for whoever does not post.
    pub confirmations: Vec<(PersonId, i64, Stamp)>,
    /// For whom it is now; empty for whoever does not post.
    pub readers: Vec<PersonId>,
}

/// One notice.
///
/// # Errors
/// `not_found`.
pub async fn show(house: &House, staff: &Staff, id: NoticeId) -> Result<Shown> {
    require(staff, Right::Receive)?;
    let found = house
        .read(move |tx: &mut Tx<'_>| {
            let Some(notice) = rows::get(tx, id)? else {
                return Ok(None);
            };
            Ok(Some(Shown {
                notice,
                wordings: rows::wordings(tx, id)?,
                confirmations: rows::confirmations(tx, id)?,
                readers: Vec::new(),
            }))
        })
        .await?;
    let mut shown = found
        .filter(|shown| may_see(house, staff, &shown.notice))
        .ok_or_else(|| Problem::not_found("notice"))?;
    if allows(staff.role, Right::PostNotices) {
        shown.readers = readers(&house.directory(), &shown.notice);
    } else {
        shown.confirmations.retain(|(who, _, _)| *who == staff.person);
    }
    Ok(shown)
}
