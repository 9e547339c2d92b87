//! `GET /api/v1/phrase/sets`

use crate::http::{Api, Desk, Json};
use crate::phrase::view::PhraseSet;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A set of phrases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhraseSetRow {
    /// Shop code.
    pub shop: String,
    /// Whose it is.
    pub set: PhraseSet,
    /// How many phrases it has.
    pub count: i64,
    /// The shop's count of changes.
    pub version: i64,
    /// Whether one may change it.
    pub may_change: bool,
}

/// The sets that one has: of each own shop the team's and one's own.
#[utoipa::path(get, path = "/api/v1/phrase/sets", tag = "phrase", responses((status = 200, body = Vec<PhraseSetRow>), Problems))]
pub(crate) async fn list_sets(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<PhraseSetRow>>> {
    let directory = api.house.directory();
    let mut sets = Vec::new();
    for shop in directory.shops_of(staff.person) {
        let (team, own) = yingke_app::phrase::counts(&api.house, &staff, shop.id).await?;
        let version = yingke_app::phrase::version(&api.house, &staff, shop.id).await?;
        let may = yingke_app::phrase::may_change_team(&staff);
        for (set, count, may_change) in [(PhraseSet::Team, team, may), (PhraseSet::Own, own, true)] {
            sets.push(PhraseSetRow {
                shop: shop.code.clone(),
                set,
                count,
                version,
                may_change,
            });
        }
    }
    Ok(Json(sets))
}
