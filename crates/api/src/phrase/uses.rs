//! `GET /api/v1/phrase/phrases/{phrase}/uses`

use crate::http::{Api, Desk, Id, Json, Params};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_kernel::PhraseId;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhraseUsesQuery {
    /// First day of the shop's calendar.
    pub from: String,
    /// Last day, inclusive.
    pub to: String,
}

/// A message that was made of a phrase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhraseUseRow {
    /// The thread.
    pub thread: String,
    /// The message's place in it.
    pub seq: Option<i64>,
    /// Who sent it.
    pub person: String,
    /// That person's name.
    pub name: Option<String>,
    /// When.
    pub at: String,
    /// Whether the buyer placed an order soon after it.
    pub sold: bool,
}

/// The messages that a phrase was used in, latest first, 500 at most: what its figures open down to.
#[utoipa::path(get, path = "/api/v1/phrase/phrases/{phrase}/uses", tag = "phrase",
    params(("phrase" = String, Path, description = "The phrase"), PhraseUsesQuery),
    responses((status = 200, body = Vec<PhraseUseRow>), Problems))]
pub(crate) async fn list_uses(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(phrase): Id<PhraseId>,
    Params(query): Params<PhraseUsesQuery>,
) -> Answer<Json<Vec<PhraseUseRow>>> {
    let (from, to) = (day(&query.from, "from")?, day(&query.to, "to")?);
    let uses = yingke_app::phrase::uses(&api.house, &staff, phrase, from, to).await?;
    let directory = api.house.directory();
    Ok(Json(
        uses.into_iter()
            .map(|u| PhraseUseRow {
                thread: u.made.thread.to_string(),
                seq: u.made.seq,
                person: u.made.person.to_string(),
                name: directory.person(u.made.person).map(|p| p.name.clone()),
                at: u.made.at.to_string(),
                sold: u.sold,
            })
            .collect(),
    ))
}
