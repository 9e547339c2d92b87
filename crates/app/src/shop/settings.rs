//! What a shop may set for itself, checked in one place: the page, the command and the demonstration all come through here.

use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use yingke_domain::hours::Opening;
use yingke_domain::routing::line::canonical;
use yingke_kernel::Zone;

/// Languages of the widget and of the built-in words.
pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// What texts are offered for: the stages of a conversation (R-DESK-06), `returning` instead of a welcome to who comes again,
/// `no_order` when an order is asked for that nobody knows, and two moments of an order (R-DESK-17): `paid` just after payment,
/// `received` after the parcel has arrived. Those of `payment` and `logistics` need an order to be paid or on its way.
pub const OCCASIONS: [&str; 11] = [
    "welcome",
    "returning",
    "dialogue",
    "bargaining",
    "payment",
    "logistics",
    "no_order",
    "aftersales",
    "farewell",
    "paid",
    "received",
];

/// Variables of texts: what is written between braces, in Chinese and in English.
pub const VARIABLES: [(&str, &str); 7] = [
    ("店铺", "shop"),
    ("客服", "agent"),
    ("买家", "buyer"),
    ("订单号", "order"),
    ("地址", "address"),
    ("营业时间", "hours"),
    ("下次营业", "next"),
];

const MOST_SITES: usize = 50;
const MOST_QUESTIONS: usize = 12;
const MOST_OFFERS: usize = 6;
const MOST_LINES: usize = 50;
const MOST_SHOP_LINES: usize = 20;
const LONGEST_NAME: usize = 40;
const LONGEST_QUESTION: usize = 60;
const LONGEST_TEXT: usize = 500;

/// A question that the buyer can press instead of writing it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// What the button says and the buyer asks.
    pub text: String,
    /// What is answered at once; none = an agent answers.
    pub answer: Option<String>,
    /// The line that whoever presses it waits for (R-DESK-03); none = what the situation says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

/// A line of the shop: its name in its words, its place among the others, whether it is shown (R-DESK-03).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShopLine {
    /// A built-in line (`pre_sales`), or one of the shop's own.
    pub code: String,
    /// Chinese name; empty = the built-in one, or the code.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Not offered on the pages; whoever sits there goes on serving it.
    pub hidden: bool,
}

/// Which corner the chat stands in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Lower left.
    Left,
    /// Lower right.
    #[default]
    Right,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As the buyer's device says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What a shop may set for itself; stored as JSON. What an older house stored lacks the newer fields and gets their defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopSettings {
    /// Origins that may carry the widget (`https://shop.example`), besides the house's own.
    pub sites: Vec<String>,
    /// First words of the widget.
    pub welcome: String,
    /// What the widget says when nobody is online.
    pub offline: String,
    /// What the widget says outside the opening hours; empty = the built-in words ([`ShopSettings::closed_text`]).
    pub closed: String,
    /// First answer of an agent (R-DESK-07); empty = the built-in words ([`ShopSettings::greeting_text`]).
    pub greeting: String,
    /// Colour of the widget, `#rrggbb`.
    pub color: Option<String>,
    /// Corner of the widget.
    pub side: Side,
    /// Light or dark.
    pub dark: Tone,
    /// Language of the widget, one of [`LANGUAGES`]; none = `zh-CN`.
    pub lang: Option<String>,
    /// Line that new conversations of a channel wait for (R-DESK-03): `{"web": "presale"}`.
    pub lines: Arc<BTreeMap<String, String>>,
    /// Opening hours; none = open whenever somebody is online.
    pub hours: Option<Arc<Opening>>,
    /// Quick questions, in the order in which they are shown.
    pub questions: Vec<Question>,
    /// Texts offered to agents, by occasion ([`OCCASIONS`]); one that is not named has the built-in words.
    pub offers: BTreeMap<String, Vec<String>>,
    /// Lines in rising authority; empty = the built-in ones.
    pub lineup: Vec<ShopLine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    greeting: String,
    closed: String,
    offers: BTreeMap<String, Vec<String>>,
}

