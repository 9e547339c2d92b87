//! `PATCH /api/v1/access/people/{person}`

use crate::access::{Grade, Role, present};
use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::PersonId;

/// What changes; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChangePerson {
    /// Name that colleagues and buyers see.
    #[serde(default)]
    pub name: Option<String>,
    /// Role.
    #[serde(default)]
    pub role: Option<Role>,
    /// Line of work; null = none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub line: Option<Option<String>>,
    /// Most conversations at once; null = the policy's figure (R-DESK-04).
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    pub capacity: Option<Option<u32>>,
    /// How far they have come (R-GRADE); null = not graded.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Grade>)]
    pub grade: Option<Option<Grade>>,
    /// Codes of the shops that they work for.
    #[serde(default)]
    pub shops: Option<Vec<String>>,
    /// False: cannot sign in any more, gets no conversations.
    #[serde(default)]
    pub active: Option<bool>,
}

/// Changes a person (R-TEAM-02).
#[utoipa::path(patch, path = "/api/v1/access/people/{person}", tag = "access", params(("person" = String, Path, description = "The person")),
    request_body = ChangePerson, responses((status = 204), Problems))]
pub(crate) async fn change_person(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(person): Id<PersonId>,
    Json(body): Json<ChangePerson>,
) -> Answer<StatusCode> {
    let change = yingke_app::access::Change {
        name: body.name,
        role: body.role.map(Into::into),
        line: body.line,
        capacity: body.capacity,
        active: body.active,
        shops: body.shops,
        grade: body.grade.map(|grade| grade.map(Into::into)),
    };
    yingke_app::access::change_person(&api.house, &staff, person, change).await?;
    if body.active == Some(false) {
        api.hub.end_person(person);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_clears_and_absent_keeps() {
        let change: ChangePerson = serde_json::from_str(r#"{"line":null}"#).unwrap();
        assert_eq!(change.line, Some(None));
        assert_eq!(change.capacity, None);
    }
}
