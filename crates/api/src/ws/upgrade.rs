//! `GET /ws`: who may open a socket, and how small it is kept.

use crate::http::{Api, Params, guest_of, staff_of, totp_required};
use crate::http::{SESSION_COOKIE, cookie};
use crate::limit::ClientIp;
use crate::problem::Answer;
use crate::security::{is_own_origin, is_site};
use crate::ws::session::{self, Entrance};
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;
use yingke_kernel::{Problem, ProblemKind};

/// Bytes of one frame at most: 4,000 characters, each escaped, with room for the rest.
const FRAME: usize = 64 * 1024;
/// Buffers of a widget's socket. The libraries' defaults are 128 KiB each way, for every idle buyer.
const WIDGET_BUFFERS: (usize, usize) = (1024, 2 * 1024);
/// Buffers of a desk's socket.
const DESK_BUFFERS: (usize, usize) = (8 * 1024, 16 * 1024);

/// Of which shop the widget is; absent for a desk.
#[derive(Debug, Deserialize)]
pub(crate) struct SocketQuery {
    shop: Option<String>,
}

/// Opens the socket of a desk (session cookie) or of a widget (`?shop=`, guest cookie or first frame `hello`).
pub(crate) async fn upgrade(
    State(api): State<Api>,
    ip: ClientIp,
    Params(query): Params<SocketQuery>,
    headers: HeaderMap,
    ws: WebSocketUpgrade,
) -> Answer<Response> {
    if api.hub.is_stopping() {
        return Err(Problem::new(
            ProblemKind::Unavailable,
            "stopping",
            "the server is stopping; connect again soon",
        )
        .into());
    }
    let own = is_own_origin(&headers, &api.config);
    let (entrance, (read, write)) = match &query.shop {
        None => {
            if !own {
                return Err(
                    Problem::forbidden("the socket of a desk is opened from the house's own pages").into(),
                );
            }
            let secret = cookie(&headers, SESSION_COOKIE).unwrap_or_default().into();
            let staff = staff_of(&api, &headers)
                .await?
                .ok_or_else(Problem::unauthenticated)?;
            if yingke_app::access::must_enrol(&api.house, &staff) {
                return Err(totp_required().into());
            }
            (Entrance::Desk(staff, secret), DESK_BUFFERS)
        }
        Some(code) => {
            let directory = api.house.directory();
            let shop = directory
                .shop_by_code(code)
                .ok_or_else(|| Problem::not_found("shop"))?;
            let origin = headers
                .get(header::ORIGIN)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default();
            if !own && !shop.settings.sites.iter().any(|site| is_site(site, origin)) {
                let detail = format!(
                    "the site {origin:?} is not among the sites of shop {code:?}; add it to the shop's settings"
                );
                return Err(Problem::forbidden(detail).into());
            }
            let entrance = match guest_of(&api, &headers, Some(code)).await? {
                Some(guest) if guest.shop == shop.id => Entrance::Guest(guest),
                _ => Entrance::Unknown(shop.id),
            };
            (entrance, WIDGET_BUFFERS)
        }
    };
    let counted = api.limits.socket(ip)?;
    let ws = ws
        .read_buffer_size(read)
        .write_buffer_size(write)
        .max_write_buffer_size(write + 4 * 1024 * 1024)
        .max_message_size(FRAME)
        .max_frame_size(FRAME);
    // A task of its own: that of the upgrade keeps room for what it needs only once.
    Ok(ws.on_upgrade(|socket| async move {
        tokio::spawn(async move {
            session::run(api, socket, entrance).await;
            drop(counted);
        });
    }))
}
