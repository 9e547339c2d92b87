//! What a browser must know before it trusts a page of ours, and what we must know before we trust a request of a browser.

use crate::ApiConfig;
use crate::http::Api;
use crate::problem::Refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use yingke_kernel::Problem;

/// The authority (`host:port`) of an origin or of an address.
fn authority(origin: &str) -> Option<&str> {
    let (_, rest) = origin.split_once("://")?;
    let authority = rest.split('/').next().unwrap_or(rest);
    (!authority.is_empty()).then_some(authority)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

/// Whether the request comes from a page of ours. Browsers name the origin of every socket and of every unsafe request; who names
/// none is no browser and carries no cookie that it was not given.
pub(crate) fn is_own_origin(headers: &HeaderMap, config: &ApiConfig) -> bool {
    let Some(origin) = text(headers, header::ORIGIN) else {
        return true;
    };
    let Some(from) = authority(origin) else {
        return false;
    };
    let to_itself = text(headers, header::HOST).is_some_and(|host| host.eq_ignore_ascii_case(from));
    to_itself || authority(&config.public_url).is_some_and(|own| own.eq_ignore_ascii_case(from))
}

/// Whether an origin is this site of the list.
pub(crate) fn is_site(site: &str, origin: &str) -> bool {
    is_origin(origin) && site.trim_end_matches('/').eq_ignore_ascii_case(origin)
}

/// Whether a text is an origin, and nothing that could become another directive of a policy.
fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(is_host)
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-:[]*".contains(&b))
}

/// Refuses unsafe requests from pages that are not ours.
pub(crate) async fn same_origin(State(api): State<Api>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !comes_from_us(request.headers(), &api.config) {
        return Refusal(Problem::forbidden(
            "this request must come from the house's own pages",
        ))
        .into_response();
    }
    next.run(request).await
}

fn comes_from_us(headers: &HeaderMap, config: &ApiConfig) -> bool {
    let fetch_site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    fetch_site.is_none_or(|site| site == "same-origin") && is_own_origin(headers, config)
}

/// For whom a page is, which decides who may frame it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// Pages for the shop's people, and everything that is none of the others.
    Desk,
    /// The chat page, framed by the shop's sites.
    Widget,
    /// The demo shop.
    Shop,
    /// Scripts and styles that other sites load.
    Public,
    /// Stored pictures, with a policy of their own.
    File,
}

fn family(path: &str) -> Family {
    match path {
        "/widget" => Family::Widget,
        "/shop" => Family::Shop,
        "/widget.js" => Family::Public,
        _ if path.starts_with("/files/") => Family::File,
        _ => Family::Desk,
    }
}

/// `images`: sites whose pictures cards may show, each with a space before it; `ancestors`: who may frame the page.
fn policy(host: Option<&str>, images: &str, ancestors: &str) -> String {
    // Older browsers do not count sockets as 'self'.
    let sockets = host
        .filter(|h| is_host(h))
        .map_or_else(String::new, |h| format!(" ws://{h} wss://{h}"));
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{images}; font-src 'self' data:; \
         media-src 'self' data: blob:; connect-src 'self'{sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-src 'self'; frame-ancestors {ancestors}"
    )
}

/// Sites of the shop that a widget's address names, each with a space before it.
fn sites(api: &Api, query: Option<&str>) -> String {
    let code = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("shop="))
        .unwrap_or("main");
    let directory = api.house.directory();
    directory.shop_by_code(code).map(origins).unwrap_or_default()
}

/// Sites of every shop: agents see cards of all of them.
fn all_sites(api: &Api) -> String {
    api.house.directory().shops().iter().map(origins).collect()
}

fn origins(shop: &yingke_app::Shop) -> String {
    let sites = shop.settings.sites.iter().map(|site| site.trim_end_matches('/'));
    sites
        .filter(|site| is_origin(site))
        .map(|site| format!(" {site}"))
        .collect()
}

/// Puts the security headers on every answer.
pub(crate) async fn headers(State(api): State<Api>, request: Request, next: Next) -> Response {
    let family = family(request.uri().path());
    let host = text(request.headers(), header::HOST).map(str::to_owned);
    // A card's picture lies on the shop's own site.
    let images = match family {
        Family::Widget => sites(&api, request.uri().query()),
        Family::Desk => all_sites(&api),
        _ => String::new(),
    };
    let ancestors = match family {
        Family::Widget => format!("'self'{images}"),
        Family::Shop => "'self'".to_owned(),
        _ => "'none'".to_owned(),
    };
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(self), geolocation=(), payment=(), usb=(), browsing-topics=()",
    );
    let resource = if family == Family::Public {
        "cross-origin"
    } else {
        "same-origin"
    };
    if family != Family::Widget {
        set(HeaderName::from_static("cross-origin-resource-policy"), resource);
    }
    if family == Family::Desk {
        set(header::X_FRAME_OPTIONS, "DENY");
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        set(header::REFERRER_POLICY, "no-referrer");
    }
    if family != Family::File
        && let Ok(value) = HeaderValue::from_str(&policy(host.as_deref(), &images, &ancestors))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn config(public_url: &str) -> ApiConfig {
        ApiConfig {
            public_url: public_url.to_owned(),
            ..ApiConfig::default()
        }
    }

    #[test]
    fn only_our_own_pages_may_act() {
        let plain = config("");
        let proxied = config("https://chat.example");
        let own = asked(&[
            ("host", "127.0.0.1:8080"),
            ("origin", "http://127.0.0.1:8080"),
            ("sec-fetch-site", "same-origin"),
        ]);
        assert!(comes_from_us(&own, &plain));
        let behind_proxy = asked(&[("host", "10.0.0.2:8080"), ("origin", "https://chat.example")]);
        assert!(comes_from_us(&behind_proxy, &proxied) && !comes_from_us(&behind_proxy, &plain));
        let foreign = asked(&[("host", "127.0.0.1:8080"), ("origin", "http://evil.example")]);
        assert!(!comes_from_us(&foreign, &plain));
        // A page on another port or a sandboxed one.
        assert!(!comes_from_us(
            &asked(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:9")]),
            &plain
        ));
        assert!(!comes_from_us(
            &asked(&[("host", "127.0.0.1:8080"), ("origin", "null")]),
            &plain
        ));
        for site in ["cross-site", "same-site", "none"] {
            assert!(
                !comes_from_us(&asked(&[("host", "a"), ("sec-fetch-site", site)]), &plain),
                "{site}"
            );
        }
        assert!(
            comes_from_us(&asked(&[("host", "a")]), &plain),
            "a command line is no browser"
        );
    }

    #[test]
    fn a_site_of_the_shop_cannot_smuggle_a_directive() {
        assert!(is_origin("https://shop.example:8443"));
        for bad in [
            "shop.example",
            "https://",
            "https://a; script-src *",
            "javascript:alert(1)",
            "https://a b",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
        assert!(is_site("https://Shop.example/", "https://shop.example"));
        assert!(!is_site("https://shop.example", "https://shop.example.evil"));
    }

    #[test]
    fn scripts_come_from_us_alone_and_a_strange_host_is_left_out() {
        let csp = policy(Some("127.0.0.1:8080"), "", "'none'");
        assert!(
            csp.contains("script-src 'self';")
                && csp.contains("connect-src 'self' ws://127.0.0.1:8080 wss://127.0.0.1:8080;")
        );
        assert!(csp.ends_with("frame-ancestors 'none'"));
        assert!(policy(Some("a; script-src *"), "", "'none'").contains("connect-src 'self'; object-src"));
    }
}
