//! `GET /api/v1/access/people`

use crate::access::{Grade, Role};
use crate::http::{Api, Desk, Json};
use crate::presence::PresenceState;
use crate::problem::{Answer, Problems};
use crate::routing::SeatBody;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A person of the house.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    /// The person.
    pub person: String,
    /// Name that colleagues and buyers see.
    pub name: String,
    /// Name to sign in with; null before the invitation was taken.
    pub login: Option<String>,
    /// Role.
    pub role: Role,
    /// Line of work.
    pub line: Option<String>,
    /// Most conversations at once; null = the policy's figure (R-DESK-04).
    pub capacity: Option<u32>,
    /// Deactivated people cannot sign in and get no conversations.
    pub active: bool,
    /// State.
    pub state: PresenceState,
    /// Conversations held.
    pub load: i64,
    /// How far they have come (R-GRADE); null = not graded.
    pub grade: Option<Grade>,
    /// Receiving accounts of platforms that are bound to the person.
    pub accounts: Vec<BoundAccount>,
    /// Codes of the shops that they work for.
    pub shops: Vec<String>,
    /// Seats on the lines of the shops; none in a shop = every line of it (R-DESK-03).
    pub seats: Vec<PersonSeat>,
    /// Whether they are asked for a second factor.
    pub totp: bool,
}

/// A seat of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonSeat {
    /// Code of the shop.
    pub shop: String,
    /// The seat.
    #[serde(flatten)]
    pub seat: SeatBody,
}

/// A receiving account of a platform.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoundAccount {
    /// The account.
    pub account: String,
    /// Code of its shop.
    pub shop: String,
    /// Its channel: `taobao`, …
    pub channel: String,
    /// Its name as files show it.
    pub name: String,
}

/// Everybody, oldest first.
#[utoipa::path(get, path = "/api/v1/access/people", tag = "access", responses((status = 200, body = Vec<Person>), Problems))]
pub(crate) async fn list_people(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<Person>>> {
    let people = yingke_app::access::people(&api.house, &staff)?;
    let directory = api.house.directory();
    Ok(Json(
        people
            .into_iter()
            .map(|view| Person {
                person: view.person.id.to_string(),
                name: view.person.name,
                login: view.person.login,
                role: view.person.role.into(),
                line: view.person.line,
                capacity: view.person.capacity,
                active: view.person.active,
                state: view.state.into(),
                load: i64::from(view.load),
                grade: view.person.grade.map(Into::into),
                accounts: view
                    .accounts
                    .into_iter()
                    .map(|a| BoundAccount {
                        account: a.id.to_string(),
                        shop: directory.shop(a.shop).map(|s| s.code.clone()).unwrap_or_default(),
                        channel: a.channel,
                        name: a.name,
                    })
                    .collect(),
                shops: view.shops,
                seats: view
                    .seats
                    .into_iter()
                    .map(|(shop, seat)| PersonSeat {
                        shop,
                        seat: SeatBody::of(&seat),
                    })
                    .collect(),
                totp: view.person.totp,
            })
            .collect(),
    ))
}
