//! `PUT /api/v1/routing/seats/{person}`

use super::SeatBody;
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::PersonId;

/// Seats of a person in a shop.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SeatsBody {
    /// Code of the shop.
    pub shop: String,
    /// All of them; empty = every line of the shop.
    pub seats: Vec<SeatBody>,
}

/// Sets which lines of a shop somebody serves, with what weight, limit and skills (R-DESK-03). 400 `bad_seat` begins with the place;
/// 409 `not_member`.
#[utoipa::path(put, path = "/api/v1/routing/seats/{person}", tag = "routing", params(("person" = String, Path, description = "The person")),
    request_body = SeatsBody, responses((status = 204), Problems))]
pub(crate) async fn put_seats(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
    Json(body): Json<SeatsBody>,
) -> Answer<StatusCode> {
    let seats = body.seats.into_iter().map(SeatBody::read).collect();
    yingke_app::routing::put_seats(&api.house, &staff, person, &body.shop, seats).await?;
    Ok(StatusCode::NO_CONTENT)
}
