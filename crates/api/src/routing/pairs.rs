//! `GET /api/v1/routing/pairs`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::{PairRow, PersonRef};
use axum::extract::State;
use yingke_app::Directory;
use yingke_app::routing::PairRow as Paired;
use yingke_kernel::PersonId;

/// The wire form of a pair.
pub(crate) fn pair(row: &Paired, buyer_name: &str, directory: &Directory) -> PairRow {
    let person = |id: PersonId| PersonRef {
        person: id.to_string(),
        name: directory.actor_name(id.0).unwrap_or_default().to_owned(),
    };
    PairRow {
        thread: row.thread.to_string(),
        shop: directory
            .shop(row.shop)
            .map(|shop| shop.code.clone())
            .unwrap_or_default(),
        buyer_name: buyer_name.to_owned(),
        junior: person(row.junior),
        partner: person(row.partner),
        at: row.at.to_string(),
        seen: row.seen_at.is_some(),
    }
}

/// Who looks along with whom now (R-DESK-18): one's own, all for whoever may act upon what others hold; oldest first.
#[utoipa::path(get, path = "/api/v1/routing/pairs", tag = "routing",
    responses((status = 200, body = Vec<PairRow>), Problems))]
pub(crate) async fn list_pairs(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<Vec<PairRow>>> {
    let pairs = yingke_app::routing::pairs(&api.house, &staff).await?;
    let directory = api.house.directory();
    let rows = pairs.iter().map(|p| pair(&p.row, &p.buyer_name, &directory));
    Ok(Json(rows.collect()))
}
