//! What every handler shares: the state, and extractors whose refusals are problems.

use crate::problem::Refusal;
use crate::{ApiConfig, Hub, Pages, limit::Limits};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use yingke_app::{Caller, Guest, House, Staff};
use yingke_kernel::{Problem, ProblemKind, ShopId, Stamp};

/// Name of the desk's session cookie.
pub(crate) const SESSION_COOKIE: &str = "yk_session";
/// Header of a guest whose browser keeps no cookie.
pub(crate) const GUEST_HEADER: &str = "x-yingke-guest";

/// State of the router.
#[derive(Clone)]
pub(crate) struct Api(pub(crate) Arc<Shared>);

/// What is in [`Api`].
pub(crate) struct Shared {
    pub(crate) house: House,
    pub(crate) config: ApiConfig,
    pub(crate) hub: Hub,
    pub(crate) pages: Pages,
    pub(crate) limits: Limits,
}

impl std::ops::Deref for Api {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The value of a cookie; the first of that name counts.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Name of a shop's guest cookie.
pub(crate) fn guest_cookie(shop_code: &str) -> String {
    format!("yk_guest_{shop_code}")
}

/// A JSON body in, a JSON body out.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => {
                let problem = if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                    Problem::new(
                        yingke_kernel::ProblemKind::TooLarge,
                        "too_large",
                        "the body is too large",
                    )
                } else {
                    Problem::invalid(
                        "bad_body",
                        format!(
                            "the body is not the JSON that was expected: {}",
                            rejection.body_text()
                        ),
                    )
                };
                Err(problem.into())
            }
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        ([(header::CACHE_CONTROL, "no-store")], axum::Json(self.0)).into_response()
    }
}

/// The query of the address.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::invalid(
                "bad_query",
                format!("the address cannot be read: {}", rejection.body_text()),
            )
            .into()),
        }
    }
}

/// The id in the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Ok(Path(text)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(Problem::not_found("page").into());
        };
        Ok(Self(parse_id(&text, "path")?))
    }
}

/// The id in the path, and the text after it.
#[derive(Debug, Clone)]
pub(crate) struct Two<T>(pub(crate) T, pub(crate) String);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for Two<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Ok(Path((id, text))) = Path::<(String, String)>::from_request_parts(parts, state).await else {
            return Err(Problem::not_found("page").into());
        };
        Ok(Self(parse_id(&id, "path")?, text))
    }
}

/// The person's shops, or the one of this code.
pub(crate) fn own_shops(api: &Api, staff: &Staff, code: Option<&str>) -> Result<Vec<ShopId>, Problem> {
    let directory = api.house.directory();
    match code {
        Some(code) => {
            let shop = directory
                .shop_by_code(code)
                .filter(|shop| directory.is_member(shop.id, staff.person));
            Ok(vec![shop.ok_or_else(|| Problem::not_found("shop"))?.id])
        }
        None => Ok(directory
            .shops_of(staff.person)
            .iter()
            .map(|shop| shop.id)
            .collect()),
    }
}

/// The cursor after a row that stands at this number.
pub(crate) fn cursor(at: i64, id: impl std::fmt::Display) -> String {
    format!("{at}.{id}")
}

/// A cursor of a list by number.
pub(crate) fn parse_cursor_of<T: std::str::FromStr>(text: &str) -> Result<(i64, T), Problem> {
    let bad = || {
        Problem::invalid(
            "bad_cursor",
            format!("{text:?} is no cursor; take `next` of the page before"),
        )
    };
    let (at, id) = text.split_once('.').ok_or_else(bad)?;
    Ok((at.parse().map_err(|_| bad())?, id.parse().map_err(|_| bad())?))
}

/// A cursor of a list by time.
pub(crate) fn parse_cursor<T: std::str::FromStr>(text: &str) -> Result<(Stamp, T), Problem> {
    let (at, id) = parse_cursor_of(text)?;
    Ok((Stamp::from_micros(at), id))
}

