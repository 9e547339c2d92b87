//! `GET /api/v1/presence/people`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::PresenceRow;
use axum::extract::State;
use yingke_app::presence::Colleague;

/// A colleague on the wire.
pub(crate) fn row(c: &Colleague) -> PresenceRow {
    PresenceRow {
        person: c.person.to_string(),
        name: c.name.clone(),
        state: c.state.as_str().to_owned(),
        load: i64::from(c.load),
        capacity: i64::from(c.capacity),
        line: c.line.clone(),
        role: c.role.as_str().to_owned(),
        shops: c.shops.clone(),
        asked_at: c.asked_at.map(|at| at.to_string()),
    }
}

/// Colleagues of one's own shops with their states and loads.
#[utoipa::path(get, path = "/api/v1/presence/people", tag = "presence", responses((status = 200, body = Vec<PresenceRow>), Problems))]
pub(crate) async fn list_colleagues(
    State(api): State<Api>,
    Desk(staff): Desk,
) -> Answer<Json<Vec<PresenceRow>>> {
    let shops: Vec<_> = api
        .house
        .directory()
        .shops_of(staff.person)
        .iter()
        .map(|shop| shop.id)
        .collect();
    let mut rows: Vec<PresenceRow> = Vec::new();
    for shop in shops {
        for colleague in yingke_app::presence::list(&api.house, shop) {
            let found = row(&colleague);
            if !rows.iter().any(|r| r.person == found.person) {
                rows.push(found);
            }
        }
    }
    Ok(Json(rows))
}
