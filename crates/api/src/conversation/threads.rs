//! `GET /api/v1/conversation/threads`

use crate::conversation::view;
use crate::http::{Api, Desk, Json, Params, cursor, own_shops, parse_cursor};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Row;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of a page at most.
const PAGE: i64 = 200;

/// Which threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ThreadTab {
    /// All.
    #[default]
    All,
    /// Those without an open conversation.
    Closed,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ThreadsQuery {
    /// `all` unless told.
    #[serde(default)]
    #[param(inline)]
    pub tab: ThreadTab,
    /// Of this shop only, by code.
    pub shop: Option<String>,
    /// `next` of the page before.
    pub before: Option<String>,
    /// Rows, 1 to 200; 50 unless told.
    pub limit: Option<i64>,
}

/// A page of threads, by last entry, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreadPage {
    /// The rows.
    pub rows: Vec<Row>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Threads of the person's shops, by last entry, newest first. Waiting and held ones come by the socket.
#[utoipa::path(get, path = "/api/v1/conversation/threads", tag = "conversation", params(ThreadsQuery),
    responses((status = 200, body = ThreadPage), Problems))]
pub(crate) async fn list_threads(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<ThreadsQuery>,
) -> Answer<Json<ThreadPage>> {
    let before = query.before.as_deref().map(parse_cursor).transpose()?;
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let shops = own_shops(&api, &staff, query.shop.as_deref())?;
    let closed_only = query.tab == ThreadTab::Closed;
    let mut rows = Vec::new();
    for shop in shops {
        rows.extend(
            yingke_app::conversation::page(&api.house, &staff, shop, closed_only, before, limit).await?,
        );
    }
    // Several shops are merged: the first `limit` of all are among the first `limit` of each.
    rows.sort_by_key(|t| std::cmp::Reverse((t.live.last_at, t.id)));
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next = if rows.len() as i64 == limit {
        rows.last().map(|t| cursor(t.live.last_at.micros(), t.id))
    } else {
        None
    };
    Ok(Json(ThreadPage {
        rows: rows
            .iter()
            .map(|t| view::row_for(&api.house, t, staff.person))
            .collect(),
        next,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yingke_kernel::{Stamp, ThreadId};

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let thread: ThreadId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let at = Stamp::from_micros(1_790_000_000_123_456);
        assert_eq!(parse_cursor(&cursor(at.micros(), thread)).unwrap(), (at, thread));
        for bad in ["", "1", "x.y", "1.2"] {
            assert_eq!(parse_cursor::<ThreadId>(bad).unwrap_err().code, "bad_cursor");
        }
    }
}
