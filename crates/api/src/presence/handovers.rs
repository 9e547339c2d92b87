//! `GET /api/v1/presence/handovers`

use crate::http::{Api, Desk, Json};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::PersonRef;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A conversation that a shift left.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftThread {
    /// The thread.
    pub thread: String,
    /// The buyer's name.
    pub buyer_name: String,
}

/// What a shift left for the next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftMatters {
    /// Its id.
    pub id: String,
    /// When, RFC 3339.
    pub at: String,
    /// Who left it.
    pub by: PersonRef,
    /// For which line; null = whoever comes.
    pub line: Option<String>,
    /// Whether it is for the caller alone.
    pub to_me: bool,
    /// The open matters.
    pub note: String,
    /// Conversations that went to the line.
    pub threads: Vec<LeftThread>,
}

/// What others left for one's line and one has not confirmed, oldest first (R-DESK-10).
#[utoipa::path(get, path = "/api/v1/presence/handovers", tag = "presence",
    responses((status = 200, body = Vec<LeftMatters>), Problems))]
pub(crate) async fn list_handovers(
    State(api): State<Api>,
    Desk(staff): Desk,
) -> Answer<Json<Vec<LeftMatters>>> {
    let found = yingke_app::presence::handovers(&api.house, &staff).await?;
    let directory = api.house.directory();
    let list = found
        .into_iter()
        .map(|h| LeftMatters {
            id: h.id.to_string(),
            at: h.at.to_string(),
            by: PersonRef {
                person: h.by.to_string(),
                name: directory.actor_name(h.by.0).unwrap_or_default().to_owned(),
            },
            line: h.line,
            to_me: h.to_person.is_some(),
            note: h.note,
            threads: h
                .threads
                .into_iter()
                .map(|(thread, buyer_name)| LeftThread {
                    thread: thread.to_string(),
                    buyer_name,
                })
                .collect(),
        })
        .collect();
    Ok(Json(list))
}
