//! Shops: what they set for themselves, and whether they are open.

mod manage;
mod say;
mod settings;

pub use manage::{ShopChange, ShopView, change, create, get, key, list, members, rotate_key, set_member};
pub use settings::{
    LANGUAGES, OCCASIONS, Question, ShopLine, ShopSettings, Side, Tone, VARIABLES, Values, check_code,
    check_name, check_zone, fill, is_origin,
};

use crate::{House, Problem, Result, Shop, presence};
use yingke_kernel::{ShopId, Stamp};

/// Whether a shop is open, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenNow {
    /// Whether buyers may expect an answer: within the opening hours; for a shop that names none, while somebody is online.
    /// Outside the hours it is closed also if somebody is still online: what is answered then is a gift, not a promise.
    pub open: bool,
    /// Whether now lies within the opening hours; none = the shop names none.
    pub within_hours: Option<bool>,
    /// Whether any agent is online.
    pub online: bool,
    /// When it opens next; none = it is open, names no hours, or does not open within a year.
    pub next_open_at: Option<Stamp>,
    /// Now in the shop's language: `营业到18:00`, `明早9点上班`; empty when the shop names no hours.
    pub text: String,
    /// The week in the shop's language; empty when the shop names no hours.
    pub week: String,
}

/// Whether a shop of the caller is open at this moment.
pub fn open_now_for(house: &House, staff: &crate::Staff, code: &str) -> Result<OpenNow> {
    let directory = house.directory();
    let shop = directory
        .shop_by_code(code)
        .filter(|shop| directory.is_member(shop.id, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))?;
    open_now(house, shop.id)
}

/// Whether a shop is open at this moment (R-DESK-11).
pub fn open_now(house: &House, shop: ShopId) -> Result<OpenNow> {
    let directory = house.directory();
    let shop = directory.shop(shop).ok_or_else(|| Problem::not_found("shop"))?;
    Ok(open_at(shop, house.now(), presence::any_online(house, shop.id)))
}

/// Whether a shop is open at an instant, given whether somebody is online.
pub fn open_at(shop: &Shop, at: Stamp, online: bool) -> OpenNow {
    let chinese = shop.settings.language() != "en";
    match shop.settings.hours.as_deref() {
        None => OpenNow {
            open: online,
            within_hours: None,
            online,
            next_open_at: None,
            text: String::new(),
            week: String::new(),
        },
        Some(hours) => {
            let within = hours.is_open(at, &shop.zone);
            OpenNow {
                open: within,
                within_hours: Some(within),
                online,
                next_open_at: if within {
                    None
                } else {
                    hours.next_open(at, &shop.zone)
                },
                text: say::outlook(hours.outlook(at, &shop.zone), chinese),
                week: say::week(hours, chinese),
            }
        }
    }
}

/// What the variables of a shop's texts stand for, as far as the shop knows them itself; the caller adds agent, buyer and order.
pub fn values(shop: &Shop, now: &OpenNow) -> Values {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Values {
        shop: Some(shop.name.clone()),
        hours: some(&now.week),
        next: some(&now.text),
        ..Values::default()
    }
}
