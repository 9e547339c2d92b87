//! `POST /api/v1/bargain/requests/{request}/take`

use super::view::{Conceded, concession, form};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::ApprovalId;

/// How it reaches the buyer.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TakePrice {
    /// `price freight coupon transfer gift`.
    pub form: String,
}

/// Takes what was granted or offered: the concession is given. 409 `nothing_granted`.
#[utoipa::path(post, path = "/api/v1/bargain/requests/{request}/take", tag = "bargain",
    params(("request" = String, Path, description = "The request")), request_body = TakePrice,
    responses((status = 200, body = Conceded), Problems))]
pub(crate) async fn take_request(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<ApprovalId>,
    Json(body): Json<TakePrice>,
) -> Answer<Json<Conceded>> {
    let (row, words) = yingke_app::bargain::take(&api.house, &staff, id, form(&body.form)?).await?;
    Ok(Json(Conceded {
        concession: concession(&row, &api.house.directory()),
        words,
    }))
}
