//! What was given, by agent and as a share of sales (R-BARGAIN-04).

use crate::access::require;
use crate::{House, Result, Staff};
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_kernel::{ConcessionId, Fen, ShopId, Stamp};
use yingke_store::Tx;
use yingke_store::bargain::{self as rows, ConcessionRow, Sum};

/// Most concessions that are listed.
const LISTED: i64 = 500;

/// Concessions of a time.
#[derive(Debug, Clone)]
pub struct Report {
    /// By person.
    pub people: Vec<Sum>,
    /// Each of them, latest first, 500 at most.
    pub given: Vec<ConcessionRow>,
    /// Amount of the orders that were paid in the time.
    pub sales: Fen,
}

/// The caller's shops, or one of them.
pub(super) fn shops(house: &House, staff: &Staff, shop: Option<ShopId>) -> Vec<[u8; 16]> {
    house
        .shops_of(staff)
        .into_iter()
        .filter(|id| shop.is_none_or(|asked| asked == *id))
        .map(|id| id.bytes())
        .collect()
}

/// The place before the latest concession before `to`.
pub(super) const fn first(to: Stamp) -> (Stamp, ConcessionId) {
    (to, ConcessionId(Uuid::nil()))
}

/// What was given in the caller's shops (or one of them) from `from` to before `to`.
pub async fn report(
    house: &House,
    staff: &Staff,
    shop: Option<ShopId>,
    from: Stamp,
    to: Stamp,
) -> Result<Report> {
    require(staff, Right::SeeFigures)?;
    let shops = shops(house, staff, shop);
    house
        .read(move |tx: &mut Tx<'_>| {
            Ok(Report {
                people: rows::sums(tx, &shops, from, to)?,
                given: rows::between(tx, &shops, from, first(to), LISTED)?,
                sales: rows::sales(tx, &shops, from, to)?,
            })
        })
        .await
}
