//! Texts that the desk offers for where the talk stands (R-DESK-06, R-DESK-07, R-DESK-17): the shop's own, with their variables
//! filled in. What was said already in this conversation is not offered again.

use super::about::{orders_of, state_of};
use super::{checked, shops};
use crate::shop::{Values, fill, open_at, values};
use crate::{House, Problem, Result, Staff, presence};
use yingke_domain::access::Right;
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

/// For which occasions texts are offered, the nearest first.
fn occasions(stage: Stage, order: Option<OrderState>) -> Vec<&'static str> {
    use OrderState::{AwaitingShipment, Finished, PartlyShipped, Shipped, Signed};
    let of_order = match (stage, order) {
        // Another matter comes first; a goodbye after the parcel has come asks for the review.
        (Stage::Aftersales | Stage::Bargaining, _) => None,
        (_, Some(AwaitingShipment)) => Some("paid"),
        (Stage::Logistics | Stage::Farewell, Some(Signed | Finished)) => Some("received"),
        (_, Some(PartlyShipped | Shipped)) | (_, Some(_)) | (_, None) => None,
    };
    of_order.into_iter().chain([stage.as_str()]).collect()
}

/// At most three texts for where the talk with this buyer stands; first of all the greeting, while no person has answered.
pub async fn offers(house: &House, staff: &Staff, thread: ThreadId) -> Result<Vec<Offer>> {
    crate::access::require(staff, Right::Receive)?;
    let allowed = shops(house, staff);
    let (t, said, latest) = house
        .read(move |tx| {
            let t = checked(&allowed, rows::get(tx, thread)?)?;
            let said = match t.live.conversation {
                Some(open) => rows::entries_of(tx, thread, open)?,
                None => Vec::new(),
            };
            let latest = orders_of(tx, t.shop, t.buyer, 1)?.pop();
            Ok((t, said, latest))
        })
        .await?;
    let directory = house.directory();
    let shop = directory.shop(t.shop).ok_or_else(|| Problem::not_found("shop"))?;
    let now = open_at(shop, house.now(), presence::any_online(house, shop.id));
    let known = Values {
        agent: Some(staff.name.clone()),
        buyer: Some(t.buyer_name.clone()),
        order: latest.as_ref().map(|order: &Order| order.row.number.clone()),
        address: latest.as_ref().and_then(|order| order.row.address.clone()),
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
    for occasion in occasions(t.stage, latest.as_ref().and_then(state_of)) {
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
        for (stage, order, wanted) in [
            (Stage::Welcome, None, vec!["welcome"]),
            (
                Stage::Logistics,
                Some(OrderState::AwaitingShipment),
                vec!["paid", "logistics"],
            ),
            (
                Stage::Dialogue,
                Some(OrderState::AwaitingShipment),
                vec!["paid", "dialogue"],
            ),
            (
                Stage::Farewell,
                Some(OrderState::Finished),
                vec!["received", "farewell"],
            ),
            (Stage::Aftersales, Some(OrderState::Signed), vec!["aftersales"]),
            (Stage::Logistics, Some(OrderState::Shipped), vec!["logistics"]),
        ] {
            assert_eq!(occasions(stage, order), wanted, "{stage:?} {order:?}");
        }
    }
}
