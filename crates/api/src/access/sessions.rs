//! `GET /api/v1/access/people/{person}/sessions`

use crate::access::session::browser;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::access;
use yingke_kernel::PersonId;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionInfo {
    /// Names the session; of no use for signing in.
    pub id: String,
    /// When it began, RFC 3339.
    pub created_at: String,
    /// When it was last used, to the minute.
    pub seen_at: String,
    /// When it ends if nobody comes.
    pub expires_at: String,
    /// Browser and system: `Chrome · Windows`.
    pub browser: String,
    /// Where it began, shortened: `203.0.*.*`.
    pub address: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl From<access::SessionView> for SessionInfo {
    fn from(view: access::SessionView) -> Self {
        Self {
            id: view.id,
            created_at: view.created_at.to_string(),
            seen_at: view.seen_at.to_string(),
            expires_at: view.expires_at.to_string(),
            browser: browser(&view.agent),
            address: view.address,
            current: view.current,
        }
    }
}

/// The sessions of somebody one may change.
#[utoipa::path(get, path = "/api/v1/access/people/{person}/sessions", tag = "access", params(("person" = String, Path, description = "The person")),
    responses((status = 200, body = Vec<SessionInfo>), Problems))]
pub(crate) async fn sessions(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
) -> Answer<Json<Vec<SessionInfo>>> {
    let sessions = access::sessions(&api.house, &staff, person).await?;
    Ok(Json(sessions.into_iter().map(Into::into).collect()))
}
