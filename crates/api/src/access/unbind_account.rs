//! `DELETE /api/v1/access/people/{person}/accounts`

use crate::http::{Api, Desk, Id, Params, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_kernel::PersonId;

/// Which account.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UnbindQuery {
    /// The account, from the list of people.
    pub account: String,
}

/// Frees a platform's account; its figures are its own again.
#[utoipa::path(delete, path = "/api/v1/access/people/{person}/accounts", tag = "access",
    params(("person" = String, Path, description = "The person"), UnbindQuery), responses((status = 204), Problems))]
pub(crate) async fn unbind_account(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
    Params(query): Params<UnbindQuery>,
) -> Answer<StatusCode> {
    let account = parse_id(&query.account, "account")?;
    yingke_app::access::unbind_account(&api.house, &staff, person, account).await?;
    Ok(StatusCode::NO_CONTENT)
}
