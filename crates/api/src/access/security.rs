//! `/api/v1/access/me/…`: one's own sessions, password and second factor.

use crate::access::session::browser;
use crate::http::{Api, Desk, Id, Json, Params};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
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

/// Which sessions end.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EndQuery {
    /// This one; absent = all but the one that asks.
    pub session: Option<String>,
}

/// Ends one of one's own sessions, or all others. Their sockets close.
#[utoipa::path(delete, path = "/api/v1/access/me/sessions", tag = "access", params(EndQuery), responses((status = 204), Problems))]
pub(crate) async fn end_own_sessions(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<EndQuery>,
) -> Answer<StatusCode> {
    let ended = access::end_sessions(&api.house, &staff, staff.person, query.session.as_deref()).await?;
    api.hub.end_sessions(staff.person, &ended);
    Ok(StatusCode::NO_CONTENT)
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

/// Ends a session of somebody one may change, or all. Their sockets close.
#[utoipa::path(delete, path = "/api/v1/access/people/{person}/sessions", tag = "access",
    params(("person" = String, Path, description = "The person"), EndQuery), responses((status = 204), Problems))]
pub(crate) async fn end_sessions(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
    Params(query): Params<EndQuery>,
) -> Answer<StatusCode> {
    let ended = access::end_sessions(&api.house, &staff, person, query.session.as_deref()).await?;
    api.hub.end_sessions(person, &ended);
    Ok(StatusCode::NO_CONTENT)
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChangePassword {
    /// The password as it is.
    pub old: String,
    /// At least 10 characters.
    pub new: String,
}

/// Another password for oneself; all other sessions end.
#[utoipa::path(post, path = "/api/v1/access/me/password", tag = "access", request_body = ChangePassword,
    responses((status = 204), Problems))]
pub(crate) async fn change_password(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<ChangePassword>,
) -> Answer<StatusCode> {
    let others = access::change_password(&api.house, &staff, &body.old, &body.new).await?;
    api.hub.end_sessions(staff.person, &others);
    Ok(StatusCode::NO_CONTENT)
}

/// What is needed to set an authenticator up; shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct Enrolment {
    /// The secret in base 32.
    pub secret: String,
    /// The `otpauth://` address.
    pub uri: String,
    /// The address as a picture, SVG text.
    pub qr: String,
}

/// Begins to set up a second factor; in force once a code was confirmed.
#[utoipa::path(post, path = "/api/v1/access/me/totp", tag = "access", responses((status = 200, body = Enrolment), Problems))]
pub(crate) async fn enrol(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Enrolment>> {
    let begun = access::enrol(&api.house, &staff).await?;
    Ok(Json(Enrolment {
        secret: begun.secret,
        uri: begun.uri,
        qr: begun.qr,
    }))
}

/// A code of the authenticator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Code {
    /// Six digits.
    pub code: String,
}

/// Recovery codes; shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each signs in once in the place of a code.
    pub codes: Vec<String>,
}

/// The first code: from now on one is asked for.
#[utoipa::path(post, path = "/api/v1/access/me/totp/confirm", tag = "access", request_body = Code,
    responses((status = 200, body = RecoveryCodes), Problems))]
pub(crate) async fn confirm_totp(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Code>,
) -> Answer<Json<RecoveryCodes>> {
    let codes = access::confirm_totp(&api.house, &staff, &body.code).await?;
    Ok(Json(RecoveryCodes { codes }))
}

/// One's password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Password {
    /// The password.
    pub password: String,
}

/// New recovery codes in the place of the old ones.
#[utoipa::path(post, path = "/api/v1/access/me/recovery-codes", tag = "access", request_body = Password,
    responses((status = 200, body = RecoveryCodes), Problems))]
pub(crate) async fn recovery_codes(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Password>,
) -> Answer<Json<RecoveryCodes>> {
    let codes = access::new_recovery_codes(&api.house, &staff, &body.password).await?;
    Ok(Json(RecoveryCodes { codes }))
}

/// The own second factor off.
#[utoipa::path(post, path = "/api/v1/access/me/totp/off", tag = "access", request_body = Password,
    responses((status = 204), Problems))]
pub(crate) async fn totp_off(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Password>,
) -> Answer<StatusCode> {
    access::totp_off(&api.house, &staff, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody else's second factor off, for a lost phone (owners).
#[utoipa::path(delete, path = "/api/v1/access/people/{person}/totp", tag = "access", params(("person" = String, Path, description = "The person")),
    responses((status = 204), Problems))]
pub(crate) async fn reset_totp(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
) -> Answer<StatusCode> {
    access::reset_totp(&api.house, &staff, person).await?;
    Ok(StatusCode::NO_CONTENT)
}
