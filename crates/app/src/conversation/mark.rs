//! Marks of a thread that are no entries: the stage, put back to be read again, the page that the buyer looks at.

use super::card::is_of_shop;
use super::{checked, may_act, shops};
use crate::{Guest, House, Problem, Result, Staff};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use yingke_domain::access::Right;
use yingke_domain::stage::Stage;
use yingke_kernel::{Stamp, ThreadId};
use yingke_store::conversation::{self as rows, ThreadRow};
use yingke_store::{Effect, Lane, Tx};

/// Most characters of a page's title; what is longer is cut.
const TITLE_MAX: usize = 200;
/// Most characters of the shop's own number of a product.
const PRODUCT_MAX: usize = 100;

/// Changes a row, and tells the lists.
async fn change(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    holder_only: bool,
    write: impl Fn(&mut Tx<'_>, &ThreadRow) -> yingke_store::Result<()> + Send + 'static,
) -> Result<ThreadRow> {
    crate::access::require(staff, Right::Receive)?;
    let allowed = shops(house, staff);
    let me = staff.clone();
    crate::presence::active(house, staff.person);
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, rows::get(tx, thread)?)?;
            if holder_only {
                may_act(&me, t.live.holder)?;
            }
            write(tx, &t)?;
            let t = rows::get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?;
            tx.emit(Effect::Marked(Arc::new(t.clone())));
            Ok(t)
        })
        .await
}

/// Puts a thread back to be read again, until somebody has seen it.
pub async fn mark_unread(house: &House, staff: &Staff, thread: ThreadId) -> Result<ThreadRow> {
    change(house, staff, thread, false, move |tx, t| {
        if t.live.last_seq == 0 {
            return Err(Problem::conflict("thread_empty", "nothing was said in this thread yet").into());
        }
        rows::mark_unread(tx, thread)
    })
    .await
}

/// Sets the stage by hand, until the conversation is over; `None` leaves it to the words again (R-DESK-06).
pub async fn set_stage(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    stage: Option<Stage>,
) -> Result<ThreadRow> {
    let me = staff.person;
    change(house, staff, thread, true, move |tx, t| {
        if t.live.conversation.is_none() {
            let detail = "no conversation is open in this thread; its stage is over with it";
            return Err(Problem::conflict("conversation_not_open", detail).into());
        }
        rows::set_stage(tx, thread, stage.unwrap_or(t.stage), stage.map(|_| me))
    })
    .await
}

/// A page that a buyer looks at; what `buyer.page` holds as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPage {
    /// Title.
    pub title: String,
    /// Address.
    pub address: String,
    /// The shop's own number of the product that it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Since when, RFC 3339.
    pub at: String,
}

/// The buyer looks at a page. An address that is none of the shop's is not kept.
///
/// # Errors
/// `bad_page` for an address that is none of the shop's.
pub async fn look_at(
    house: &House,
    guest: &Guest,
    title: String,
    address: String,
    product: Option<String>,
) -> Result<SeenPage> {
    let directory = house.directory();
    let shop = directory.shop(guest.shop);
    if !is_of_shop(house, shop, &address) {
        let detail = "the page lies on none of the shop's sites; add its origin to the shop's settings";
        return Err(Problem::invalid("bad_page", detail));
    }
    let now: Stamp = house.now();
    let page = SeenPage {
        title: title
            .chars()
            .filter(|c| !c.is_control())
            .take(TITLE_MAX)
            .collect(),
        address,
        product: product.filter(|p| !p.is_empty() && p.chars().count() <= PRODUCT_MAX),
        at: now.to_string(),
    };
    let (buyer, thread) = (guest.buyer, guest.thread);
    let text = serde_json::to_string(&page).unwrap_or_default();
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            yingke_store::buyer::set_page(tx, buyer, Some(&text), now)
        })
        .await?;
    let (policy, directory) = (house.policy(), house.directory());
    let moved = house
        .0
        .desk
        .lock()
        .looks_at(buyer, page.product.is_some(), &directory, &policy);
    if moved && let Some(t) = house.read(move |tx| rows::get(tx, thread)).await? {
        house.tell(Effect::Marked(Arc::new(t)));
    }
    Ok(page)
}
