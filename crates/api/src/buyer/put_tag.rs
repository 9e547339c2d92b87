//! `PUT /api/v1/buyer/{buyer}/tags/{tag}`

use crate::http::{Api, Desk, Json, Two};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::BuyerId;

/// Puts a tag to a buyer; gives the tags afterwards.
#[utoipa::path(put, path = "/api/v1/buyer/{buyer}/tags/{tag}", tag = "buyer",
    params(("buyer" = String, Path, description = "The buyer"), ("tag" = String, Path, description = "The tag")),
    responses((status = 200, body = Vec<String>), Problems))]
pub(crate) async fn put_tag(
    State(api): State<Api>,
    Desk(staff): Desk,
    Two(buyer, tag): Two<BuyerId>,
) -> Answer<Json<Vec<String>>> {
    let tags = yingke_app::buyer::tag(&api.house, &staff, buyer, &tag, true).await?;
    Ok(Json(tags))
}
