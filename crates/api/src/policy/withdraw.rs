//! `DELETE /api/v1/policy/versions/{policy}`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_kernel::PolicyId;

/// Withdraws a version that is not in force yet. 409 `policy_in_force`.
#[utoipa::path(delete, path = "/api/v1/policy/versions/{policy}", tag = "policy",
    params(("policy" = String, Path, description = "The version")), responses((status = 204), Problems))]
pub(crate) async fn withdraw_policy(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(policy): Id<PolicyId>,
) -> Answer<StatusCode> {
    yingke_app::policy::withdraw(&api.house, &staff, policy).await?;
    Ok(StatusCode::NO_CONTENT)
}
