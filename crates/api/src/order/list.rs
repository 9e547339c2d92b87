//! `GET /api/v1/order/orders`

use crate::http::{Api, Desk, Json, Params, cursor, own_shops, parse_cursor};
use crate::metric::performance::day;
use crate::order::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::order::Wanted;
use yingke_domain::order::OrderState;
use yingke_kernel::Problem;

/// Orders of a page at most.
const PAGE: i64 = 200;
/// The word for orders whose file names no state.
const NO_STATE: &str = "none";

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// Part of a number, name, telephone, parcel, title or article number.
    #[serde(default)]
    pub q: String,
    /// In this state; `none`: in none that the file names.
    pub state: Option<String>,
    /// Placed on this day or later, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Placed on this day or before.
    pub to: Option<String>,
    /// Of this shop only, by code.
    pub shop: Option<String>,
    /// `next` of the page before.
    pub before: Option<String>,
    /// Orders, 1 to 200; 50 unless told.
    pub limit: Option<i64>,
}

/// A page of orders, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderPage {
    /// The orders.
    pub orders: Vec<view::Order>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Orders of the person's shops, newest first; contacts are masked.
#[utoipa::path(get, path = "/api/v1/order/orders", tag = "order", params(OrdersQuery),
    responses((status = 200, body = OrderPage), Problems))]
pub(crate) async fn list_orders(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<OrdersQuery>,
) -> Answer<Json<OrderPage>> {
    let before = query.before.as_deref().map(parse_cursor).transpose()?;
    let limit = query.limit.unwrap_or(50).clamp(1, PAGE);
    let state = match query.state.as_deref() {
        None | Some("") => None,
        Some(NO_STATE) => Some(None),
        Some(word) => Some(Some(OrderState::parse(word).ok_or_else(|| {
            Problem::invalid("bad_state", format!("{word:?} is no state of an order"))
        })?)),
    };
    let wanted = Wanted {
        words: query.q,
        state,
        from: query.from.as_deref().map(|text| day(text, "from")).transpose()?,
        to: query.to.as_deref().map(|text| day(text, "to")).transpose()?,
    };
    let mut found = Vec::new();
    for shop in own_shops(&api, &staff, query.shop.as_deref())? {
        found.extend(yingke_app::order::list(&api.house, &staff, shop, &wanted, before, limit).await?);
    }
    // Several shops are merged: the first `limit` of all are among the first `limit` of each.
    found.sort_by_key(|view| std::cmp::Reverse((view.order.row.created, view.order.id)));
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = if found.len() as i64 == limit {
        found
            .last()
            .map(|view| cursor(view.order.row.created.micros(), view.order.id))
    } else {
        None
    };
    let orders = found.into_iter().map(|o| view::order(&api.house, o)).collect();
    Ok(Json(OrderPage { orders, next }))
}
