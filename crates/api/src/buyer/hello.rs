//! `POST /api/v1/widget/hello`

use crate::access::me::ShopRef;
use crate::http::{Api, GUEST_HEADER, Json, cookie, guest_cookie};
use crate::limit::ClientIp;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Seconds that a guest's cookie is kept.
const GUEST_COOKIE_SECS: i64 = 180 * 86_400;

/// Who comes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Hello {
    /// Shop code.
    pub shop: String,
    /// The guest secret that the page kept from an earlier visit.
    #[serde(default)]
    pub token: Option<String>,
    /// HS256 token of a known buyer, from the shop's own pages.
    #[serde(default)]
    pub known: Option<String>,
}

/// The shop's texts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WidgetTexts {
    /// Greets the buyer.
    pub welcome: String,
    /// Said when nobody is there.
    pub offline: String,
    /// Said outside the opening hours.
    pub closed: String,
}

/// Whether the shop is open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WidgetHours {
    /// Within the opening hours; a shop that names none is open while somebody is online.
    pub open: bool,
    /// When it opens next, RFC 3339; null while it is open or when nobody knows.
    pub next_open_at: Option<String>,
    /// The same in the shop's language, to stand in a sentence: `明早9点上班`, `营业到18:00`; empty when the shop names no hours.
    pub text: String,
}

/// A question that the buyer can press instead of writing it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuickQuestion {
    /// What the button says and the buyer asks.
    pub text: String,
    /// What is answered at once; null = an agent answers.
    pub answer: Option<String>,
}

/// How the widget looks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WidgetTheme {
    /// The shop's colour, `#rrggbb`; null = the house's own.
    pub color: Option<String>,
    /// Corner: `left right`.
    pub side: crate::shop::Side,
    /// `auto` follows the buyer's device.
    pub dark: crate::shop::Tone,
}

/// A place in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueuePlace {
    /// 1 = next, 0 = being served or not waiting.
    pub place: i64,
    /// Who serves.
    pub agent: Option<String>,
}

/// What the widget needs to begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HelloAnswer {
    /// The guest secret; the page keeps it. Whoever has it is this buyer.
    pub token: String,
    /// The buyer's thread.
    pub thread: String,
    /// The buyer's name.
    pub name: String,
    /// Whether the shop has said who this is; a guest's name is only a number.
    pub known: bool,
    /// The shop.
    pub shop: ShopRef,
    /// The shop's texts.
    pub texts: WidgetTexts,
    /// The shop's colour, `#rrggbb`; null = the house's own.
    pub color: Option<String>,
    /// Corner, colour, light or dark.
    pub theme: WidgetTheme,
    /// Whether any agent is online.
    pub open: bool,
    /// Opening hours.
    pub hours: WidgetHours,
    /// Quick questions, in the order in which they are shown.
    pub questions: Vec<QuickQuestion>,
    /// Place in the queue.
    pub queue: QueuePlace,
    /// Language of the shop's texts.
    pub lang: String,
}

/// A visitor becomes a guest, or comes back as one; a known buyer's token joins the guest's history to that buyer.
#[utoipa::path(post, path = "/api/v1/widget/hello", tag = "buyer", request_body = Hello,
    responses((status = 200, body = HelloAnswer), Problems))]
pub(crate) async fn hello(
    State(api): State<Api>,
    ip: ClientIp,
    headers: HeaderMap,
    Json(body): Json<Hello>,
) -> Answer<impl IntoResponse> {
    api.limits.hello(ip, api.house.now())?;
    let kept = headers
        .get(GUEST_HEADER)
        .and_then(|v| v.to_str().ok())
        .or_else(|| cookie(&headers, &guest_cookie(&body.shop)));
    let secret = body
        .token
        .filter(|t| !t.is_empty())
        .or_else(|| kept.map(str::to_owned));
    let welcomed = yingke_app::buyer::hello(
        &api.house,
        yingke_app::buyer::Hello {
            shop: body.shop,
            secret,
            known: body.known,
        },
    )
    .await?;
    let (place, agent) = crate::ws::queue_of(&api.house, &welcomed.guest).await?;
    let now = yingke_app::shop::open_now(&api.house, welcomed.guest.shop)?;
    let directory = api.house.directory();
    let shop = directory
        .shop(welcomed.guest.shop)
        .ok_or_else(|| yingke_kernel::Problem::not_found("shop"))?;
    let values = yingke_app::shop::Values {
        buyer: Some(welcomed.guest.name.clone()),
        ..yingke_app::shop::values(shop, &now)
    };
    // A text that asks for what is not known here is left out rather than shown with a gap.
    let filled = |text: &str| yingke_app::shop::fill(text, &values).unwrap_or_default();
    let settings = &shop.settings;
    let answer = HelloAnswer {
        thread: welcomed.guest.thread.to_string(),
        name: welcomed.guest.name.clone(),
        known: welcomed.known,
        shop: ShopRef {
            code: shop.code.clone(),
            name: shop.name.clone(),
        },
        texts: WidgetTexts {
            welcome: filled(&settings.welcome),
            offline: filled(&settings.offline),
            closed: filled(settings.closed_text()),
        },
        color: settings.color.clone(),
        theme: WidgetTheme {
            color: settings.color.clone(),
            side: settings.side.into(),
            dark: settings.dark.into(),
        },
        open: now.online,
        hours: WidgetHours {
            open: now.open,
            next_open_at: now.next_open_at.map(|at| at.to_string()),
            text: now.text.clone(),
        },
        questions: settings
            .questions
            .iter()
            .map(|question| QuickQuestion {
                text: filled(&question.text),
                answer: question.answer.as_deref().map(filled).filter(|a| !a.is_empty()),
            })
            .collect(),
        queue: QueuePlace { place, agent },
        lang: settings.language().to_owned(),
        token: welcomed.secret,
    };
    let set = [(
        header::SET_COOKIE,
        set_cookie(&shop.code, &answer.token, api.config.is_https()),
    )];
    Ok((set, Json(answer)))
}

/// Third-party pages keep the cookie apart by site (`Partitioned`), which browsers take on https only.
fn set_cookie(shop_code: &str, secret: &str, https: bool) -> String {
    let rest = if https {
        "; Secure; SameSite=None; Partitioned"
    } else {
        "; SameSite=Lax"
    };
    format!(
        "{}={secret}; Path=/; HttpOnly; Max-Age={GUEST_COOKIE_SECS}{rest}",
        guest_cookie(shop_code)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_cookie_is_partitioned_on_https_and_lax_on_http() {
        assert!(set_cookie("main", "s", true).ends_with("; Secure; SameSite=None; Partitioned"));
        let plain = set_cookie("main", "s", false);
        assert!(plain.starts_with("yk_guest_main=s; Path=/; HttpOnly") && plain.ends_with("; SameSite=Lax"));
    }
}
