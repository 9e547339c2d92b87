//! `PATCH /api/v1/buyer/{buyer}`

use crate::http::{Api, Desk, Id, Json};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use yingke_kernel::BuyerId;

/// What changes; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChangeBuyer {
    /// Name that the desk shows.
    #[serde(default)]
    pub name: Option<String>,
    /// What the shop remarks.
    #[serde(default)]
    pub remark: Option<String>,
    /// Telephone; empty = none.
    #[serde(default)]
    pub phone: Option<String>,
    /// City; empty = none.
    #[serde(default)]
    pub city: Option<String>,
    /// Attributes that change: a text, or null to take one out.
    #[serde(default)]
    pub attributes: BTreeMap<String, Option<String>>,
}

/// Changes what is known of a buyer; on the audit trail, without the values.
#[utoipa::path(patch, path = "/api/v1/buyer/{buyer}", tag = "buyer", params(("buyer" = String, Path, description = "The buyer")),
    request_body = ChangeBuyer, responses((status = 204), Problems))]
pub(crate) async fn change_buyer(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(buyer): Id<BuyerId>,
    Json(body): Json<ChangeBuyer>,
) -> Answer<StatusCode> {
    let change = yingke_app::buyer::Change {
        name: body.name,
        remark: body.remark,
        phone: body.phone,
        city: body.city,
        attributes: body.attributes,
    };
    yingke_app::buyer::change(&api.house, &staff, buyer, change).await?;
    Ok(StatusCode::NO_CONTENT)
}
