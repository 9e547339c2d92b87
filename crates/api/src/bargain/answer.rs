//! `POST /api/v1/bargain/requests/{request}/answer`

use super::view::approval;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::ApprovalRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_domain::bargain::Act;
use yingke_kernel::{ApprovalId, Fen, Problem};

/// What the supervisor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PriceVerdict {
    /// As asked.
    Grant,
    /// No.
    Refuse,
    /// Another price.
    Counter,
}

/// An answer to a request.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PriceAnswer {
    /// What is said.
    pub decision: PriceVerdict,
    /// The price offered instead, fen; with `counter` only.
    #[serde(default)]
    pub price_fen: Option<i64>,
    /// Words for the agent.
    #[serde(default)]
    pub note: String,
}

/// Answers a request (R-BARGAIN-02). 409 `request_settled` if somebody was faster.
#[utoipa::path(post, path = "/api/v1/bargain/requests/{request}/answer", tag = "bargain",
    params(("request" = String, Path, description = "The request")), request_body = PriceAnswer,
    responses((status = 200, body = ApprovalRow), Problems))]
pub(crate) async fn answer_request(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(id): Id<ApprovalId>,
    Json(body): Json<PriceAnswer>,
) -> Answer<Json<ApprovalRow>> {
    let what = match (body.decision, body.price_fen) {
        (PriceVerdict::Grant, None) => Act::Grant,
        (PriceVerdict::Refuse, None) => Act::Refuse,
        (PriceVerdict::Counter, Some(price)) => Act::Counter(Fen(price)),
        _ => {
            let detail = "price_fen stands with counter, and only there";
            return Err(Problem::invalid("bad_price", detail).into());
        }
    };
    let row = yingke_app::bargain::answer(&api.house, &staff, id, what, &body.note).await?;
    Ok(Json(approval(&row, &api.house.directory())))
}
