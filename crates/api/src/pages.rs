//! The pages, as the binary carries them. Where they come from is not our business: [`Pages::get`] is given.

use crate::http::Api;
use crate::problem::Refusal;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use std::borrow::Cow;
use yingke_kernel::Problem;

/// A file: its bytes and a text that changes with them.
pub type Page = (Cow<'static, [u8]>, String);

/// The built pages. Paths are those of the build's output folder: `desk/index.html`, `desk/assets/…`, `widget/index.html`,
/// `widget/shop.html`, `widget/widget.js`, `widget/widget-assets/…`.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The file at a path, if the build made one.
    pub get: fn(&str) -> Option<Page>,
}

impl Pages {
    /// No pages: a plain sheet says how to build them.
    pub const fn none() -> Self {
        Self { get: |_| None }
    }
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pages")
    }
}

/// What stands there when the pages were not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Yingke</title><body>\
    <h1>The pages are not built</h1><p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, then build the \
    server again, or use <code>cargo demo</code>, which does both.</p></body></html>";

/// How long a browser may keep a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// The name changes with the content.
    Forever,
    /// Asked for again each time; the answer is short when nothing has changed.
    Check,
    /// A few minutes: other sites load it with every page.
    Minutes,
}

impl Keep {
    const fn header(self) -> &'static str {
        match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Check => "no-cache",
            Self::Minutes => "public, max-age=300",
        }
    }
}

/// The file of the build behind an address, and how long it is kept. `None`: no file of ours.
fn file_of(path: &str) -> Option<(String, Keep)> {
    if path.split('/').any(|part| part == "..") {
        return None;
    }
    Some(match path {
        "/widget" => ("widget/index.html".to_owned(), Keep::Check),
        "/widget.js" => ("widget/widget.js".to_owned(), Keep::Minutes),
        "/shop" => ("widget/shop.html".to_owned(), Keep::Check),
        _ if path.starts_with("/widget-assets/") => (format!("widget{path}"), Keep::Forever),
        _ if path.starts_with("/assets/") => (format!("desk{path}"), Keep::Forever),
        _ => (format!("desk{path}"), Keep::Check),
    })
}

/// Whether an address is one of the desk's own, which its script understands.
fn is_desk_page(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.')
        && ![
            "/api/",
            "/files/",
            "/assets/",
            "/widget-assets/",
            "/widget",
            "/shop",
            "/ws",
        ]
        .iter()
        .any(|p| path.starts_with(p))
}

/// Answers everything that no operation answers.
pub(crate) async fn page(State(api): State<Api>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) || uri.path().starts_with("/api/") {
        return Refusal(Problem::not_found("address")).into_response();
    }
    let path = uri.path();
    if path == "/shop" && !api.config.show_shop {
        return (StatusCode::NOT_FOUND, "there is no such page").into_response();
    }
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    if path != "/"
        && let Some((name, keep)) = file_of(path)
        && let Some(page) = (api.pages.get)(&name)
    {
        return answer(&name, page, keep, known);
    }
    if is_desk_page(path) {
        return match (api.pages.get)("desk/index.html") {
            Some(page) => answer("desk/index.html", page, Keep::Check, known),
            None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
        };
    }
    if matches!(path, "/widget" | "/shop") {
        return (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response();
    }
    (StatusCode::NOT_FOUND, "there is no such file").into_response()
}

fn answer(name: &str, (bytes, version): Page, keep: Keep, known: Option<&str>) -> Response {
    let tag = format!("\"{version}\"");
    let caching = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, keep.header().to_owned()),
    ];
    // A compressing layer weakens the tag (`W/"…"`); the content is the same.
    if known.is_some_and(|known| known.split(',').any(|k| k.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind = match kind.type_() {
        mime_guess::mime::TEXT => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    };
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    (caching, [(header::CONTENT_TYPE, kind)], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_its_file() {
        let file = file_of;
        assert_eq!(
            file("/assets/a-1.js"),
            Some(("desk/assets/a-1.js".to_owned(), Keep::Forever))
        );
        assert_eq!(
            file("/widget-assets/w.css"),
            Some(("widget/widget-assets/w.css".to_owned(), Keep::Forever))
        );
        assert_eq!(
            file("/widget.js"),
            Some(("widget/widget.js".to_owned(), Keep::Minutes))
        );
        assert_eq!(file("/assets/../secret"), None);
    }

    #[test]
    fn addresses_of_the_desk_fall_back_to_its_page_and_lost_files_do_not() {
        for path in ["/", "/in", "/desk", "/report", "/people", "/desk/anything"] {
            assert!(is_desk_page(path), "{path}");
        }
        for path in [
            "/assets/gone.js",
            "/favicon.ico",
            "/widget",
            "/api/v1/none",
            "/files/1",
            "/ws",
        ] {
            assert!(!is_desk_page(path), "{path}");
        }
    }

    #[test]
    fn an_unchanged_file_is_not_sent_again() {
        let page = || (Cow::Borrowed(&b"x"[..]), "v1".to_owned());
        let first = answer("a.html", page(), Keep::Check, None);
        assert_eq!(first.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(
            answer("a.html", page(), Keep::Check, Some("W/\"v1\"")).status(),
            StatusCode::NOT_MODIFIED
        );
        assert_eq!(
            answer("a.html", page(), Keep::Check, Some("\"v0\"")).status(),
            StatusCode::OK
        );
    }
}