// The file is compiled in and a test reads it: it cannot fail at run time.
static WORDS: LazyLock<BTreeMap<String, Words>> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml are words"));

impl ShopSettings {
    /// Language of the shop's texts.
    pub fn language(&self) -> &'static str {
        LANGUAGES
            .into_iter()
            .find(|known| Some(*known) == self.lang.as_deref())
            .unwrap_or(LANGUAGES[0])
    }
    fn words(&self) -> &'static Words {
        &WORDS[self.language()]
    }
    /// First answer of an agent, variables unfilled.
    pub fn greeting_text(&self) -> &str {
        or(&self.greeting, &self.words().greeting)
    }
    /// What is said outside the opening hours, variables unfilled.
    pub fn closed_text(&self) -> &str {
        or(&self.closed, &self.words().closed)
    }
    /// The texts of an occasion, variables unfilled: the shop's own, else the built-in ones.
    pub fn offers_for(&self, occasion: &str) -> &[String] {
        self.offers
            .get(occasion)
            .or_else(|| self.words().offers.get(occasion))
            .map_or(&[], Vec::as_slice)
    }
    /// The built-in texts of an occasion in the shop's language.
    pub fn built_in_offers(&self, occasion: &str) -> &'static [String] {
        self.words().offers.get(occasion).map_or(&[], Vec::as_slice)
    }

    /// Puts what was written into its stored form: trims, lower-cases origins, drops what is empty.
    pub fn tidy(&mut self) {
        for text in [
            &mut self.welcome,
            &mut self.offline,
            &mut self.closed,
            &mut self.greeting,
        ] {
            *text = text.trim().to_owned();
        }
        for site in &mut self.sites {
            *site = site.trim().trim_end_matches('/').to_lowercase();
        }
        self.sites.retain(|site| !site.is_empty());
        let mut seen = std::collections::BTreeSet::new();
        self.sites.retain(|site| seen.insert(site.clone()));
        for question in &mut self.questions {
            question.text = question.text.trim().to_owned();
            question.answer = question
                .answer
                .take()
                .map(|a| a.trim().to_owned())
                .filter(|a| !a.is_empty());
        }
        for texts in self.offers.values_mut() {
            for text in texts.iter_mut() {
                *text = text.trim().to_owned();
            }
            texts.retain(|text| !text.is_empty());
        }
        for question in &mut self.questions {
            let line = question.line.take();
            question.line = line
                .map(|line| canonical(&line).to_owned())
                .filter(|line| !line.is_empty());
        }
        for line in &mut self.lineup {
            line.code = canonical(&line.code).to_owned();
            line.zh = line.zh.trim().to_owned();
            line.en = line.en.trim().to_owned();
        }
        if let Some(color) = &mut self.color {
            *color = color.trim().to_lowercase();
        }
    }

    /// Refuses what cannot be, with its place (`questions[2].text`) and how to mend it; code `bad_settings`.
    pub fn check(&self) -> Result<()> {
        if self.sites.len() > MOST_SITES {
            return fault("sites", &format!("name {MOST_SITES} sites at most"));
        }
        for (i, site) in self.sites.iter().enumerate() {
            if !is_origin(site) {
                return fault(
                    &format!("sites[{i}]"),
                    &format!("{site:?} is no origin; write it like https://shop.example.com, nothing behind"),
                );
            }
        }
        if let Some(color) = &self.color {
            let digits = color.strip_prefix('#').unwrap_or("");
            if digits.len() != 6 || !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
                return fault("color", &format!("{color:?} is no colour; write it like #2f6b4f"));
            }
        }
        if let Some(lang) = &self.lang
            && !LANGUAGES.contains(&lang.as_str())
        {
            return fault("lang", &format!("{lang:?} is not spoken here; write zh-CN or en"));
        }
        for (place, text) in [
            ("welcome", &self.welcome),
            ("offline", &self.offline),
            ("closed", &self.closed),
            ("greeting", &self.greeting),
        ] {
            check_text(place, text, LONGEST_TEXT)?;
        }
        if self.lines.len() > MOST_LINES {
            return fault("lines", &format!("name {MOST_LINES} channels at most"));
        }
        for (channel, line) in self.lines.iter() {
            let place = format!("lines.{channel}");
            for name in [channel, line] {
                if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
                    let reason = format!("channel and line need 1 to {LONGEST_NAME} characters");
                    return fault(&place, &reason);
                }
            }
        }
        if self.lineup.len() > MOST_SHOP_LINES {
            return fault("lineup", &format!("name {MOST_SHOP_LINES} lines at most"));
        }
        for (i, line) in self.lineup.iter().enumerate() {
            let place = format!("lineup[{i}]");
            if line.code.is_empty() || line.code.chars().count() > LONGEST_NAME {
                return fault(
                    &place,
                    &format!("a line's code has 1 to {LONGEST_NAME} characters"),
                );
            }
            if self.lineup[..i].iter().any(|other| other.code == line.code) {
                return fault(
                    &place,
                    &format!("{:?} stands here twice; take one out", line.code),
                );
            }
            if line.zh.chars().count() > LONGEST_NAME || line.en.chars().count() > LONGEST_NAME {
                return fault(&place, &format!("a name has {LONGEST_NAME} characters at most"));
            }
        }
        if let Some(hours) = &self.hours {
            hours
                .check()
                .or_else(|e| fault(&format!("hours.{}", e.place), &e.reason))?;
        }
        if self.questions.len() > MOST_QUESTIONS {
            return fault(
                "questions",
                &format!("keep {MOST_QUESTIONS} questions at most; buyers read no more"),
            );
        }
        for (i, question) in self.questions.iter().enumerate() {
            let place = format!("questions[{i}].text");
            if question.text.is_empty() {
                return fault(&place, "write the question, or take the row out");
            }
            check_text(&place, &question.text, LONGEST_QUESTION)?;
            if let Some(answer) = &question.answer {
                check_text(&format!("questions[{i}].answer"), answer, LONGEST_TEXT)?;
            }
        }
        for (occasion, texts) in &self.offers {
            if !OCCASIONS.contains(&occasion.as_str()) {
                return fault(
                    &format!("offers.{occasion}"),
                    &format!("there is no such occasion; known are {}", OCCASIONS.join(", ")),
                );
            }
            if texts.len() > MOST_OFFERS {
                return fault(
                    &format!("offers.{occasion}"),
                    &format!("keep {MOST_OFFERS} texts at most"),
                );
            }
            for (i, text) in texts.iter().enumerate() {
                check_text(&format!("offers.{occasion}[{i}]"), text, LONGEST_TEXT)?;
            }
        }
        Ok(())
    }
}

