//! `POST /api/v1/duty/found`

use super::view::{DutyTick, tick};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::duty::Found;

/// A parcel in which something was missing.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DutyFound {
    /// Shop code.
    pub shop: String,
    /// The order's number.
    pub number: String,
    /// To whom it was reported.
    pub reported_to: String,
    /// What was missing.
    #[serde(default)]
    pub note: String,
}

/// Adds a missed shipment, found and reported, to today's early list (R-DESK-16).
#[utoipa::path(post, path = "/api/v1/duty/found", tag = "duty", request_body = DutyFound,
    responses((status = 200, body = DutyTick), Problems))]
pub(crate) async fn duty_found(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<DutyFound>,
) -> Answer<Json<DutyTick>> {
    let what = Found {
        number: body.number,
        to: body.reported_to,
        note: body.note,
    };
    let row = yingke_app::duty::found(&api.house, &staff, &body.shop, what).await?;
    Ok(Json(tick(&row, &api.house.directory())))
}
