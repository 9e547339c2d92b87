//! The cookie that stands for a session.

use crate::http::{Api, SESSION_COOKIE, cookie};
use axum::http::{HeaderMap, header};
use yingke_app::access::SignedIn;

/// `Set-Cookie` of a session that has begun.
pub(crate) fn cookie_of(api: &Api, signed_in: &SignedIn) -> [(header::HeaderName, String); 1] {
    let age = signed_in.expires.secs_since(api.house.now());
    [(
        header::SET_COOKIE,
        text(&signed_in.secret, age, api.config.is_https()),
    )]
}

/// `Set-Cookie` that ends it.
pub(crate) fn cookie_gone(api: &Api) -> [(header::HeaderName, String); 1] {
    [(header::SET_COOKIE, text("", 0, api.config.is_https()))]
}

/// `Set-Cookie` of a session that goes on.
pub(crate) fn cookie_again(api: &Api, headers: &HeaderMap) -> [(header::HeaderName, String); 1] {
    let secret = cookie(headers, SESSION_COOKIE).unwrap_or_default();
    let age = api.house.policy().access.session_idle_secs;
    [(header::SET_COOKIE, text(secret, age, api.config.is_https()))]
}

fn text(value: &str, age_secs: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_secs}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_is_out_of_reach_of_scripts_and_secure_on_https() {
        assert_eq!(
            text("s", 60, true),
            "yk_session=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        assert!(!text("s", 60, false).contains("Secure"));
    }
}
