//! `POST /api/v1/duty/group`

use super::view::{DutySay, parse_group, parse_list, say};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// How many lines were ticked off.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyTicked {
    /// How many.
    pub ticked: u64,
}

/// Ticks every open line of a group of today's list off, with one reason.
#[utoipa::path(post, path = "/api/v1/duty/group", tag = "duty", request_body = DutySay,
    responses((status = 200, body = DutyTicked), Problems))]
pub(crate) async fn duty_group(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<DutySay>,
) -> Answer<Json<DutyTicked>> {
    let (list, group) = (parse_list(&body.list)?, parse_group(&body.group)?);
    let ticked =
        yingke_app::duty::tick_group(&api.house, &staff, &body.shop, list, group, say(&body)?).await?;
    Ok(Json(DutyTicked { ticked }))
}
