//! `GET /api/v1/notice/notices`

use super::view::for_caller;
use crate::http::{Api, Desk, Json, Params};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::NoticeRow;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::notice::{Asked, Which};
use yingke_kernel::{NoticeId, Problem, Stamp};

/// Notices of a page unless told.
const PAGE: i64 = 50;

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoticeQuery {
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// `in_force` (unless told), `open`: those in force which the caller has yet to confirm, or `all`.
    pub which: Option<String>,
    /// Words that title or text have.
    pub q: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Notices, 1 to 200; 50 unless told.
    pub limit: Option<i64>,
}

/// A page of notices, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticePage {
    /// The notices.
    pub notices: Vec<NoticeRow>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

fn cursor(text: &str) -> Result<(Stamp, NoticeId), Problem> {
    let bad = || Problem::invalid("bad_cursor", "after must be `next` of the page before");
    let (at, id) = text.split_once('_').ok_or_else(bad)?;
    Ok((
        Stamp::from_micros(at.parse().map_err(|_| bad())?),
        id.parse().map_err(|_| bad())?,
    ))
}

/// Notices that the caller may read: those for them, and all of their shops for whoever posts (R-TEAM-03).
#[utoipa::path(get, path = "/api/v1/notice/notices", tag = "notice", params(NoticeQuery),
    responses((status = 200, body = NoticePage), Problems))]
pub(crate) async fn notices(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<NoticeQuery>,
) -> Answer<Json<NoticePage>> {
    let shop = match query.shop.as_deref() {
        None => None,
        Some(code) => Some(
            api.house
                .directory()
                .shop_by_code(code)
                .map(|s| s.id)
                .ok_or_else(|| Problem::not_found("shop"))?,
        ),
    };
    let which = match query.which.as_deref() {
        None | Some("in_force") => Which::InForce,
        Some("open") => Which::Open,
        Some("all") => Which::All,
        Some(_) => {
            return Err(Problem::invalid("bad_field", "which is in_force, open or all").into());
        }
    };
    let asked = Asked {
        shop,
        which,
        words: query.q.unwrap_or_default(),
        before: query.after.as_deref().map(cursor).transpose()?,
        limit: usize::try_from(query.limit.unwrap_or(PAGE)).unwrap_or(1),
    };
    let page = yingke_app::notice::list(&api.house, &staff, asked).await?;
    let next = page
        .notices
        .last()
        .filter(|_| page.more)
        .map(|n| format!("{}_{}", n.at.micros(), n.id));
    let all = page.notices.iter();
    Ok(Json(NoticePage {
        notices: all.map(|n| for_caller(n, staff.person, &api.house)).collect(),
        next,
    }))
}
