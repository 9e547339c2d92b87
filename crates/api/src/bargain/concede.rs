//! `POST /api/v1/bargain/threads/{thread}/concede`

use super::view::{Conceded, concession, form};
use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::bargain::Terms;
use yingke_kernel::{Fen, ThreadId};

/// What is given.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Concede {
    /// The order; absent while it is not placed or the house does not know it.
    #[serde(default)]
    pub order: Option<String>,
    /// The price before, fen; an order's own price counts.
    #[serde(default)]
    pub total_fen: i64,
    /// The price now, fen.
    pub price_fen: i64,
    /// `price freight coupon transfer gift`.
    pub form: String,
    /// Why.
    pub reason: String,
}

/// Gives what is within own authority (R-BARGAIN-01). 409 `needs_approval` says why it is not.
#[utoipa::path(post, path = "/api/v1/bargain/threads/{thread}/concede", tag = "bargain",
    params(("thread" = String, Path, description = "The thread")), request_body = Concede,
    responses((status = 200, body = Conceded), Problems))]
pub(crate) async fn concede(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<Concede>,
) -> Answer<Json<Conceded>> {
    let terms = Terms {
        order: body.order.as_deref().map(|o| parse_id(o, "order")).transpose()?,
        total: Fen(body.total_fen),
        price: Fen(body.price_fen),
        form: form(&body.form)?,
        reason: body.reason,
    };
    let (row, words) = yingke_app::bargain::concede(&api.house, &staff, thread, terms).await?;
    Ok(Json(Conceded {
        concession: concession(&row, &api.house.directory()),
        words,
    }))
}
