//! `GET /api/v1/policy`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A key of the policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyKey {
    /// Dotted name.
    pub key: String,
    /// Rules that it carries out.
    pub rules: String,
    /// What it means, in the words of the file (English).
    pub about: String,
    /// Its value in the built-in policy.
    pub value: Value,
}

/// Where a version stands today.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// Another one has followed.
    Past,
    /// In force.
    Current,
    /// Not in force yet.
    Future,
    /// Withdrawn before it came into force.
    Withdrawn,
}

/// A version of the policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyVersion {
    /// The version; null = the built-in policy, or a file.
    pub id: Option<String>,
    /// First day on which it is in force, `YYYY-MM-DD`.
    pub effective: String,
    /// Where it stands today.
    pub standing: Standing,
    /// What differs from the built-in policy.
    pub changes: BTreeMap<String, Value>,
    /// Why, in the words of who set it.
    pub note: String,
    /// Who set it.
    pub by: Option<String>,
    /// When it was set, RFC 3339.
    pub at: Option<String>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When it was withdrawn, RFC 3339.
    pub withdrawn_at: Option<String>,
}

/// Everything about the policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyOverview {
    /// The policies are files named at the start; nothing can be set here.
    pub files: bool,
    /// Today, `YYYY-MM-DD`.
    pub today: String,
    /// Every key, in the order of the file.
    pub keys: Vec<PolicyKey>,
    /// Versions, oldest first.
    pub versions: Vec<PolicyVersion>,
}

/// The keys of the policy, and its versions.
#[utoipa::path(get, path = "/api/v1/policy", tag = "policy", responses((status = 200, body = PolicyOverview), Problems))]
pub(crate) async fn policy(State(api): State<Api>, Desk(staff): Desk) -> Answer<Json<PolicyOverview>> {
    let found = yingke_app::policy::overview(&api.house, &staff).await?;
    let directory = api.house.directory();
    let name = |person: Option<yingke_kernel::PersonId>| {
        person.and_then(|id| directory.person(id)).map(|p| p.name.clone())
    };
    Ok(Json(PolicyOverview {
        files: found.files,
        today: found.today.to_string(),
        keys: found
            .keys
            .into_iter()
            .map(|key| PolicyKey {
                key: key.name,
                rules: key.rules,
                about: key.about,
                value: serde_json::to_value(key.value).unwrap_or_default(),
            })
            .collect(),
        versions: found
            .versions
            .into_iter()
            .map(|v| PolicyVersion {
                id: v.id.map(|id| id.to_string()),
                effective: v.effective.to_string(),
                standing: match v.standing {
                    yingke_app::policy::Standing::Past => Standing::Past,
                    yingke_app::policy::Standing::Current => Standing::Current,
                    yingke_app::policy::Standing::Future => Standing::Future,
                    yingke_app::policy::Standing::Withdrawn => Standing::Withdrawn,
                },
                changes: v.changes,
                note: v.note,
                by: name(v.by),
                at: v.at.map(|at| at.to_string()),
                withdrawn_by: name(v.withdrawn.and_then(|(by, _)| by)),
                withdrawn_at: v.withdrawn.map(|(_, at)| at.to_string()),
            })
            .collect(),
    }))
}
