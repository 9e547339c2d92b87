//! `POST /api/v1/guard/overrule`

use super::read::Draft;
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;

/// Notes on the audit trail that a draft is sent although the guard warned of it. 409 `guard_block` for one that may not be sent.
#[utoipa::path(post, path = "/api/v1/guard/overrule", tag = "guard", request_body = Draft,
    responses((status = 204, description = "Noted"), Problems))]
pub(crate) async fn overrule_warning(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Draft>,
) -> Answer<StatusCode> {
    let thread = parse_id(&body.thread, "thread")?;
    yingke_app::guard::overrule(&api.house, &staff, thread, &body.text).await?;
    Ok(StatusCode::NO_CONTENT)
}
