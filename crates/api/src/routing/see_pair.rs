//! `POST /api/v1/routing/pairs/{thread}/seen`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_kernel::ThreadId;

/// Whoever was asked to look along has opened it (R-DESK-18).
#[utoipa::path(post, path = "/api/v1/routing/pairs/{thread}/seen", tag = "routing",
    params(("thread" = String, Path, description = "The thread")),
    responses((status = 204, description = "Noted"), Problems))]
pub(crate) async fn see_pair(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<StatusCode> {
    yingke_app::routing::see_pair(&api.house, &staff, thread).await?;
    Ok(StatusCode::NO_CONTENT)
}
