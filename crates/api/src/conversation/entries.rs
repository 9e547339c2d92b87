//! `GET /api/v1/conversation/threads/{thread}/entries`

use crate::conversation::view::{self, Audience};
use crate::http::{Api, Id, Json, Params, caller_of};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Entry;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::Caller;
use yingke_kernel::{Problem, ThreadId};

/// Entries of a page at most.
pub(crate) const PAGE: i64 = 200;

/// Which entries: before or after a sequence; without either the last ones.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntriesQuery {
    /// Those before this sequence (the last `limit` of them).
    pub before: Option<i64>,
    /// Those after this sequence (the first `limit` of them).
    pub after: Option<i64>,
    /// Entries, 1 to 200; 50 unless told.
    pub limit: Option<i64>,
}

/// A piece of a thread's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryPage {
    /// The entries, ascending, without a hole.
    pub entries: Vec<Entry>,
    /// Last sequence of the thread.
    pub last_seq: i64,
    /// Highest sequence that the buyer has seen.
    pub buyer_read: i64,
    /// Highest sequence that the shop has seen.
    pub shop_read: i64,
}

/// Entries of a thread in order: for the house, and for the buyer whose thread it is.
#[utoipa::path(get, path = "/api/v1/conversation/threads/{thread}/entries", tag = "conversation",
    params(("thread" = String, Path, description = "The thread"), EntriesQuery,
        ("x-yingke-guest" = Option<String>, Header, description = "The guest secret, when no cookie is kept")),
    responses((status = 200, body = EntryPage), Problems))]
pub(crate) async fn list_entries(
    State(api): State<Api>,
    headers: HeaderMap,
    Id(thread): Id<ThreadId>,
    Params(query): Params<EntriesQuery>,
) -> Answer<Json<EntryPage>> {
    let audience = match caller_of(&api, &headers).await? {
        Caller::Staff(staff) => {
            // Refuses whoever does not belong to the shop.
            yingke_app::conversation::thread(&api.house, &staff, thread).await?;
            Audience::Desk(staff.person)
        }
        Caller::Guest(guest) if guest.thread == thread => Audience::Buyer(guest.buyer),
        Caller::Guest(_) => return Err(Problem::not_found("thread").into()),
    };
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let page = match (query.before, query.after) {
        (Some(_), Some(_)) => {
            return Err(Problem::invalid("before_and_after", "give `before` or `after`, not both").into());
        }
        (Some(before), None) => view::Slice::Before(before),
        (None, Some(after)) => view::Slice::After(after),
        (None, None) => view::Slice::Last,
    };
    let history = view::history(&api.house, &audience, thread, page, limit).await?;
    Ok(Json(EntryPage {
        entries: history.entries,
        last_seq: history.row.live.last_seq,
        buyer_read: history.row.buyer_read,
        shop_read: history.row.shop_read,
    }))
}
