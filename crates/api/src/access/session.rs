//! The cookie that stands for a session.

use crate::http::{Api, SESSION_COOKIE, cookie};
use crate::limit::ClientIp;
use axum::http::{HeaderMap, header};
use std::net::IpAddr;
use yingke_app::access::SignedIn;

/// `Set-Cookie` of a session that has begun.
pub(crate) fn cookie_of(api: &Api, signed_in: &SignedIn) -> [(header::HeaderName, String); 1] {
    let age = signed_in.expires.secs_since(api.house.now());
    [(
        header::SET_COOKIE,
        text(&signed_in.secret, age, api.config.is_https()),
    )]
}

/// An address as the list of sessions shows it: enough to know one's own, not enough to find somebody.
pub(crate) fn shortened(ip: ClientIp) -> String {
    match ip.0.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            format!("{a}.{b}.*.*")
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            format!("{a:x}:{b:x}:*")
        }
    }
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

/// Browser and system of a User-Agent in words that people know; empty when it says neither.
pub(crate) fn browser(agent: &str) -> String {
    // Order matters: each of these also calls itself by the names of those below.
    const BROWSERS: &[(&str, &str)] = &[
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("QQBrowser", "QQ Browser"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: &[(&str, &str)] = &[
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let name = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    [name(BROWSERS), name(SYSTEMS)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
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

    #[test]
    fn browsers_have_names() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        for (agent, name) in [
            (chrome, "Chrome · Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Gecko/20100101 Firefox/140.0",
                "Firefox · macOS",
            ),
            ("", ""),
        ] {
            assert_eq!(browser(agent), name);
        }
    }

    #[test]
    fn an_address_is_shortened() {
        let short = |text: &str| shortened(ClientIp(text.parse().unwrap()));
        assert_eq!(short("203.0.113.7"), "203.0.*.*");
        assert_eq!(short("2001:db8::7"), "2001:db8:*");
        assert_eq!(short("::ffff:203.0.113.7"), "203.0.*.*");
    }
}
