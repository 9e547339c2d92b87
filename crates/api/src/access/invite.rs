//! `POST /api/v1/access/people`

use crate::access::{Grade, Role};
use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Invite {
    /// Name that colleagues and buyers see.
    pub name: String,
    /// Name to sign in with.
    pub login: String,
    /// Role.
    pub role: Role,
    /// Line of work.
    #[serde(default)]
    pub line: Option<String>,
    /// Most conversations at once; absent = the policy's figure (R-DESK-04).
    #[serde(default)]
    pub capacity: Option<u32>,
    /// How far they have come (R-GRADE); absent = not graded.
    #[serde(default)]
    pub grade: Option<Grade>,
}

/// The person and the link to hand over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invited {
    /// The person.
    pub person: String,
    /// One-time address; whoever opens it sets the password.
    pub link: String,
}

/// Invites somebody (R-TEAM-02).
#[utoipa::path(post, path = "/api/v1/access/people", tag = "access", request_body = Invite,
    responses((status = 201, body = Invited), Problems))]
pub(crate) async fn invite(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<Invite>,
) -> Answer<(StatusCode, Json<Invited>)> {
    let invite = yingke_app::access::Invite {
        name: body.name,
        login: body.login,
        role: body.role.into(),
        line: body.line,
        capacity: body.capacity,
        grade: body.grade.map(Into::into),
    };
    let (person, link) = yingke_app::access::invite(&api.house, &staff, invite).await?;
    Ok((
        StatusCode::CREATED,
        Json(Invited {
            person: person.to_string(),
            link,
        }),
    ))
}