fn or<'a>(own: &'a str, else_: &'a str) -> &'a str {
    if own.is_empty() { else_ } else { own }
}

fn fault<T>(place: &str, reason: &str) -> Result<T> {
    Err(Problem::invalid("bad_settings", format!("{place}: {reason}")))
}

/// Name of a shop: 1 to 40 characters.
pub fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
        return fault(
            "name",
            &format!("a shop's name has 1 to {LONGEST_NAME} characters"),
        );
    }
    Ok(())
}

/// Code of a shop: it stands in addresses, cookies and commands.
pub fn check_code(code: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if code.is_empty() || code.len() > 32 || !code.chars().all(fits) {
        return fault(
            "code",
            &format!("{code:?} is no code; write 1 to 32 small letters, digits, - or _"),
        );
    }
    Ok(())
}

/// A zone of the zone database.
pub fn check_zone(zone: &str) -> Result<()> {
    match Zone::named(zone) {
        Some(_) => Ok(()),
        None => fault(
            "zone",
            &format!("there is no time zone {zone:?}; write one like Asia/Shanghai"),
        ),
    }
}

/// An origin as browsers send it: scheme, host, port, nothing behind, nothing that could become another word of a policy.
pub fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !rest.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let host_fits = !host.is_empty()
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains("..")
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-[]:*".contains(&b));
    host_fits && port.is_none_or(|port| port == "*" || port.parse::<u16>().is_ok_and(|n| n > 0))
}

