//! `GET /api/v1/conversation/threads/{thread}/offers`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::ThreadId;

/// A text for the composer, nothing left to fill in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedText {
    /// What it is for: `greeting`, or occasion and number (`paid.2`).
    pub code: String,
    /// The words.
    pub text: String,
}

/// At most three texts for where the talk stands; what was said already is not offered again (R-DESK-06, R-DESK-07, R-DESK-17).
#[utoipa::path(get, path = "/api/v1/conversation/threads/{thread}/offers", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = Vec<OfferedText>), Problems))]
pub(crate) async fn list_offers(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<Vec<OfferedText>>> {
    let offers = yingke_app::conversation::offers(&api.house, &staff, thread).await?;
    let texts = offers
        .into_iter()
        .map(|offer| OfferedText {
            code: offer.code,
            text: offer.text,
        })
        .collect();
    Ok(Json(texts))
}
