//! `POST /api/v1/bargain/threads/{thread}/ask`

use super::view::approval;
use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::ApprovalRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::{Fen, ThreadId};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AskPrice {
    /// The order; absent while it is not placed or the house does not know it.
    #[serde(default)]
    pub order: Option<String>,
    /// The price now, fen; an order's own price counts.
    #[serde(default)]
    pub total_fen: i64,
    /// The price asked for, fen.
    pub price_fen: i64,
    /// Why.
    pub reason: String,
}

/// Asks the supervisor for a price (R-BARGAIN-02). 409 `request_open` while another one of the thread is open.
#[utoipa::path(post, path = "/api/v1/bargain/threads/{thread}/ask", tag = "bargain",
    params(("thread" = String, Path, description = "The thread")), request_body = AskPrice,
    responses((status = 200, body = ApprovalRow), Problems))]
pub(crate) async fn ask_price(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<AskPrice>,
) -> Answer<Json<ApprovalRow>> {
    let order = body.order.as_deref().map(|o| parse_id(o, "order")).transpose()?;
    let (total, price) = (Fen(body.total_fen), Fen(body.price_fen));
    let row = yingke_app::bargain::ask(&api.house, &staff, thread, order, total, price, &body.reason).await?;
    Ok(Json(approval(&row, &api.house.directory())))
}
