//! `POST /api/v1/buyer/{buyer}/reveal`

use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::order::view::{RevealWhat, Revealed};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::{BuyerId, Problem};

/// What is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RevealBuyer {
    /// What is shown in full; address and receiver stand in an order.
    pub what: RevealWhat,
    /// The order whose contact is meant; absent: the buyer's own telephone.
    #[serde(default)]
    pub order: Option<String>,
}

/// A contact of a buyer in full; on the audit trail. An agent sees contacts of buyers whom they serve or served.
#[utoipa::path(post, path = "/api/v1/buyer/{buyer}/reveal", tag = "buyer", params(("buyer" = String, Path, description = "The buyer")),
    request_body = RevealBuyer, responses((status = 200, body = Revealed), Problems))]
pub(crate) async fn reveal_buyer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
    Json(body): Json<RevealBuyer>,
) -> Answer<Json<Revealed>> {
    let value = match (&body.order, body.what) {
        (Some(order), what) => {
            let order = parse_id(order, "order")?;
            yingke_app::buyer::reveal_order(&api.house, &staff, buyer, order, what.into()).await?
        }
        (None, RevealWhat::Phone) => yingke_app::buyer::reveal_phone(&api.house, &staff, buyer).await?,
        (None, _) => {
            return Err(Problem::invalid(
                "order_missing",
                "address and receiver stand in an order; name the order",
            )
            .into());
        }
    };
    Ok(Json(Revealed { value }))
}
