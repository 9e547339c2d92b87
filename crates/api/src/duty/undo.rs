//! `DELETE /api/v1/duty/ticks/{tick}`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_kernel::TickId;

/// Takes a tick of today back; the record stays.
#[utoipa::path(delete, path = "/api/v1/duty/ticks/{tick}", tag = "duty",
    params(("tick" = String, Path, description = "The tick")),
    responses((status = 204, description = "Taken back"), Problems))]
pub(crate) async fn duty_undo(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(tick): Id<TickId>,
) -> Answer<StatusCode> {
    yingke_app::duty::undo(&api.house, &staff, tick).await?;
    Ok(StatusCode::NO_CONTENT)
}
