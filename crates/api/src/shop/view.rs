//! Shops on the wire.

use super::{Side, Tone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use yingke_app::shop::{ShopSettings, ShopView};
use yingke_kernel::Problem;

/// A question that the buyer can press instead of writing it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// What the button says and the buyer asks; variables like `{店铺}` are filled.
    pub text: String,
    /// What is answered at once; null = an agent answers.
    #[serde(default)]
    pub answer: Option<String>,
    /// The line that whoever presses it waits for (R-DESK-03); absent = what the situation says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

/// A line of the shop (R-DESK-03).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineName {
    /// A built-in line (`pre_sales in_sales after_sales rescue supervisor manager`), or one of the shop's own.
    pub code: String,
    /// Chinese name; empty = the built-in one, or the code.
    #[serde(default)]
    pub zh: String,
    /// English name.
    #[serde(default)]
    pub en: String,
    /// Not offered on the pages.
    #[serde(default)]
    pub hidden: bool,
}

/// Intervals of the days of a week, each like `09:00-18:00`; one that ends before it begins runs over midnight.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeekHours {
    pub mon: Vec<String>,
    pub tue: Vec<String>,
    pub wed: Vec<String>,
    pub thu: Vec<String>,
    pub fri: Vec<String>,
    pub sat: Vec<String>,
    pub sun: Vec<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WeekDay {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// What one date is, when the shop says so itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum DayRule {
    /// The hours of holidays.
    Holiday {
        /// What it is called.
        #[serde(default)]
        name: String,
    },
    /// The hours of another day of the week (make-up working days).
    Like {
        /// Which one.
        day: WeekDay,
        /// What it is called.
        #[serde(default)]
        name: String,
    },
    /// Hours of its own; none = closed.
    Own {
        /// The intervals.
        hours: Vec<String>,
        /// What it is called.
        #[serde(default)]
        name: String,
    },
}

/// Which public calendar is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PublicCalendar {
    /// None.
    None,
    /// Holidays and make-up working days of mainland China.
    China,
}

/// Opening hours on the shop's wall clock.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpeningHours {
    /// An ordinary week.
    pub week: WeekHours,
    /// The public calendar.
    pub calendar: PublicCalendar,
    /// Hours of a holiday; none = closed.
    pub holiday: Vec<String>,
    /// Dates (`YYYY-MM-DD`) of which the shop says itself what they are.
    pub days: BTreeMap<String, DayRule>,
}

/// What a shop sets for itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Origins that may carry the widget, besides the house's own.
    pub sites: Vec<String>,
    /// First words of the widget.
    pub welcome: String,
    /// What the widget says when nobody is online.
    pub offline: String,
    /// What the widget says outside the opening hours; empty = the built-in words.
    pub closed: String,
    /// First answer of an agent (R-DESK-07); empty = the built-in words.
    pub greeting: String,
    /// Colour of the widget, `#rrggbb`; null = the house's own.
    pub color: Option<String>,
    /// Corner of the widget.
    pub side: Side,
    /// Light or dark.
    pub dark: Tone,
    /// Language of the widget: `zh-CN en`; null = `zh-CN`.
    pub lang: Option<String>,
    /// Line that new conversations of a channel wait for (R-DESK-03).
    pub lines: BTreeMap<String, String>,
    /// Opening hours; null = open whenever somebody is online.
    pub hours: Option<OpeningHours>,
    /// Quick questions, in the order in which they are shown.
    pub questions: Vec<Question>,
    /// Texts offered to agents (R-DESK-06, R-DESK-17) by occasion: the seven stages, `paid`, `received`. An occasion that is not
    /// named has the built-in words.
    pub offers: BTreeMap<String, Vec<String>>,
    /// Lines in rising authority (R-DESK-03); empty = the built-in ones.
    #[serde(default)]
    pub lineup: Vec<LineName>,
}

impl Settings {
    /// As the house stores them. Both sides are written with the same words, so they are read through JSON.
    pub(crate) fn of(settings: &ShopSettings) -> Result<Self, Problem> {
        serde_json::to_value(settings)
            .and_then(serde_json::from_value)
            .map_err(|e| {
                tracing::error!(error = %e, "stored settings cannot be written");
                Problem::new(
                    yingke_kernel::ProblemKind::Internal,
                    "internal",
                    "something failed inside; the log of the server says what",
                )
            })
    }
    /// As the use case takes them.
    pub(crate) fn read(self) -> Result<ShopSettings, Problem> {
        let fault = |place: &str, e: serde_json::Error| {
            let words = e.to_string();
            let words = words.split(" at line ").next().unwrap_or(&words).to_owned();
            Problem::invalid("bad_settings", format!("{place}: {words}"))
        };
        let hours = match self.hours {
            Some(hours) => Some(Arc::new(
                serde_json::to_value(hours)
                    .and_then(serde_json::from_value)
                    .map_err(|e| fault("hours", e))?,
            )),
            None => None,
        };
        Ok(ShopSettings {
            sites: self.sites,
            welcome: self.welcome,
            offline: self.offline,
            closed: self.closed,
            greeting: self.greeting,
            color: self.color,
            side: self.side.into(),
            dark: self.dark.into(),
            lang: self.lang,
            lines: Arc::new(self.lines),
            hours,
            questions: self
                .questions
                .into_iter()
                .map(|q| yingke_app::shop::Question {
                    text: q.text,
                    answer: q.answer,
                    line: q.line,
                })
                .collect(),
            lineup: self
                .lineup
                .into_iter()
                .map(|line| yingke_app::shop::ShopLine {
                    code: line.code,
                    zh: line.zh,
                    en: line.en,
                    hidden: line.hidden,
                })
                .collect(),
            offers: self.offers,
        })
    }
}

