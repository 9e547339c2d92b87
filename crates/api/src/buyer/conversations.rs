//! `GET /api/v1/buyer/{buyer}/conversations`

use crate::http::Id;
use crate::http::{Api, Desk, Json, Params, cursor, parse_cursor};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Rating;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_kernel::BuyerId;

/// Conversations of a page at most.
const PAGE: i64 = 100;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EpisodesQuery {
    /// `next` of the page before.
    pub before: Option<String>,
    /// Conversations, 1 to 100; 20 unless told.
    pub limit: Option<i64>,
}

/// An earlier conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyerConversation {
    /// The conversation.
    pub conversation: String,
    /// Its thread.
    pub thread: String,
    /// Its first entry.
    pub seq: i64,
    /// When it opened.
    pub opened_at: String,
    /// When it closed; null while it is open.
    pub closed_at: Option<String>,
    /// Who answered, by name.
    pub agents: Vec<String>,
    /// First words of the buyer.
    pub text: String,
    /// How many messages.
    pub messages: i64,
    /// The buyer's mark.
    pub rating: Option<Rating>,
}

/// A page of conversations, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyerConversations {
    /// The conversations.
    pub conversations: Vec<BuyerConversation>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Conversations of a buyer, newest first, in all their threads.
#[utoipa::path(get, path = "/api/v1/buyer/{buyer}/conversations", tag = "buyer",
    params(("buyer" = String, Path, description = "The buyer"), EpisodesQuery), responses((status = 200, body = BuyerConversations), Problems))]
pub(crate) async fn list_buyer_conversations(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
    Params(query): Params<EpisodesQuery>,
) -> Answer<Json<BuyerConversations>> {
    let before = query.before.as_deref().map(parse_cursor).transpose()?;
    let limit = query.limit.unwrap_or(20).clamp(1, PAGE);
    let found = yingke_app::buyer::episodes(&api.house, &staff, buyer, before, limit).await?;
    let next = if found.len() as i64 == limit {
        found.last().map(|e| cursor(e.opened_at.micros(), e.id))
    } else {
        None
    };
    let directory = api.house.directory();
    let conversations = found
        .into_iter()
        .map(|e| BuyerConversation {
            conversation: e.id.to_string(),
            thread: e.thread.to_string(),
            seq: e.seq,
            opened_at: e.opened_at.to_string(),
            closed_at: e.closed_at.map(|at| at.to_string()),
            agents: e
                .agents
                .iter()
                .filter_map(|id| directory.actor_name(*id).map(str::to_owned))
                .collect(),
            text: e.words.chars().take(80).collect(),
            messages: e.messages,
            rating: e.rating.as_deref().and_then(rating),
        })
        .collect();
    Ok(Json(BuyerConversations { conversations, next }))
}

/// The mark as stored.
fn rating(json: &str) -> Option<Rating> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let inner = value.get("rating").unwrap_or(&value);
    Some(Rating {
        score: inner.get("score")?.as_i64()?,
        words: inner
            .get("words")
            .and_then(|v| v.as_str())
            .unwrap_or_default()
            .to_owned(),
    })
}
