//! Texts that the desk offers for where the talk stands (R-DESK-06, R-DESK-07, R-DESK-17): the shop's own, with their variables
//! filled in. What was said already in this conversation is not offered again.

use super::about::{orders_of, row_marks, state_of};
use super::{checked, shops};
use crate::shop::{Values, fill, open_at, values};
use crate::{House, Problem, Result, Staff, presence};
use yingke_domain::access::Right;
use yingke_domain::buyer::mask_address;
use yingke_domain::order::OrderState;
use yingke_domain::stage::Stage;
use yingke_kernel::ThreadId;
use yingke_store::conversation as rows;
use yingke_store::order::Order;

/// Texts offered at once.
const OFFERED: usize = 3;

/// A text for the composer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is for, and its place there: `welcome`, `paid.2`.
    pub code: String,
    /// The words, nothing left to fill in.
    pub text: String,
}

/// Orders of a buyer that are looked at.
const ORDERS: i64 = 20;

const fn is_on_its_way(state: OrderState) -> bool {
    matches!(state, OrderState::PartlyShipped | OrderState::Shipped)
}

/// The order that a talk of this stage is about, of those of the buyer, newest first: one that is still to be paid, one that is on
/// its way, else the latest.
fn meant(stage: Stage, orders: &[Order]) -> Option<&Order> {
    let first = |fits: fn(OrderState) -> bool| orders.iter().find(|o| state_of(o).is_some_and(fits));
    match stage {
        Stage::Payment => first(|state| state == OrderState::AwaitingPayment),
        Stage::Logistics => first(is_on_its_way),
        _ => None,
    }
    .or(orders.first())
}

/// For which occasions texts are offered, the nearest first. Words about an order are offered only where there is such an order,
/// and words for who comes again only to who does.
fn occasions(stage: Stage, order: Option<OrderState>, returning: bool) -> Vec<&'static str> {
    use OrderState::{AwaitingPayment, AwaitingShipment, Finished, Signed};
    match (stage, order) {
        (Stage::Welcome, Some(AwaitingShipment)) => vec!["paid", "welcome"],
        (Stage::Welcome, _) if returning => vec!["returning", "welcome"],
        // Another matter comes first.
        (Stage::Bargaining, _) => vec!["bargaining"],
        (Stage::Aftersales, None | Some(AwaitingPayment)) => vec!["no_order", "aftersales"],
        (Stage::Aftersales, _) => vec!["aftersales"],
        (Stage::Payment | Stage::Logistics, Some(AwaitingPayment)) => vec!["payment"],
        (Stage::Payment, Some(AwaitingShipment)) => vec!["paid", "dialogue"],
        (Stage::Payment, _) => vec!["dialogue"],
        (Stage::Logistics, Some(AwaitingShipment)) => vec!["paid"],
        (Stage::Logistics, Some(Signed | Finished)) => vec!["received"],
        (Stage::Logistics, Some(state)) if is_on_its_way(state) => vec!["logistics"],
        (Stage::Logistics, _) => vec!["no_order"],
        (_, Some(AwaitingShipment)) => vec!["paid", stage.as_str()],
        // A goodbye after the parcel has come asks for the review.
        (Stage::Farewell, Some(Signed | Finished)) => vec!["received", "farewell"],
        _ => vec![stage.as_str()],
    }
}

/// At most three texts for where the talk with this buyer stands; first of all the greeting, while no person has answered.
pub async fn offers(house: &House, staff: &Staff, thread: ThreadId) -> Result<Vec<Offer>> {
    crate::access::require(staff, Right::Receive)?;
    let allowed = shops(house, staff);
    let (t, said, orders) = house
        .read(move |tx| {
            let t = checked(&allowed, rows::get(tx, thread)?)?;
            let said = match t.live.conversation {
                Some(open) => rows::entries_of(tx, thread, open)?,
                None => Vec::new(),
            };
            let orders = orders_of(tx, t.shop, t.buyer, ORDERS)?;
            Ok((t, said, orders))
        })
        .await?;
    let directory = house.directory();
    let shop = directory.shop(t.shop).ok_or_else(|| Problem::not_found("shop"))?;
    let now = open_at(shop, house.now(), presence::any_online(house, shop.id));
    let order = meant(t.stage, &orders);
    let returning = row_marks(house, &t).returning;
    let known = Values {
        agent: Some(staff.name.clone()),
        buyer: Some(t.buyer_name.clone()),
        order: order.map(|order| order.row.number.clone()),
        // In full it is shown on request only, with a line on the trail.
        address: order.and_then(|order| order.row.address.as_deref().map(mask_address)),
        ..values(shop, &now)
    };
    let own: Vec<&str> = said
        .iter()
        .filter(|e| e.sender == "agent" && e.kind.is_message())
        .map(|e| e.text.as_str())
        .collect();
    let mut offers = Vec::new();
    let settings = &shop.settings;
    if own.is_empty()
        && let Some(text) = fill(settings.greeting_text(), &known)
    {
        offers.push(Offer {
            code: "greeting".to_owned(),
            text,
        });
    }
    for occasion in occasions(t.stage, order.and_then(state_of), returning) {
        for (n, text) in settings.offers_for(occasion).iter().enumerate() {
            // A text whose variables have no value here is none for this buyer.
            let Some(text) = fill(text, &known) else { continue };
            let is_news = !own.contains(&text.as_str()) && offers.iter().all(|o: &Offer| o.text != text);
            if is_news && offers.len() < OFFERED {
                offers.push(Offer {
                    code: format!("{occasion}.{}", n + 1),
                    text,
                });
            }
        }
    }
    Ok(offers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_desk_17_an_order_has_its_own_moments() {
        use OrderState::{AwaitingPayment, AwaitingShipment, Closed, Finished, Shipped, Signed};
        for (stage, order, wanted) in [
            (Stage::Welcome, None, vec!["welcome"]),
            (Stage::Dialogue, Some(AwaitingShipment), vec!["paid", "dialogue"]),
            (Stage::Payment, None, vec!["dialogue"]),
            (Stage::Payment, Some(AwaitingPayment), vec!["payment"]),
            (Stage::Payment, Some(Shipped), vec!["dialogue"]),
            (Stage::Logistics, None, vec!["no_order"]),
            (Stage::Logistics, Some(Closed), vec!["no_order"]),
            (Stage::Logistics, Some(AwaitingPayment), vec!["payment"]),
            (Stage::Logistics, Some(AwaitingShipment), vec!["paid"]),
            (Stage::Logistics, Some(Shipped), vec!["logistics"]),
            (Stage::Logistics, Some(Signed), vec!["received"]),
            (Stage::Farewell, Some(Finished), vec!["received", "farewell"]),
            (Stage::Aftersales, Some(Signed), vec!["aftersales"]),
            (Stage::Aftersales, None, vec!["no_order", "aftersales"]),
        ] {
            assert_eq!(occasions(stage, order, false), wanted, "{stage:?} {order:?}");
        }
    }

    #[test]
    fn r_desk_06_who_comes_again_is_greeted_so_and_nobody_else() {
        assert_eq!(occasions(Stage::Welcome, None, true), ["returning", "welcome"]);
        let all = OrderState::ALL.iter().copied().map(Some).chain([None]);
        for order in all {
            for stage in Stage::ALL {
                assert!(
                    !occasions(*stage, order, false).contains(&"returning"),
                    "{stage:?} {order:?}"
                );
            }
        }
    }
}
