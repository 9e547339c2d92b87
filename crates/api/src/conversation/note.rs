//! `POST /api/v1/conversation/threads/{thread}/note`

use crate::conversation::view::{self, Audience};
use crate::http::{Api, Desk, Id, Json, parse_id};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Entry;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_kernel::{PersonId, Problem, ThreadId};

/// A private note.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewNote {
    /// The words; 1 to 2,000 characters.
    pub text: String,
    /// Ids of colleagues that it names; they are told.
    #[serde(default)]
    pub mentions: Vec<String>,
}

/// Writes a private note that only colleagues see, on open and closed threads (R-DESK-10). It is no message: it answers nobody.
#[utoipa::path(post, path = "/api/v1/conversation/threads/{thread}/note", tag = "conversation",
    params(("thread" = String, Path, description = "The thread")), request_body = NewNote,
    responses((status = 200, body = Entry), Problems))]
pub(crate) async fn write_note(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
    Json(body): Json<NewNote>,
) -> Answer<Json<Entry>> {
    let mentions = body
        .mentions
        .iter()
        .map(|text| parse_id::<PersonId>(text, "mentions"))
        .collect::<Result<Vec<_>, Problem>>()?;
    let (entry, row) =
        yingke_app::conversation::note(&api.house, &staff, thread, body.text, mentions).await?;
    let sign = |file, viewer| view::sign(&api.house, row.shop, file, viewer);
    let directory = api.house.directory();
    let audience = Audience::Desk(staff.person);
    Ok(Json(view::entry(&sign, &directory, &row, &entry, audience)))
}
