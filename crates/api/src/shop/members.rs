//! `GET /api/v1/shop/shops/{code}/members`

use crate::access::Role;
use crate::http::{Api, Desk, Json, Name};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody who may work for a shop.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShopMember {
    /// The person.
    pub person: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Line of work.
    pub line: Option<String>,
    /// Whether they work for this shop.
    pub works: bool,
}

/// The active people of the house by name, and whether they work for this shop.
#[utoipa::path(get, path = "/api/v1/shop/shops/{code}/members", tag = "shop",
    params(("code" = String, Path, description = "The shop")), responses((status = 200, body = Vec<ShopMember>), Problems))]
pub(crate) async fn list_members(
    State(api): State<Api>,
    Desk(staff): Desk,
    Name(code): Name,
) -> Answer<Json<Vec<ShopMember>>> {
    let people = yingke_app::shop::members(&api.house, &staff, &code)?;
    Ok(Json(
        people
            .into_iter()
            .map(|(person, works)| ShopMember {
                person: person.id.to_string(),
                name: person.name,
                role: person.role.into(),
                line: person.line,
                works,
            })
            .collect(),
    ))
}
