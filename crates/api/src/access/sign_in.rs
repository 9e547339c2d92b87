//! `POST /api/v1/access/sign-in`

use crate::access::{me::Me, session, session::shortened, use_link::user_agent};
use crate::http::{Api, Json};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::access::Came;

/// Login and password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignIn {
    /// Name to sign in with.
    pub login: String,
    /// The password.
    pub password: String,
    /// Six digits of the authenticator, or a recovery code; asked for by the problem `code_needed`.
    #[serde(default)]
    pub code: Option<String>,
}

/// Signs in with a password; sets the session's cookie.
#[utoipa::path(post, path = "/api/v1/access/sign-in", tag = "access", request_body = SignIn,
    responses((status = 200, body = Me), Problems))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    ip: ClientIp,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Answer<impl IntoResponse> {
    api.limits.sign_in(ip, api.house.now())?;
    let address = shortened(ip);
    let came = Came {
        agent: user_agent(&headers),
        address: &address,
        code: body.code.as_deref(),
    };
    let signed_in = yingke_app::access::sign_in(&api.house, &body.login, &body.password, came).await?;
    let me = Me::of(&api, &signed_in.staff).await?;
    Ok((session::cookie_of(&api, &signed_in), Json(me)))
}
