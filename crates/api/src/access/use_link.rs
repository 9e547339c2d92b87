//! `POST /api/v1/access/link`

use crate::access::{me::Me, session};
use crate::http::{Api, Json};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::access::Came;

/// A one-time link with what it asks for.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UseLink {
    /// The token.
    pub token: String,
    /// Name to sign in with later (owner).
    #[serde(default)]
    pub login: Option<String>,
    /// Name that colleagues and buyers see (owner, invite).
    #[serde(default)]
    pub name: Option<String>,
    /// At least 10 characters (owner, invite).
    #[serde(default)]
    pub password: Option<String>,
    /// Six digits of the authenticator, or a recovery code; asked for by the problem `code_needed`.
    #[serde(default)]
    pub code: Option<String>,
}

/// Uses a one-time link up and signs in. A POST, so that previewers of links do not burn it.
#[utoipa::path(post, path = "/api/v1/access/link", tag = "access", request_body = UseLink,
    responses((status = 200, body = Me), Problems))]
pub(crate) async fn use_link(
    State(api): State<Api>,
    ip: ClientIp,
    headers: HeaderMap,
    Json(body): Json<UseLink>,
) -> Answer<impl IntoResponse> {
    api.limits.link(ip, api.house.now())?;
    let form = yingke_app::access::LinkForm {
        login: body.login,
        name: body.name,
        password: body.password,
    };
    let address = session::shortened(ip);
    let came = Came {
        agent: user_agent(&headers),
        address: &address,
        code: body.code.as_deref(),
    };
    let signed_in = yingke_app::access::use_link(&api.house, &body.token, form, came).await?;
    let me = Me::of(&api, &signed_in.staff).await?;
    Ok((session::cookie_of(&api, &signed_in), Json(me)))
}

/// What the browser calls itself, for the list of sessions; shortened.
pub(crate) fn user_agent(headers: &HeaderMap) -> &str {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    // A visible-ASCII header: every byte is a character.
    &text[..text.len().min(200)]
}
