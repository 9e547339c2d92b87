//! An order as the desk shows it: contacts are masked, whoever looks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_app::House;
use yingke_app::order::OrderView;
use yingke_domain::buyer::{mask_address, mask_name, mask_phone};
use yingke_domain::order::steps;

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderLine {
    /// The shop's own number; empty where the file has none.
    pub code: String,
    /// Title as it was sold.
    pub title: String,
    /// Size, colour and the like.
    pub sku: String,
    /// Pieces.
    pub quantity: i64,
    /// Price of one piece; null where the file does not say it.
    pub price_fen: Option<i64>,
    /// The article of the shop, when its number is known.
    pub product: Option<String>,
    /// Address of the article's picture.
    pub picture: Option<String>,
}

/// How far an order is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderStep {
    /// `placed paid shipped signed finished closed`.
    pub step: String,
    /// Whether it is done.
    pub done: bool,
    /// When, if the file says it; RFC 3339.
    pub at: Option<String>,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Order {
    /// The order.
    pub order: String,
    /// Shop code.
    pub shop: String,
    /// The platform's number.
    pub number: String,
    /// The platform.
    pub platform: String,
    /// `awaiting_payment awaiting_shipment partly_shipped shipped signed finished closed`; null when the file names none.
    pub state: Option<String>,
    /// The platform's own word; empty when the file names none.
    pub state_text: String,
    /// When it was placed.
    pub created_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// Paid, or to be paid, before refunds.
    pub gross_fen: i64,
    /// Given back.
    pub refund_fen: i64,
    /// What remains.
    pub net_fen: i64,
    /// What its articles cost before any discount, where the file says it.
    pub total_fen: Option<i64>,
    /// The buyer's name on the platform.
    pub buyer_name: Option<String>,
    /// The buyer, if the house knows one.
    pub buyer: Option<String>,
    /// The buyer's thread that was written in last.
    pub thread: Option<String>,
    /// Who receives it, masked.
    pub receiver: Option<String>,
    /// The receiver's telephone, masked.
    pub phone: Option<String>,
    /// Where it goes, masked from the street on.
    pub address: Option<String>,
    /// Carrier and number of the parcel.
    pub parcel: Option<String>,
    /// What the buyer wrote with the order.
    pub message: Option<String>,
    /// What the shop noted.
    pub note: Option<String>,
    /// Why it was closed.
    pub closed_reason: Option<String>,
    /// Pieces of all lines.
    pub quantity: i64,
    /// Its lines.
    pub items: Vec<OrderLine>,
    /// How far it is.
    pub steps: Vec<OrderStep>,
}

/// What is shown in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevealWhat {
    /// A telephone number.
    Phone,
    /// An address.
    Address,
    /// A receiver's name.
    Receiver,
}

impl From<RevealWhat> for yingke_app::order::Contact {
    fn from(what: RevealWhat) -> Self {
        match what {
            RevealWhat::Phone => Self::Phone,
            RevealWhat::Address => Self::Address,
            RevealWhat::Receiver => Self::Receiver,
        }
    }
}

/// A contact in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Revealed {
    /// The whole of it.
    pub value: String,
}

/// An order for the desk.
pub(crate) fn order(house: &House, view: OrderView) -> Order {
    let directory = house.directory();
    let o = view.order;
    let row = o.row;
    let facts: serde_json::Value = serde_json::from_str(&row.facts).unwrap_or_default();
    let fact = |key: &str| facts.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let state = yingke_app::order::state(&row);
    let steps = steps(state, row.created, row.paid, row.shipped, row.signed);
    Order {
        order: o.id.to_string(),
        shop: directory
            .shop(o.shop)
            .map(|shop| shop.code.clone())
            .unwrap_or_default(),
        state: state.map(|state| state.as_str().to_owned()),
        state_text: row.state.unwrap_or_default(),
        created_at: row.created.to_string(),
        paid_at: row.paid.map(|at| at.to_string()),
        gross_fen: row.gross.0,
        refund_fen: row.refund.0,
        net_fen: row.net.0,
        total_fen: facts.get("total_fen").and_then(serde_json::Value::as_i64),
        buyer_name: row.buyer,
        buyer: view.buyer.map(|id| id.to_string()),
        thread: view.thread.map(|id| id.to_string()),
        receiver: row.receiver.as_deref().map(mask_name),
        phone: row.phone.as_deref().map(mask_phone),
        address: row.address.as_deref().map(mask_address),
        parcel: row.parcel,
        message: fact("message"),
        note: fact("note"),
        closed_reason: fact("closed_reason"),
        quantity: row.items.iter().map(|item| item.quantity).sum(),
        items: row
            .items
            .into_iter()
            .map(|item| {
                let product = view.goods.get(&item.code);
                OrderLine {
                    product: product.map(|p| p.id.to_string()),
                    picture: product.and_then(yingke_app::goods::picture_path),
                    code: item.code,
                    title: item.title,
                    sku: item.sku,
                    quantity: item.quantity,
                    price_fen: item.price.map(|price| price.0),
                }
            })
            .collect(),
        steps: steps
            .into_iter()
            .map(|(step, done, at)| OrderStep {
                step: step.as_str().to_owned(),
                done,
                at: at.map(|at| at.to_string()),
            })
            .collect(),
        number: row.number,
        platform: row.platform,
    }
}
