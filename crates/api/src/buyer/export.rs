//! `GET /api/v1/buyer/{buyer}/export`

use crate::http::{Api, Desk, Id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use yingke_kernel::{BuyerId, Problem, ProblemKind};

/// Everything that the house holds of a buyer, as a file of JSON: who they are, tags, orders with contacts in full, every entry, files
/// with addresses that hold for some hours. On the audit trail.
#[utoipa::path(get, path = "/api/v1/buyer/{buyer}/export", tag = "buyer", params(("buyer" = String, Path, description = "The buyer")),
    responses((status = 200, description = "The document, as a download", content_type = "application/json"), Problems))]
pub(crate) async fn export_buyer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
) -> Answer<Response> {
    let document = yingke_app::buyer::export(&api.house, &staff, buyer).await?;
    let text = serde_json::to_string_pretty(&document).map_err(|error| {
        tracing::error!(%error, "an export could not be written");
        Problem::new(
            ProblemKind::Internal,
            "internal",
            "the export could not be written",
        )
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"buyer-{buyer}.json\""),
        ),
    ];
    Ok((headers, text).into_response())
}
