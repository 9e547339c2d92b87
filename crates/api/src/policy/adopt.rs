//! `POST /api/v1/policy/versions`

use crate::http::{Api, Desk, Json};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A new version.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewPolicy {
    /// First day on which it is in force, `YYYY-MM-DD`: tomorrow at the earliest, once the house has facts.
    pub effective: String,
    /// What differs from the built-in policy; a key that is not named has its built-in value.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub changes: Map<String, Value>,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// The version that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdoptedPolicy {
    /// Its id.
    pub id: String,
}

/// Sets a policy from a day on. 400 `bad_policy` begins with the key; 409 `policy_past`, `policy_day_taken`, `policy_files`.
#[utoipa::path(post, path = "/api/v1/policy/versions", tag = "policy", request_body = NewPolicy,
    responses((status = 201, body = AdoptedPolicy), Problems))]
pub(crate) async fn adopt_policy(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<NewPolicy>,
) -> Answer<(StatusCode, Json<AdoptedPolicy>)> {
    let effective = day(&body.effective, "effective")?;
    let id = yingke_app::policy::adopt(&api.house, &staff, effective, &body.changes, &body.note).await?;
    Ok((StatusCode::CREATED, Json(AdoptedPolicy { id: id.to_string() })))
}
