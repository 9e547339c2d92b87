//! `DELETE /api/v1/buyer/{buyer}/tags/{tag}`

use crate::http::{Api, Desk, Json, Two};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::BuyerId;

/// Takes a tag off a buyer; gives the tags afterwards.
#[utoipa::path(delete, path = "/api/v1/buyer/{buyer}/tags/{tag}", tag = "buyer",
    params(("buyer" = String, Path, description = "The buyer"), ("tag" = String, Path, description = "The tag")),
    responses((status = 200, body = Vec<String>), Problems))]
pub(crate) async fn delete_tag(
    State(api): State<Api>,
    Desk(staff): Desk,
    Two(buyer, tag): Two<BuyerId>,
) -> Answer<Json<Vec<String>>> {
    let tags = yingke_app::buyer::tag(&api.house, &staff, buyer, &tag, false).await?;
    Ok(Json(tags))
}
