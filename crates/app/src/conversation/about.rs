//! What the desk keeps in mind of a buyer who has a conversation: tags, the latest order, what they look at. Read when the
//! conversation opens and whenever it changes; never on a message's way.

use crate::{Directory, House, Result};
use std::sync::Arc;
use yingke_domain::order::OrderState;
use yingke_domain::policy::RoutingPolicy;
use yingke_domain::routing::line::canonical;
use yingke_domain::routing::pair::is_needed;
use yingke_domain::stage;
use yingke_domain::urgency::{Priority, Wish, priority};
use yingke_kernel::{BuyerId, PersonId, ShopId, ThreadId};
use yingke_store::conversation::ThreadRow;
use yingke_store::order::{Order, OrderKeys};
use yingke_store::{Effect, Lane, Tx};

/// Tags that a row shows.
const TAGS: usize = 3;

/// What is kept in mind of a buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// The first tags.
    pub(crate) tags: Arc<[String]>,
    /// State of the latest order.
    pub(crate) order: Option<OrderState>,
    /// A product's page is open before them.
    pub(crate) on_product: bool,
    /// They were a guest here before, in another thread.
    pub(crate) was_guest: bool,
    /// They have paid for an order.
    pub(crate) bought: bool,
    /// The greatest order that is not over, and the price of the product before them; fen.
    pub(crate) at_stake: i64,
    /// What they have paid in all, less what they got back; fen.
    pub(crate) paid: i64,
}

impl About {
    /// Whether the talk is about a large order (R-DESK-18).
    pub(crate) const fn is_large(&self, policy: &RoutingPolicy) -> bool {
        policy.large_order_fen > 0 && self.at_stake >= policy.large_order_fen
    }
    /// Whether this is a large buyer (R-DESK-18).
    pub(crate) const fn is_big_buyer(&self, policy: &RoutingPolicy) -> bool {
        policy.big_buyer_fen > 0 && self.paid >= policy.big_buyer_fen
    }
}

/// Orders that are looked at for one that is not over.
const ORDERS: i64 = 5;

/// What a row shows besides what is stored of the thread.
#[derive(Debug, Clone, Default)]
pub struct RowMarks {
    /// Tags of the buyer, three at most.
    pub tags: Arc<[String]>,
    /// Why this buyer comes before others.
    pub priority: Option<Priority>,
    /// Had a conversation before, here or as a guest, or bought something (R-DESK-09).
    pub returning: bool,
    /// The line on which it waits or is held.
    pub line: Option<Arc<str>>,
    /// A large order with somebody who begins: a more experienced colleague is to look along (R-DESK-18).
    pub pair: bool,
    /// Who was asked to look along.
    pub mate: Option<PersonId>,
    /// A large order or a large buyer.
    pub large: bool,
    /// Nobody listens to this buyer now (R-DESK-12).
    pub blocked: bool,
}

/// Orders of a buyer, newest first.
pub(crate) fn orders_of(
    tx: &mut Tx<'_>,
    shop: ShopId,
    buyer: BuyerId,
    limit: i64,
) -> yingke_store::Result<Vec<Order>> {
    match keys_of(tx, shop, buyer)? {
        Some(keys) => yingke_store::order::of_buyer(tx, shop, &keys, limit),
        None => Ok(Vec::new()),
    }
}

/// What a buyer's orders are found by. A guest is known by no name: no order can be theirs.
fn keys_of(tx: &mut Tx<'_>, shop: ShopId, buyer: BuyerId) -> yingke_store::Result<Option<OrderKeys>> {
    let keys = crate::buyer::find(tx, &[shop], buyer)?.keys;
    Ok((!keys.names.is_empty() || !keys.phones.is_empty()).then_some(keys))
}

/// The state of an order: the file's word, else what its times say.
pub(crate) fn state_of(order: &Order) -> Option<OrderState> {
    let row = &order.row;
    let said = crate::order::state(row);
    said.or(match (row.signed, row.shipped, row.paid) {
        (Some(_), _, _) => Some(OrderState::Signed),
        (_, Some(_), _) => Some(OrderState::Shipped),
        (_, _, Some(_)) => Some(OrderState::AwaitingShipment),
        _ => None,
    })
}

pub(crate) fn read(tx: &mut Tx<'_>, shop: ShopId, buyer: BuyerId) -> yingke_store::Result<About> {
    let mut tags = yingke_store::buyer::tags(tx, shop, buyer)?;
    tags.truncate(TAGS);
    let (latest, sum) = match keys_of(tx, shop, buyer)? {
        Some(keys) => (
            yingke_store::order::of_buyer(tx, shop, &keys, ORDERS)?,
            Some(yingke_store::order::sum_of_buyer(tx, shop, &keys)?),
        ),
        None => (Vec::new(), None),
    };
    let page = yingke_store::buyer::get(tx, buyer)?.and_then(|b| b.page);
    let is_open = |order: &&Order| {
        use OrderState::{AwaitingPayment, AwaitingShipment, PartlyShipped, Shipped};
        let state = state_of(order);
        matches!(
            state,
            Some(AwaitingPayment | AwaitingShipment | PartlyShipped | Shipped)
        )
    };
    // Of an order that is not paid yet nothing is net; what is to be paid is at stake.
    let ordered = latest
        .iter()
        .filter(is_open)
        .map(|order| match order.row.paid {
            Some(_) => order.row.net.0,
            None => crate::order::amount(&order.row).0,
        })
        .max();
    let looked_at = match page.as_deref().and_then(product_of) {
        Some(code) => yingke_store::goods::by_codes(tx, shop, &[&code])?
            .first()
            .map(|product| product.price.0),
        None => None,
    };
    Ok(About {
        tags: tags.into(),
        order: latest.first().and_then(state_of),
        on_product: page.as_deref().is_some_and(shows_product),
        was_guest: !yingke_store::conversation::joined(tx, buyer)?.is_empty(),
        bought: sum.as_ref().is_some_and(|sum| sum.paid > 0),
        at_stake: ordered.into_iter().chain(looked_at).max().unwrap_or(0),
        paid: sum.map_or(0, |sum| sum.net.0),
    })
}

