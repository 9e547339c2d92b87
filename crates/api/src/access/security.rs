//! `GET /api/v1/access/me/security`

use crate::access::sessions::SessionInfo;
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::access;

/// How safe one's account is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Security {
    /// Since when a second factor is asked for; null = it is not.
    pub totp_since: Option<String>,
    /// Recovery codes that are left.
    pub recovery_left: i64,
    /// Whether the policy asks this role for a second factor.
    pub totp_required: bool,
    /// Sessions that hold, last used first.
    pub sessions: Vec<SessionInfo>,
}

/// One's own sessions and second factor.
#[utoipa::path(get, path = "/api/v1/access/me/security", tag = "access", responses((status = 200, body = Security), Problems))]
pub(crate) async fn security(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Security>> {
    let (since, recovery_left) = access::second_factor(&api.house, staff.person).await?;
    let sessions = access::sessions(&api.house, &staff, staff.person).await?;
    Ok(Json(Security {
        totp_since: since.map(|at| at.to_string()),
        recovery_left,
        totp_required: api.house.policy().access.require_totp.contains(&staff.role),
        sessions: sessions.into_iter().map(Into::into).collect(),
    }))
}
