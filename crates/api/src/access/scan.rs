//! `/api/v1/access/scan`: signing in with a telephone that is signed in already.

use crate::access::{me::Me, session, session::shortened, use_link::user_agent};
use crate::http::{Api, Desk, Json};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_app::access::{self, Came, Waited};

/// What a computer shows to be scanned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScanShown {
    /// The address that the telephone opens.
    pub url: String,
    /// A picture of it, SVG.
    pub qr: String,
    /// The number that the telephone must name.
    pub number: u8,
    /// Wait with these two.
    pub token: String,
    /// Known to this computer only.
    pub secret: String,
    /// How long it serves.
    pub until: String,
}

/// Opens a picture by which a signed-in telephone lets this computer in.
#[utoipa::path(post, path = "/api/v1/access/scan", tag = "access",
    responses((status = 201, body = ScanShown), Problems))]
pub(crate) async fn begin_scan(
    State(api): State<Api>,
    ip: ClientIp,
    headers: HeaderMap,
) -> Answer<(StatusCode, Json<ScanShown>)> {
    api.limits.link(ip, api.house.now())?;
    let address = shortened(ip);
    let came = Came {
        agent: user_agent(&headers),
        address: &address,
        code: None,
    };
    let scan = access::begin_scan(&api.house, came)?;
    Ok((
        StatusCode::CREATED,
        Json(ScanShown {
            url: scan.url,
            qr: scan.qr,
            number: scan.number,
            token: scan.token,
            secret: scan.secret,
            until: scan.until.to_string(),
        }),
    ))
}

/// A picture that waits.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ScanWait {
    /// Its token.
    pub token: String,
    /// What only the computer knows.
    pub secret: String,
}

/// How a picture stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScanState {
    /// `open`, `refused`, or `in`: signed in, the cookie came with this answer.
    pub state: String,
    /// Who is signed in.
    pub me: Option<Me>,
}

/// Asks how a picture stands; once it is granted the answer sets the session's cookie. Ask every second or two.
#[utoipa::path(post, path = "/api/v1/access/scan/wait", tag = "access", request_body = ScanWait,
    responses((status = 200, body = ScanState), Problems))]
pub(crate) async fn wait_scan(
    State(api): State<Api>,
    ip: ClientIp,
    Json(body): Json<ScanWait>,
) -> Answer<Response> {
    api.limits.scan(ip, api.house.now())?;
    let state = |state: &str, me| {
        Json(ScanState {
            state: state.to_owned(),
            me,
        })
    };
    Ok(
        match access::wait_scan(&api.house, &body.token, &body.secret).await? {
            Waited::Open => state("open", None).into_response(),
            Waited::Refused => state("refused", None).into_response(),
            Waited::In(signed_in) => {
                let me = Me::of(&api, &signed_in.staff).await?;
                (session::cookie_of(&api, &signed_in), state("in", Some(me))).into_response()
            }
        },
    )
}

/// A picture that was scanned.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ScanToken {
    /// Its token.
    pub token: String,
}

/// Which computer asks to be let in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScanAsked {
    /// Its browser and system.
    pub browser: String,
    /// Where it is, shortened.
    pub address: String,
    /// Numbers of which one stands there.
    pub numbers: Vec<u8>,
    /// How long it may be answered.
    pub until: String,
}

/// What a scanned picture is about.
#[utoipa::path(post, path = "/api/v1/access/scan/inspect", tag = "access", request_body = ScanToken,
    responses((status = 200, body = ScanAsked), Problems))]
pub(crate) async fn inspect_scan(
    State(api): State<Api>,
    Desk(_staff): Desk,
    Json(body): Json<ScanToken>,
) -> Answer<Json<ScanAsked>> {
    let view = access::inspect_scan(&api.house, &body.token)?;
    Ok(Json(ScanAsked {
        browser: session::browser(&view.agent),
        address: view.address,
        numbers: view.numbers,
        until: view.until.to_string(),
    }))
}

/// The telephone's answer.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ScanAnswer {
    /// The picture's token.
    pub token: String,
    /// The number that stands at the computer; null refuses.
    pub number: Option<u8>,
}

/// Lets the computer in, or refuses it. Another number than the one that stands there refuses (`scan_number`).
#[utoipa::path(post, path = "/api/v1/access/scan/answer", tag = "access", request_body = ScanAnswer,
    responses((status = 204, description = "It is answered"), Problems))]
pub(crate) async fn answer_scan(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<ScanAnswer>,
) -> Answer<StatusCode> {
    access::answer_scan(&api.house, &staff, &body.token, body.number).await?;
    Ok(StatusCode::NO_CONTENT)
}
