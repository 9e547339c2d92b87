//! HTTP and WebSocket, and the description of both. The only crate that knows axum.
//!
//! One operation, one file: `src/<capability>/<operation>.rs` has the request, the response and the handler. What is refused is a
//! [`yingke_kernel::Problem`] and becomes RFC 9457 in one place. Nothing is decided here: handlers read what came, call a use case
//! of `yingke-app`, and write down what it gave.

mod abuse;
mod access;
mod bargain;
mod buyer;
mod call;
mod conversation;
mod duty;
mod escalation;
mod gauge;
mod goal;
mod goods;
mod guard;
mod http;
mod incident;
mod limit;
mod metric;
mod notice;
pub mod openapi;
mod order;
mod pages;
mod phrase;
mod policy;
mod presence;
mod problem;
mod routing;
mod search;
mod security;
mod shop;
mod suggest;
mod worklog;
pub mod ws;

pub use gauge::metrics;
pub use pages::{Page, Pages};
pub use ws::hub::Hub;

use crate::http::{Api, Shared};
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::handler::Handler as _;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::StreamExt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;
use yingke_app::House;
use yingke_kernel::{Problem, ProblemKind};

/// Bytes of a request at most, pictures apart.
const BODY: usize = 64 * 1024;

/// What the operator decides about the doors of the house.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// How people reach the house (`https://chat.example`), without a slash at the end; empty = as they come.
    pub public_url: String,
    /// Cookies are `Secure`. True whenever `public_url` is https.
    pub secure: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxy: Vec<IpAddr>,
    /// Limits on how often one address may greet, sign in, upload, and one guest may write. Off only under a load generator, which
    /// is a thousand buyers from one address.
    pub flood_limits: bool,
    /// Whether `/shop` shows the demonstration's shop page; else there is no such page.
    pub show_shop: bool,
    /// Sockets that one address may have open at once; 0 = any number.
    pub sockets_per_address: usize,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            public_url: String::new(),
            secure: false,
            trusted_proxy: Vec::new(),
            flood_limits: true,
            show_shop: false,
            sockets_per_address: 2_000,
        }
    }
}

impl ApiConfig {
    /// Whether browsers come by https.
    fn is_https(&self) -> bool {
        self.secure || self.public_url.starts_with("https://")
    }
}

/// Everything that the house answers over HTTP, and the hub that must be stopped before the server is. Call it within the runtime;
/// serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that limits know who comes.
pub fn router(house: House, config: ApiConfig, pages: Pages) -> (Router, Hub) {
    let hub = Hub::start(&house);
    let limits = limit::Limits::new(config.flood_limits, config.sockets_per_address);
    let api = Api(Arc::new(Shared {
        house,
        config,
        hub: hub.clone(),
        pages,
        limits,
    }));
    let (operations, _) = openapi::operations().split_for_parts();
    let (uploads, _) = openapi::uploads().split_for_parts();
    let uploads = uploads.layer(DefaultBodyLimit::max(conversation::upload::UPLOAD_BYTES + BODY));
    // Pages are fetched once and kept: for them the last byte counts, for answers the time.
    let compressed = Router::new()
        .merge(operations.layer(DefaultBodyLimit::max(BODY)))
        .merge(uploads)
        .route("/api/openapi.json", get(document))
        .route("/healthz", get(healthz))
        .fallback(pages::page.layer(CompressionLayer::new().quality(CompressionLevel::Best)))
        .layer(CompressionLayer::new())
        .layer(from_fn(read_to_the_end));
    let router = Router::new()
        .route("/ws", any(ws::upgrade::upgrade))
        .merge(compressed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(api.clone(), security::same_origin))
        .layer(from_fn_with_state(api.clone(), security::headers))
        .layer(from_fn_with_state(api.clone(), noted))
        .with_state(api);
    (router, hub)
}

/// Whether the house takes requests: 200, or 503 while it stops. Whoever accepts JSON is told whom the house takes them for, so
/// that a proxy's settings can be seen from outside.
async fn healthz(
    State(api): State<Api>,
    ip: limit::ClientIp,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    if api.hub.is_stopping() {
        let problem = Problem::new(ProblemKind::Unavailable, "stopping", "the server is stopping");
        return problem::Refusal(problem).into_response();
    }
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    if !wants_json {
        return ([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response();
    }
    let peer = peer.map(|axum::Extension(ConnectInfo(peer))| peer);
    http::Json(serde_json::json!({
        "state": "ok",
        "address": ip.0,
        "forwarded": limit::forwarded(peer, &headers, &api.config.trusted_proxy),
        "https": api.config.is_https(),
    }))
    .into_response()
}

/// `openapi.json` as text; made once.
async fn document() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| openapi::document().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

/// Name of the header by which an answer can be found in the log.
const REQUEST_ID: &str = "x-request-id";

/// Gives each request an id, which the answer and every line of the log about it bear; counts the answers; says which took long.
/// An address's query is not logged: it may hold words of people.
async fn noted(
    State(api): State<Api>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    /// Longer than a page may take.
    const SLOW: std::time::Duration = std::time::Duration::from_millis(500);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let id = yingke_kernel::ConnectionId::new(api.house.now())
        .0
        .simple()
        .to_string();
    let span = tracing::info_span!("request", id);
    let begun = tokio::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let taken = begun.elapsed();
    api.hub.counts().answered(response.status());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, duration_ms) = (response.status().as_u16(), taken.as_millis());
    let _inside = span.enter();
    if taken > SLOW {
        tracing::info!(%method, path, status, duration_ms, "slow request");
    } else {
        tracing::debug!(%method, path, status, duration_ms, "request");
    }
    response
}

/// What a handler refuses before it has read it all is read to the end all the same: a connection that is closed while a proxy still
/// sends makes it answer 502, and nobody learns why.
async fn read_to_the_end(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    /// Somewhat more than the largest upload, and as long as it may take on a slow line.
    const MOST: usize = 24 * 1024 * 1024;
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
    let (parts, body) = request.into_parts();
    let shared = Arc::new(parking_lot::Mutex::new(body.into_data_stream()));
    let mut rest = SharedBody(Arc::clone(&shared));
    let body = axum::body::Body::from_stream(SharedBody(shared));
    let response = next.run(axum::extract::Request::from_parts(parts, body)).await;
    if response.status().is_client_error() {
        let reading = async {
            let mut read = 0;
            while let Some(Ok(bytes)) = rest.next().await {
                read += bytes.len();
                if read > MOST {
                    break;
                }
            }
        };
        // Whoever takes longer is cut off.
        let _ = tokio::time::timeout(PATIENCE, reading).await;
    }
    response
}

/// A body that two may read, one after the other.
struct SharedBody(Arc<parking_lot::Mutex<axum::body::BodyDataStream>>);

impl futures_util::Stream for SharedBody {
    type Item = Result<bytes::Bytes, axum::Error>;
    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::pin::Pin::new(&mut *self.0.lock()).poll_next(cx)
    }
}

/// A panic of a handler is our fault and nobody else's business.
fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or("(no words)"), "a handler panicked");
    let problem = Problem::new(
        ProblemKind::Internal,
        "internal",
        "something failed inside; the log of the server says what",
    );
    let mut response = problem::Refusal(problem).into_response();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
