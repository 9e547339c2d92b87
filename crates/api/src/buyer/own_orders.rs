//! `GET /api/v1/widget/orders`

use crate::http::{Api, Json, guest_of};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::Card;
use axum::extract::State;
use axum::http::HeaderMap;
use yingke_app::order::OrderView;
use yingke_domain::order::brief;
use yingke_kernel::Problem;

/// Orders of an answer at most: what fits under a thumb.
const MOST: i64 = 20;

/// A known buyer's own orders, newest first, as cards to send; empty for a guest.
#[utoipa::path(get, path = "/api/v1/widget/orders", tag = "buyer",
    params(("x-yingke-guest" = Option<String>, Header, description = "The guest secret, when no cookie is kept")),
    responses((status = 200, body = Vec<Card>), Problems))]
pub(crate) async fn list_own_orders(State(api): State<Api>, headers: HeaderMap) -> Answer<Json<Vec<Card>>> {
    let guest = guest_of(&api, &headers, None)
        .await?
        .ok_or_else(Problem::unauthenticated)?;
    let orders = yingke_app::buyer::own_orders(&api.house, &guest, MOST).await?;
    Ok(Json(orders.into_iter().map(card).collect()))
}

fn card(view: OrderView) -> Card {
    let state = yingke_app::order::state(&view.order.row);
    let row = view.order.row;
    let amount = yingke_app::order::amount(&row);
    let first = row.items.first();
    Card::Order {
        order: Some(view.order.id.to_string()),
        state: Some(
            brief(
                state,
                row.paid.is_some(),
                row.shipped.is_some(),
                row.signed.is_some(),
            )
            .to_owned(),
        ),
        state_text: row.state.unwrap_or_default(),
        amount_fen: amount.0,
        quantity: row.items.iter().map(|item| item.quantity).sum(),
        title: first.map(|item| item.title.clone()).unwrap_or_default(),
        picture: first
            .and_then(|item| view.goods.get(&item.code))
            .and_then(yingke_app::goods::picture_path),
        created_at: row.created.to_string(),
        number: row.number,
        platform: row.platform,
    }
}