fn check_text(place: &str, text: &str, longest: usize) -> Result<()> {
    let length = text.chars().count();
    if length > longest {
        return fault(
            place,
            &format!("{length} characters are too many; {longest} at most"),
        );
    }
    match variables(text).find(|name| value_of(name, &Values::default()).is_none()) {
        Some(unknown) => fault(
            place,
            &format!(
                "there is no variable {{{unknown}}}; known are {}",
                VARIABLES.map(|(zh, _)| format!("{{{zh}}}")).join(" ")
            ),
        ),
        None => Ok(()),
    }
}

/// What stands between braces in a text, in order. A brace without its partner is a brace.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// What the variables of a text stand for; what is not known here stays `None`.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// The shop's name.
    pub shop: Option<String>,
    /// The agent's name.
    pub agent: Option<String>,
    /// The buyer's name.
    pub buyer: Option<String>,
    /// Number of the order that is talked about.
    pub order: Option<String>,
    /// Address of that order.
    pub address: Option<String>,
    /// The opening hours in words.
    pub hours: Option<String>,
    /// When the shop opens next, in words.
    pub next: Option<String>,
}

/// `None`: no such variable. `Some(None)`: it has no value here.
fn value_of<'a>(name: &str, values: &'a Values) -> Option<Option<&'a str>> {
    let (_, english) = VARIABLES.iter().find(|(zh, en)| *zh == name || *en == name)?;
    let value = match *english {
        "shop" => &values.shop,
        "agent" => &values.agent,
        "buyer" => &values.buyer,
        "order" => &values.order,
        "address" => &values.address,
        "hours" => &values.hours,
        _ => &values.next,
    };
    Some(value.as_deref())
}

