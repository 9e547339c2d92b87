//! `POST /api/v1/buyer/{buyer}/erase`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::BuyerId;

/// The key to it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EraseBuyer {
    /// The buyer's name, written by hand.
    pub confirm: String,
}

/// Makes the house forget a buyer: words, names, contacts and files go, numbers and figures stay. On the audit trail.
#[utoipa::path(post, path = "/api/v1/buyer/{buyer}/erase", tag = "buyer", params(("buyer" = String, Path, description = "The buyer")),
    request_body = EraseBuyer, responses((status = 204), Problems))]
pub(crate) async fn erase_buyer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
    Json(body): Json<EraseBuyer>,
) -> Answer<StatusCode> {
    yingke_app::buyer::erase(&api.house, &staff, buyer, &body.confirm).await?;
    Ok(StatusCode::NO_CONTENT)
}
