//! `POST /api/v1/access/link/inspect`

use crate::http::{Api, Json};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A one-time token, from the fragment of the link.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct LinkToken {
    /// The token.
    pub token: String,
}

/// What a one-time link is for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkInfo {
    /// What it does.
    pub purpose: LinkPurpose,
    /// Whom it signs in, if that is known.
    pub name: Option<String>,
    /// When it stops working, RFC 3339.
    pub expires_at: String,
}

/// What a one-time link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinkPurpose {
    /// Signs in, nothing to fill in.
    Signin,
    /// Makes the owner's account: login, name, password.
    Owner,
    /// Takes an invitation: name and password.
    Invite,
}

/// Looks at a one-time link without using it up (R-TEAM-02).
#[utoipa::path(post, path = "/api/v1/access/link/inspect", tag = "access", request_body = LinkToken,
    responses((status = 200, body = LinkInfo), Problems))]
pub(crate) async fn inspect_link(
    State(api): State<Api>,
    ip: ClientIp,
    Json(body): Json<LinkToken>,
) -> Answer<Json<LinkInfo>> {
    api.limits.link(ip, api.house.now())?;
    let info = yingke_app::access::inspect_link(&api.house, &body.token).await?;
    let purpose = match info.purpose.as_str() {
        "owner" => LinkPurpose::Owner,
        "invite" => LinkPurpose::Invite,
        _ => LinkPurpose::Signin,
    };
    Ok(Json(LinkInfo {
        purpose,
        name: info.name,
        expires_at: info.expires_at.to_string(),
    }))
}
