//! `GET /api/v1/access/me`

use crate::access::{Role, session};
use crate::http::{Api, Desk, Json};
use crate::presence::PresenceState;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::Staff;
use yingke_kernel::Problem;

/// A shop by its code and its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopRef {
    /// Short name in addresses and commands.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
}

/// A shop of the person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnShop {
    /// Short name in addresses and commands.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
    /// IANA name of the zone in which the shop counts its days.
    pub zone: String,
    /// When the shop's day begins, seconds after midnight of its clock (2.1).
    pub day_split: i64,
}

/// Figures of the response clock that the pages draw.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClockFigures {
    /// Seconds at which the waiting ring changes its colour (R-RESP-02, R-RESP-03).
    #[schema(min_items = 4, max_items = 4)]
    pub ring: Vec<i64>,
    /// An answer that takes longer is slow, seconds (R-RESP-03).
    pub slow_secs: i64,
    /// A conversation left unanswered for so long goes to a colleague, seconds; 0 = it stays (R-DESK-13).
    pub reassign_secs: i64,
    /// An own message can be taken back for so long, seconds (R-DESK-01).
    pub recall_secs: i64,
    /// Waits that are an incident each, seconds, ascending (R-RESP-04).
    pub tiers_secs: Vec<i64>,
    /// A close or a waiver can be taken back for so long, seconds (R-DESK-04).
    pub undo_secs: i64,
    /// An answer that was put off is due after so long, seconds (R-DESK-08).
    pub promise_secs: i64,
    /// A request for a price that nobody has answered for so long is urgent, seconds (R-BARGAIN-02).
    pub approval_secs: i64,
    /// Slow answers of a month that cost nothing (R-RESP-03).
    pub slow_free: usize,
    /// Online without an act for so long is idle hanging, seconds (R-RESP-06).
    pub idle_secs: i64,
    /// The second question of a phrase is brought to mind after so long, seconds (R-PHRASE-08).
    pub follow_secs: i64,
    /// It is forgotten after so long, seconds (R-PHRASE-08).
    pub follow_old_secs: i64,
}

/// Who is signed in, and what the pages must know from the start.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The person.
    pub person: String,
    /// Name that colleagues and buyers see.
    pub name: String,
    /// Name to sign in with.
    pub login: Option<String>,
    /// Role.
    pub role: Role,
    /// What the role may do: `receive take_over see_figures see_people manage_people manage_owners see_audit import manage_shops reveal export_buyer erase_buyer manage_texts manage_policy manage_goods judge_incidents approve`.
    pub rights: Vec<String>,
    /// Shops of this person.
    pub shops: Vec<OwnShop>,
    /// State.
    pub state: PresenceState,
    /// Most conversations at once (R-DESK-04).
    pub capacity: i64,
    /// Figures of the response clock.
    pub clock: ClockFigures,
    /// Version of the server.
    pub version: String,
    /// The server's clock, RFC 3339.
    pub now: String,
}

impl Me {
    /// What this person sees of themselves now.
    pub(crate) async fn of(api: &Api, staff: &Staff) -> Result<Self, Problem> {
        let state = yingke_app::presence::state_of(&api.house, staff.person);
        let directory = api.house.directory();
        let policy = api.house.policy();
        let person = directory.person(staff.person);
        let capacity = person.and_then(|p| p.capacity).unwrap_or(policy.routing.capacity);
        Ok(Self {
            person: staff.person.to_string(),
            name: staff.name.clone(),
            login: person.and_then(|p| p.login.clone()),
            role: staff.role.into(),
            rights: yingke_app::access::rights(staff.role)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            shops: directory
                .shops_of(staff.person)
                .into_iter()
                .map(|shop| OwnShop {
                    code: shop.code.clone(),
                    name: shop.name.clone(),
                    zone: shop.zone_name.clone(),
                    day_split: policy.metric.day_split.secs(),
                })
                .collect(),
            state: state.into(),
            capacity: i64::from(capacity),
            clock: ClockFigures {
                ring: policy.clock.ring_secs.to_vec(),
                slow_secs: policy.clock.slow_secs,
                reassign_secs: policy.routing.reassign_secs,
                recall_secs: policy.conversation.recall_secs,
                tiers_secs: policy.clock.tiers_secs.to_vec(),
                undo_secs: policy.conversation.undo_secs,
                promise_secs: policy.promise.answer_secs,
                approval_secs: policy.bargain.answer_secs,
                slow_free: policy.incident.slow_free,
                idle_secs: policy.incident.idle_secs,
                follow_secs: policy.phrase.follow_secs,
                follow_old_secs: policy.phrase.follow_old_secs,
            },
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now: api.house.now().to_string(),
        })
    }
}

/// Who is signed in. The session's cookie is set anew: the browser keeps it as long as the house keeps the session.
#[utoipa::path(get, path = "/api/v1/access/me", tag = "access", responses((status = 200, body = Me), Problems))]
pub(crate) async fn me(
    State(api): State<Api>,
    Desk(staff): Desk,
    headers: HeaderMap,
) -> Answer<impl IntoResponse> {
    let me = Me::of(&api, &staff).await?;
    Ok((session::cookie_again(&api, &headers), Json(me)))
}
