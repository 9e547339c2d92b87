//! `GET /api/v1/bargain/threads/{thread}`

use super::view::{Concession, approval, concession};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::ApprovalRow;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// An unpaid order of the buyer. Amounts in fen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BargainOrder {
    /// The order.
    pub id: String,
    /// The platform's number.
    pub number: String,
    /// What it costs.
    pub total_fen: i64,
    /// The most that the caller gives alone.
    pub limit_fen: i64,
    /// The round price within that; null = there is none.
    pub round_fen: Option<i64>,
    /// What the second concession applies for.
    pub second_fen: i64,
    /// The most of the second concession.
    pub second_max_fen: i64,
}

/// What can be done about the price in a thread (R-BARGAIN-01..03).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BargainBoard {
    /// Unpaid orders of the buyer, newest first.
    pub orders: Vec<BargainOrder>,
    /// Forms that the platform allows: `price freight coupon transfer gift`.
    pub forms: Vec<String>,
    /// Concessions on own authority that the caller gave today.
    pub used_today: i64,
    /// So many a day without a word.
    pub free_a_day: i64,
    /// So many more with a warning.
    pub warned_a_day: i64,
    /// Share of an order that is the caller's, in hundredths of a per cent.
    pub share_bp: i64,
    /// From this price on the supervisor decides, fen.
    pub large_order_fen: i64,
    /// Steps of the ladder that were tried: `lowest freight apply activity second gift`.
    pub tried: Vec<String>,
    /// The step to try next; null = all were tried.
    pub next: Option<String>,
    /// The step to try next if the buyer wavers.
    pub next_wavering: Option<String>,
    /// The last requests of the thread, latest first.
    pub requests: Vec<ApprovalRow>,
    /// What was given in this thread.
    pub given: Vec<Concession>,
}

/// The price panel of a thread.
#[utoipa::path(get, path = "/api/v1/bargain/threads/{thread}", tag = "bargain",
    params(("thread" = String, Path, description = "The thread")),
    responses((status = 200, body = BargainBoard), Problems))]
pub(crate) async fn bargain_board(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<BargainBoard>> {
    let board = yingke_app::bargain::board(&api.house, &staff, thread).await?;
    let directory = api.house.directory();
    let policy = &api.house.policy().bargain;
    let step = |s: Option<yingke_domain::bargain::Step>| s.map(|s| s.as_str().to_owned());
    Ok(Json(BargainBoard {
        orders: board
            .orders
            .iter()
            .map(|o| BargainOrder {
                id: o.id.to_string(),
                number: o.number.clone(),
                total_fen: o.total.0,
                limit_fen: o.limit.0,
                round_fen: o.round.map(|f| f.0),
                second_fen: o.second.0.0,
                second_max_fen: o.second.1.0,
            })
            .collect(),
        forms: board.forms.iter().map(|f| f.as_str().to_owned()).collect(),
        used_today: board.used_today,
        free_a_day: policy.free_a_day,
        warned_a_day: policy.warned_a_day,
        share_bp: policy.share_bp,
        large_order_fen: policy.large_order_fen,
        tried: board.tried.iter().map(|s| s.as_str().to_owned()).collect(),
        next: step(board.next.0),
        next_wavering: step(board.next.1),
        requests: board.requests.iter().map(|a| approval(a, &directory)).collect(),
        given: board.given.iter().map(|c| concession(c, &directory)).collect(),
    }))
}
