//! `GET /api/v1/buyer/{buyer}`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::BuyerPage;
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use yingke_domain::buyer::mask_phone;
use yingke_kernel::{BuyerId, Stamp};

/// The sum of a buyer's orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyerOrders {
    /// How many.
    pub count: i64,
    /// How many were paid.
    pub paid_count: i64,
    /// What remains of the paid ones after refunds.
    pub paid_fen: i64,
    /// When the last one was placed.
    pub last_at: Option<String>,
}

/// What is known of a buyer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Buyer {
    /// The buyer who counts: a guest who turned out to be somebody is that somebody.
    pub buyer: String,
    /// Shop code.
    pub shop: String,
    /// Name that the desk shows.
    pub name: String,
    /// `web`, `taobao`, …
    pub channel: String,
    /// Name or number of the buyer on the channel; null for a guest.
    pub external: Option<String>,
    /// When they were here first.
    pub created_at: String,
    /// Whether they had an earlier conversation or a paid order (R-DESK-09).
    pub returning: bool,
    /// Conversations so far.
    pub conversations: i64,
    /// The thread that was written in last.
    pub thread: Option<String>,
    /// Telephone, masked.
    pub phone: Option<String>,
    /// City.
    pub city: Option<String>,
    /// What the shop remarks.
    pub remark: String,
    /// Name to text.
    pub attributes: BTreeMap<String, String>,
    /// Tags, oldest first.
    pub tags: Vec<String>,
    /// What they look at.
    pub page: Option<BuyerPage>,
    /// The sum of their orders.
    pub orders: BuyerOrders,
    /// Whether something above is shown in part only.
    pub masked: bool,
    /// When the house forgot them.
    pub erased_at: Option<String>,
}

/// What is known of a buyer; contacts are masked.
#[utoipa::path(get, path = "/api/v1/buyer/{buyer}", tag = "buyer", params(("buyer" = String, Path, description = "The buyer")),
    responses((status = 200, body = Buyer), Problems))]
pub(crate) async fn get_buyer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
) -> Answer<Json<Buyer>> {
    let r = yingke_app::buyer::record(&api.house, &staff, buyer).await?;
    let directory = api.house.directory();
    let external = yingke_app::buyer::shown_external(&r.row);
    Ok(Json(Buyer {
        buyer: r.row.id.to_string(),
        shop: directory
            .shop(r.row.shop)
            .map(|shop| shop.code.clone())
            .unwrap_or_default(),
        name: r.row.name,
        channel: r.row.channel,
        external,
        created_at: r.row.created_at.to_string(),
        returning: r.conversations > 1 || r.orders.paid > 0,
        conversations: r.conversations,
        thread: r.thread.map(|id| id.to_string()),
        masked: r.phone.is_some(),
        phone: r.phone.as_deref().map(mask_phone),
        city: r.city,
        remark: r.row.remark,
        attributes: r.attributes,
        tags: r.tags,
        page: r.page.as_deref().and_then(|json| page(json, r.seen_at)),
        orders: BuyerOrders {
            count: r.orders.count,
            paid_count: r.orders.paid,
            paid_fen: r.orders.net.0,
            last_at: r.orders.last.map(|at| at.to_string()),
        },
        erased_at: r.row.erased_at.map(|at| at.to_string()),
    }))
}

/// The page as stored: title, address, product.
fn page(json: &str, at: Option<Stamp>) -> Option<BuyerPage> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let text = |key: &str| value.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    Some(BuyerPage {
        title: text("title")?,
        address: text("address")?,
        product: text("product"),
        at: text("at").or_else(|| at.map(|at| at.to_string()))?,
    })
}
