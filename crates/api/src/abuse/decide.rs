//! `POST /api/v1/abuse/marks/{mark}/decide`

use super::view::mark;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::MarkRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_domain::abuse::Decision;
use yingke_kernel::MarkId;

/// What is said of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MarkVerdict {
    /// The words leave the response figures.
    Confirm,
    /// The figures stay.
    Refuse,
    /// Whoever proposed it takes it back.
    Withdraw,
    /// A supervisor takes a confirmed one back: its words count again.
    Revoke,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct MarkDecision {
    /// What is said.
    pub decision: MarkVerdict,
    /// Why; a refusal needs words, and so does taking a confirmed one back.
    #[serde(default)]
    pub note: String,
}

/// Decides a mark; nobody decides their own (R-DESK-12). 409 `mark_settled`, `own_mark`, `not_own_mark`, `mark_not_confirmed`.
#[utoipa::path(post, path = "/api/v1/abuse/marks/{mark}/decide", tag = "abuse",
    params(("mark" = String, Path, description = "The mark")), request_body = MarkDecision,
    responses((status = 200, body = MarkRow), Problems))]
pub(crate) async fn decide_mark(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<MarkId>,
    Json(body): Json<MarkDecision>,
) -> Answer<Json<MarkRow>> {
    let what = match body.decision {
        MarkVerdict::Confirm => Decision::Confirm,
        MarkVerdict::Refuse => Decision::Refuse,
        MarkVerdict::Withdraw => Decision::Withdraw,
        MarkVerdict::Revoke => Decision::Revoke,
    };
    let row = yingke_app::abuse::decide(&api.house, &staff, id, what, &body.note).await?;
    Ok(Json(mark(&row, &api.house.directory())))
}