pub(crate) fn product_of(page: &str) -> Option<String> {
    let page: serde_json::Value = serde_json::from_str(page).ok()?;
    page["product"].as_str().map(str::to_owned)
}

/// Whether a stored page is a product's.
pub(crate) fn shows_product(page: &str) -> bool {
    product_of(page).is_some()
}

/// Reads what is to be kept in mind of the buyer of an open conversation, and tells the lists if it says anything new.
pub(crate) async fn refresh(house: &House, thread: ThreadId) -> Result<()> {
    let found = house
        .read(move |tx| {
            let Some(t) =
                yingke_store::conversation::get(tx, thread)?.filter(|t| t.live.conversation.is_some())
            else {
                return Ok(None);
            };
            let about = read(tx, t.shop, t.buyer)?;
            Ok(Some((t, about)))
        })
        .await?;
    let Some((t, about)) = found else { return Ok(()) };
    let (policy, directory) = (house.policy(), house.directory());
    let changed = {
        let mut desk = house.0.desk.lock();
        let changed = desk.about(t.buyer) != about;
        desk.remember(&t, about.clone(), &directory, &policy);
        changed
    };
    if let Some(order) = about.order
        && t.stage_by.is_none()
        && stage::on_order(t.stage, order) != t.stage
    {
        return restage(house, thread, order).await;
    }
    if changed {
        // Read again: a row that is older than what the lists have would be passed over.
        let now = house
            .read(move |tx| yingke_store::conversation::get(tx, thread))
            .await?;
        if let Some(t) = now {
            house.tell(Effect::Marked(Arc::new(t)));
        }
    }
    Ok(())
}

/// New orders may be of buyers who are being served: looks at all open conversations of a shop again, one after the other, so that
/// stages and marks of the lists follow.
pub(crate) fn refresh_open(house: &House, shop: ShopId) {
    let house = house.clone();
    tokio::spawn(async move {
        let open: Vec<ThreadId> = {
            let desk = house.0.desk.lock();
            let of_shop = desk.open.iter().filter(|(_, open)| open.shop == shop);
            of_shop.map(|(thread, _)| *thread).collect()
        };
        for thread in open {
            if let Err(problem) = refresh(&house, thread).await {
                tracing::warn!(%problem, %thread, "what is known of a buyer could not be read");
            }
        }
        house.0.router.notify_one();
    });
}

/// The buyer's order moved the talk on.
async fn restage(house: &House, thread: ThreadId, order: OrderState) -> Result<()> {
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let Some(t) = yingke_store::conversation::get(tx, thread)? else {
                return Ok(());
            };
            let next = stage::on_order(t.stage, order);
            if t.stage_by.is_none() && next != t.stage {
                yingke_store::conversation::set_stage(tx, thread, next, None)?;
            }
            if let Some(t) = yingke_store::conversation::get(tx, thread)? {
                tx.emit(Effect::Marked(Arc::new(t)));
            }
            Ok(())
        })
        .await
}

/// What a row shows besides what is stored of the thread.
pub fn row_marks(house: &House, t: &ThreadRow) -> RowMarks {
    let policy = house.policy();
    let desk = house.0.desk.lock();
    let about = desk.about(t.buyer);
    let waits = t.live.conversation.is_some() && t.live.holder.is_none();
    let wish = Wish {
        order: about.order,
        on_product: about.on_product,
        asked: desk.asked_for_product(t.id),
    };
    let large = about.is_large(&policy.routing) || about.is_big_buyer(&policy.routing);
    let is_open = t.live.conversation.is_some();
    let grade = t
        .live
        .holder
        .and_then(|person| house.directory().person(person)?.grade);
    RowMarks {
        blocked: desk.is_blocked(t.id, house.now()),
        line: desk.line_of(t.id),
        pair: is_open && is_needed(large, grade),
        mate: desk.pairs.get(&t.id).map(|pair| pair.partner),
        large: is_open && large,
        priority: waits.then(|| priority(wish, &policy.priority)).flatten(),
        returning: t.conversations > 1 || about.was_guest || about.bought,
        tags: about.tags,
    }
}

/// Whether a private note that this person has not seen names them.
pub fn is_mentioned(house: &House, thread: ThreadId, person: yingke_kernel::PersonId) -> bool {
    house
        .0
        .desk
        .lock()
        .mentions
        .get(&thread)
        .is_some_and(|people| people.contains(&person))
}

/// Whether the shop has this line: somebody sits there, it stands in the shop's list, or a channel names it.
pub(crate) fn known_line(directory: &Directory, shop: ShopId, line: &str) -> bool {
    let line = canonical(line);
    directory
        .lines(shop)
        .seated
        .iter()
        .any(|seated| &**seated == line)
        || directory.shop(shop).is_some_and(|s| {
            let named = s.settings.lines.values().map(String::as_str);
            let listed = s.settings.lineup.iter().map(|own| own.code.as_str());
            named.chain(listed).any(|known| canonical(known) == line)
        })
}