/// The one name in the path.
#[derive(Debug, Clone)]
pub(crate) struct Name(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(text)) => Ok(Self(text)),
            Err(_) => Err(Problem::not_found("page").into()),
        }
    }
}

/// A time of a query; `name` is what the caller called it.
pub(crate) fn parse_time(text: &str, name: &str) -> Result<Stamp, Problem> {
    Stamp::parse(text).map_err(|_| {
        let detail = format!("{name} must be a time like 2026-10-03T00:00:00+08:00");
        Problem::invalid("bad_date", detail)
    })
}

/// An id from outside.
pub(crate) fn parse_id<T: std::str::FromStr>(text: &str, place: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid("bad_id", format!("{text:?} in {place} is no id of this house")))
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub(crate) struct Desk(pub(crate) Staff);

impl FromRequestParts<Api> for Desk {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Refusal> {
        match staff_of(api, &parts.headers).await? {
            Some(staff) => {
                // Whoever must have a second factor can set it up, and leave; nothing else.
                let path = parts.uri.path();
                if yingke_app::access::must_enrol(&api.house, &staff)
                    && !path.starts_with("/api/v1/access/me")
                    && path != "/api/v1/access/sign-out"
                {
                    return Err(totp_required().into());
                }
                Ok(Self(staff))
            }
            None => Err(Problem::unauthenticated().into()),
        }
    }
}

/// The answer to whoever must set up a second factor first.
pub(crate) fn totp_required() -> Problem {
    Problem::new(
        ProblemKind::Forbidden,
        "totp_required",
        "the policy asks your role for a second factor; set it up under your account first",
    )
}

/// Who the session cookie stands for.
pub(crate) async fn staff_of(api: &Api, headers: &HeaderMap) -> Result<Option<Staff>, Problem> {
    match cookie(headers, SESSION_COOKIE) {
        Some(secret) => yingke_app::access::staff(&api.house, secret).await,
        None => Ok(None),
    }
}

/// Who the guest's header or, without one, a cookie of this shop (or of any shop) stands for.
pub(crate) async fn guest_of(
    api: &Api,
    headers: &HeaderMap,
    shop_code: Option<&str>,
) -> Result<Option<Guest>, Problem> {
    if let Some(secret) = headers.get(GUEST_HEADER).and_then(|v| v.to_str().ok()) {
        return yingke_app::buyer::guest(&api.house, secret).await;
    }
    let wanted: Vec<String> = match shop_code {
        Some(code) => vec![guest_cookie(code)],
        None => api
            .house
            .directory()
            .shops()
            .iter()
            .map(|shop| guest_cookie(&shop.code))
            .collect(),
    };
    for name in wanted {
        if let Some(secret) = cookie(headers, &name)
            && let Some(guest) = yingke_app::buyer::guest(&api.house, secret).await?
        {
            return Ok(Some(guest));
        }
    }
    Ok(None)
}

/// A guest or a person of the house. A guest's own header wins, then the session, then a guest's cookie.
pub(crate) async fn caller_of(api: &Api, headers: &HeaderMap) -> Result<Caller, Problem> {
    if headers.contains_key(GUEST_HEADER) {
        return match guest_of(api, headers, None).await? {
            Some(guest) => Ok(Caller::Guest(guest)),
            None => Err(Problem::unauthenticated()),
        };
    }
    if let Some(staff) = staff_of(api, headers).await? {
        return Ok(Caller::Staff(staff));
    }
    match guest_of(api, headers, None).await? {
        Some(guest) => Ok(Caller::Guest(guest)),
        None => Err(Problem::unauthenticated()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            "a=1; xyk_session=no; yk_session=yes; yk_session=second"
                .parse()
                .unwrap(),
        );
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("yes"));
        assert_eq!(cookie(&headers, "b"), None);
    }

    #[test]
    fn an_id_that_is_none_is_named() {
        let problem = parse_id::<yingke_kernel::ThreadId>("7", "path").unwrap_err();
        assert_eq!(problem.code, "bad_id");
        assert!(problem.detail.contains("\"7\""));
    }
}
