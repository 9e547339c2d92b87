//! `DELETE /api/v1/phrase/phrases/{phrase}`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use yingke_kernel::PhraseId;

/// Takes a phrase out; it can be taken back for a while. A team's is on the audit trail.
#[utoipa::path(delete, path = "/api/v1/phrase/phrases/{phrase}", tag = "phrase",
    params(("phrase" = String, Path, description = "The phrase")), responses((status = 204, description = "It is out"), Problems))]
pub(crate) async fn remove_phrase(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(phrase): Id<PhraseId>,
) -> Answer<StatusCode> {
    yingke_app::phrase::remove(&api.house, &staff, vec![phrase]).await?;
    Ok(StatusCode::NO_CONTENT)
}