/// The text with its variables filled; `None` when one of them has no value here, so that nobody sends half a sentence.
pub fn fill(text: &str, values: &Values) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    let mut parts = text.split('{');
    filled.push_str(parts.next().unwrap_or(""));
    for part in parts {
        match part
            .split_once('}')
            .map(|(name, rest)| (value_of(name, values), rest))
        {
            Some((Some(value), rest)) => {
                filled.push_str(value?);
                filled.push_str(rest);
            }
            _ => {
                filled.push('{');
                filled.push_str(part);
            }
        }
    }
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_desk_06_r_desk_17_every_occasion_has_words_that_pass_our_own_check() {
        for lang in LANGUAGES {
            let mut settings = ShopSettings {
                lang: Some(lang.to_owned()),
                ..ShopSettings::default()
            };
            for occasion in OCCASIONS {
                let texts = settings.offers_for(occasion).to_vec();
                assert!(!texts.is_empty() && texts.len() <= 3, "{lang} {occasion}");
                settings.offers.insert(occasion.to_owned(), texts);
            }
            settings.greeting = settings.greeting_text().to_owned();
            settings.closed = settings.closed_text().to_owned();
            // R-DESK-07: shop and agent are named.
            let known: Vec<_> = variables(&settings.greeting).collect();
            assert_eq!(known.len(), 2, "{}", settings.greeting);
            settings.check().unwrap();
            assert_eq!(WORDS[lang].offers.len(), OCCASIONS.len());
        }
    }

    #[test]
    fn what_cannot_be_is_named_with_its_place() {
        let fine = ShopSettings::default();
        let with = |change: &dyn Fn(&mut ShopSettings)| {
            let mut settings = fine.clone();
            change(&mut settings);
            settings.tidy();
            settings.check()
        };
        assert_eq!(with(&|_| {}), Ok(()));
        type Case<'a> = (&'a dyn Fn(&mut ShopSettings), &'a str);
        let cases: &[Case<'_>] = &[
            (
                &|s| s.sites.push("shop.example.com".into()),
                "sites[0]: \"shop.example.com\"",
            ),
            (&|s| s.sites.push("https://a.b/c".into()), "sites[0]"),
            (&|s| s.sites.push("https://a.b; script-src *".into()), "sites[0]"),
            (&|s| s.sites.push("https://a.b:99999".into()), "sites[0]"),
            (&|s| s.color = Some("green".into()), "color"),
            (&|s| s.lang = Some("fr".into()), "lang"),
            (&|s| s.welcome = "您".repeat(501), "welcome: 501"),
            (
                &|s| s.greeting = "我是{名字}".into(),
                "greeting: there is no variable {名字}",
            ),
            (&|s| s.questions.push(Question::default()), "questions[0].text"),
            (
                &|s| {
                    s.questions.push(Question {
                        text: "发货时间".into(),
                        answer: Some("{when}".into()),
                        line: None,
                    });
                },
                "questions[0].answer",
            ),
            (
                &|s| {
                    s.questions = vec![
                        Question {
                            text: "a".into(),
                            ..Question::default()
                        };
                        13
                    ]
                },
                "questions: keep 12",
            ),
            (
                &|s| drop(s.offers.insert("sale".into(), Vec::new())),
                "offers.sale",
            ),
            (
                &|s| drop(s.offers.insert("paid".into(), vec!["a".into(); 7])),
                "offers.paid",
            ),
            (
                &|s| s.lines = Arc::new(BTreeMap::from([("web".into(), " ".into())])),
                "lines.web",
            ),
            (
                &|s| s.lineup = vec![ShopLine::default()],
                "lineup[0]: a line's code",
            ),
            (
                &|s| {
                    let line = ShopLine {
                        code: "brides".into(),
                        ..ShopLine::default()
                    };
                    s.lineup = vec![line.clone(), line];
                },
                "lineup[1]: \"brides\" stands here twice",
            ),
            (
                &|s| {
                    let overlap = r#"{"week":{"mon":["09:00-12:00","11:00-13:00"]}}"#;
                    s.hours = Some(Arc::new(serde_json::from_str(overlap).unwrap()));
                },
                "hours.week.mon: 09:00-12:00 and 11:00-13:00 overlap",
            ),
        ];
        for (change, expected) in cases {
            let problem = with(*change).unwrap_err();
            assert_eq!(problem.code, "bad_settings");
            assert!(problem.detail.starts_with(expected), "{}", problem.detail);
        }
    }

    #[test]
    fn what_is_written_is_tidied() {
        let mut settings = ShopSettings {
            sites: vec![
                " HTTPS://Shop.Example/ ".into(),
                "https://shop.example".into(),
                " ".into(),
            ],
            welcome: " 您好 ".into(),
            questions: vec![Question {
                text: " 几天到 ".into(),
                answer: Some("  ".into()),
                line: Some("售后".into()),
            }],
            ..ShopSettings::default()
        };
        settings
            .offers
            .insert("paid".into(), vec![" a ".into(), " ".into()]);
        settings.tidy();
        assert_eq!(settings.sites, ["https://shop.example"]);
        assert_eq!(settings.welcome, "您好");
        assert_eq!(
            (settings.questions[0].text.as_str(), &settings.questions[0].answer),
            ("几天到", &None)
        );
        assert_eq!(settings.offers["paid"], ["a"]);
        assert_eq!(settings.questions[0].line.as_deref(), Some("after_sales"));
    }

    #[test]
    fn variables_are_filled_in_both_languages_or_not_at_all() {
        let values = Values {
            shop: Some("檐雨家居".into()),
            agent: Some("小禾".into()),
            ..Values::default()
        };
        assert_eq!(
            fill("欢迎来{店铺}，我是{agent}", &values).as_deref(),
            Some("欢迎来檐雨家居，我是小禾")
        );
        assert_eq!(fill("订单{订单号}", &values), None);
        assert_eq!(fill("{ 不是变量 } {", &values).as_deref(), Some("{ 不是变量 } {"));
        assert_eq!(fill("", &values).as_deref(), Some(""));
    }

    #[test]
    fn settings_of_an_older_house_are_read() {
        let old = r##"{"sites":[],"welcome":"您好","offline":"","color":null,"lang":null,"lines":{"web":"presale"}}"##;
        let settings: ShopSettings = serde_json::from_str(old).unwrap();
        assert_eq!(settings.hours, None);
        assert_eq!(settings.lines["web"], "presale");
        let written = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<ShopSettings>(&written).unwrap(), settings);
    }
}