/// A channel through which buyers come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Channel {
    /// `web` is the widget.
    pub channel: String,
    /// Receiving accounts that are known there.
    pub accounts: i64,
}

/// A shop.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shop {
    /// Short name in addresses and commands; for good.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
    /// IANA name of its zone.
    pub zone: String,
    /// Which state of the shop this is; whoever saves sends it back.
    pub version: String,
    /// What it sets for itself.
    pub settings: Settings,
    /// The built-in words in the shop's language, for what it leaves empty.
    pub built_in: BuiltIn,
    /// Channels that are known here.
    pub channels: Vec<Channel>,
    /// Lines that are known in the house.
    pub known_lines: Vec<String>,
    /// Address of the house, for the line of HTML that brings the chat onto a page.
    pub public_url: String,
}

/// Words that the house brings along.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuiltIn {
    /// First answer of an agent.
    pub greeting: String,
    /// Outside the opening hours.
    pub closed: String,
    /// Texts by occasion.
    pub offers: BTreeMap<String, Vec<String>>,
}

/// A shop as the page shows it.
pub(crate) fn shop(view: &ShopView, public_url: &str) -> Result<Shop, Problem> {
    let shop = &view.shop;
    let plain = ShopSettings {
        lang: shop.settings.lang.clone(),
        ..ShopSettings::default()
    };
    Ok(Shop {
        code: shop.code.clone(),
        name: shop.name.clone(),
        zone: shop.zone_name.clone(),
        version: view.version.clone(),
        settings: Settings::of(&shop.settings)?,
        built_in: BuiltIn {
            greeting: plain.greeting_text().to_owned(),
            closed: plain.closed_text().to_owned(),
            offers: yingke_app::shop::OCCASIONS
                .iter()
                .map(|o| ((*o).to_owned(), plain.offers_for(o).to_vec()))
                .collect(),
        },
        channels: view
            .channels
            .iter()
            .map(|(channel, accounts)| Channel {
                channel: channel.clone(),
                accounts: i64::try_from(*accounts).unwrap_or(i64::MAX),
            })
            .collect(),
        known_lines: view.lines.clone(),
        public_url: public_url.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_through_the_wire_unchanged() {
        let mut settings = ShopSettings {
            welcome: "您好".into(),
            color: Some("#2f6b4f".into()),
            lines: Arc::new(BTreeMap::from([("web".into(), "售前".into())])),
            questions: vec![yingke_app::shop::Question {
                text: "几天到".into(),
                answer: None,
                line: Some("in_sales".into()),
            }],
            lineup: vec![yingke_app::shop::ShopLine {
                code: "brides".into(),
                zh: "婚品".into(),
                ..yingke_app::shop::ShopLine::default()
            }],
            ..ShopSettings::default()
        };
        let hours = r#"{"week":{"mon":["09:00-12:00","22:00-02:00"]},"calendar":"china","holiday":["10:00-12:00"],
            "days":{"2026-10-02":{"kind":"like","day":"fri","name":""},"2026-10-03":{"kind":"own","hours":[],"name":"盘点"},
            "2026-10-12":{"kind":"holiday","name":"店庆"}}}"#;
        settings.hours = Some(Arc::new(serde_json::from_str(hours).unwrap()));
        let wire = serde_json::to_string(&Settings::of(&settings).unwrap()).unwrap();
        let back: Settings = serde_json::from_str(&wire).unwrap();
        assert_eq!(back.read().unwrap(), settings);
    }

    #[test]
    fn hours_that_cannot_be_read_are_named() {
        let mut wire = Settings::of(&ShopSettings::default()).unwrap();
        wire.hours = Some(OpeningHours {
            week: serde_json::from_str(
                r#"{"mon":["9-18"],"tue":[],"wed":[],"thu":[],"fri":[],"sat":[],"sun":[]}"#,
            )
            .unwrap(),
            calendar: PublicCalendar::None,
            holiday: Vec::new(),
            days: BTreeMap::new(),
        });
        let problem = wire.read().unwrap_err();
        assert_eq!(problem.code, "bad_settings");
        assert!(
            problem.detail.starts_with("hours: \"9-18\" are no hours"),
            "{}",
            problem.detail
        );
    }
}
