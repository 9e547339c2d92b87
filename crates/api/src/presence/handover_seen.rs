//! `POST /api/v1/presence/handovers/{handover}/seen`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;

/// One has read what a shift left.
#[utoipa::path(post, path = "/api/v1/presence/handovers/{handover}/seen", tag = "presence",
    params(("handover" = String, Path, description = "What was left")),
    responses((status = 204, description = "Noted"), Problems))]
pub(crate) async fn handover_seen(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(handover): Id<Uuid>,
) -> Answer<StatusCode> {
    yingke_app::presence::see_handover(&api.house, &staff, handover).await?;
    Ok(StatusCode::NO_CONTENT)
}
