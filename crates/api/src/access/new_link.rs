//! `POST /api/v1/access/people/{person}/link`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_kernel::PersonId;

/// A one-time address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewLink {
    /// The address; works once.
    pub link: String,
}

/// Another one-time link for a person, for instance when the password is lost.
#[utoipa::path(post, path = "/api/v1/access/people/{person}/link", tag = "access", params(("person" = String, Path, description = "The person")),
    responses((status = 200, body = NewLink), Problems))]
pub(crate) async fn new_link(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
) -> Answer<Json<NewLink>> {
    Ok(Json(NewLink {
        link: yingke_app::access::new_link(&api.house, &staff, person).await?,
    }))
}
