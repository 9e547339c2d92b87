//! Quick phrases: what one is, what it may hold, the variables in it, and how it is found (R-PHRASE-01..09).
//!
//! A phrase stands in a *set*: the team's of a shop, or a person's own in a shop. Within its set it stands in a group (a path
//! of names) at a place. Its words may hold variables; a variable that has no value stays visible and is told to the caller,
//! so that a phrase with a hole is never sent unseen. Finding is in [`find`].

pub mod find;

use crate::policy::PhrasePolicy;
use crate::search::fold;
use crate::stage::Stage;

/// Stands between the names of a group's path.
pub const SEPARATOR: char = '/';
/// Characters of a code at most.
pub const CODE_MAX: usize = 20;
/// Characters of a title at most.
pub const TITLE_MAX: usize = 60;
/// Characters of one name in a group's path at most.
pub const GROUP_NAME_MAX: usize = 30;
/// Characters of a scene at most.
pub const SCENE_MAX: usize = 30;

/// How much a phrase does for the sale (R-PHRASE-08).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Answers.
    #[default]
    Plain,
    /// Answers, says the next step, asks again later.
    Standard,
    /// Answers and gives a true reason in the first reply.
    Excellent,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: &[Self] = &[Self::Plain, Self::Standard, Self::Excellent];

    /// 1, 2, 3.
    pub const fn number(self) -> i64 {
        match self {
            Self::Plain => 1,
            Self::Standard => 2,
            Self::Excellent => 3,
        }
    }
    /// The level of that number.
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.number() == number)
    }
}

/// What a person writes down as a phrase; tidied and checked before it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Path of its group, names joined by [`SEPARATOR`]; empty = none.
    pub group: String,
    /// Short code, unique within the set; empty = none.
    pub code: String,
    /// Title; empty = none.
    pub title: String,
    /// The words that are sent.
    pub text: String,
    /// How many pictures follow the words.
    pub pictures: usize,
    /// How much it does for the sale.
    pub level: Level,
    /// The second question, to be asked later; empty = none.
    pub follow: String,
    /// The stage of the talk that it is for.
    pub stage: Option<Stage>,
    /// A word for the scene; empty = none.
    pub scene: String,
}

/// What is wrong with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable code: `phrase_empty`, `phrase_too_long`, `phrase_code`, `phrase_group`, `phrase_pictures`, `phrase_variable`.
    pub code: &'static str,
    /// The field: `text`, `code`, `title`, `group`, `follow`, `scene`, `pictures`.
    pub field: &'static str,
    /// What is wrong and how to mend it, English.
    pub reason: String,
}

impl Draft {
    /// Takes off what nobody meant: blanks around, line ends of other machines, empty names of a path, capitals of a code.
    pub fn tidy(&mut self) {
        for text in [&mut self.text, &mut self.follow] {
            *text = text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
        }
        for line in [&mut self.title, &mut self.scene] {
            *line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        self.code = tidy_code(&self.code);
        self.group = tidy_group(&self.group);
    }

    /// Checks a tidy draft.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, policy: &PhrasePolicy) -> Result<(), Fault> {
        let fault = |code, field, reason: String| Err(Fault { code, field, reason });
        if self.text.is_empty() && self.pictures == 0 {
            let reason = "a phrase needs words or a picture: write what is to be sent";
            return fault("phrase_empty", "text", reason.to_owned());
        }
        for (field, text, most) in [
            ("text", &self.text, usize::from(policy.text_max)),
            ("follow", &self.follow, usize::from(policy.text_max)),
            ("title", &self.title, TITLE_MAX),
            ("scene", &self.scene, SCENE_MAX),
            ("code", &self.code, CODE_MAX),
        ] {
            let count = text.chars().count();
            if count > most {
                let reason = format!("has {count} characters, at most {most} are kept: make it shorter");
                return fault("phrase_too_long", field, reason);
            }
            let foreign = |c: char| c.is_control() && !(c == '\n' && (field == "text" || field == "follow"));
            if text.chars().any(foreign) {
                let reason = "holds a character that cannot be shown: type it anew".to_owned();
                return fault("phrase_empty", field, reason);
            }
        }
        if self.code.chars().any(char::is_whitespace) {
            let reason = "a code has no blanks in it: write it in one, like yh1".to_owned();
            return fault("phrase_code", "code", reason);
        }
        let names: Vec<&str> = names(&self.group).collect();
        if names.len() > usize::from(policy.group_levels) {
            let most = policy.group_levels;
            let reason = format!(
                "has {} levels, at most {most} are kept: join two of them",
                names.len()
            );
            return fault("phrase_group", "group", reason);
        }
        if names
            .iter()
            .any(|name| name.chars().count() > GROUP_NAME_MAX || name.chars().any(char::is_control))
        {
            let reason = format!("a name in it is longer than {GROUP_NAME_MAX} characters: make it shorter");
            return fault("phrase_group", "group", reason);
        }
        if self.pictures > usize::from(policy.pictures_max) {
            let most = policy.pictures_max;
            let reason = format!("at most {most} pictures: leave some out");
            return fault("phrase_pictures", "pictures", reason);
        }
        for (field, text) in [("text", &self.text), ("follow", &self.follow)] {
            if let Some(unknown) = unknown(text) {
                let known: Vec<String> = Variable::ALL.iter().map(|v| format!("{{{}}}", v.han())).collect();
                let reason = format!("{unknown} is no variable; there are {}", known.join(" "));
                return fault("phrase_variable", field, reason);
            }
        }
        Ok(())
    }
}

/// A code as it is kept and compared: half width, small letters.
pub fn tidy_code(code: &str) -> String {
    code.trim()
        .chars()
        .map(fold)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A path as it is kept: names without blanks around, none empty.
pub fn tidy_group(group: &str) -> String {
    let names: Vec<String> = names(group)
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    names.join("/")
}

/// The names of a path, outermost first.
pub fn names(group: &str) -> impl Iterator<Item = &str> {
    group
        .split(SEPARATOR)
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// Whether a path is `group` or lies below it. Every path lies below the empty one.
pub fn is_within(path: &str, group: &str) -> bool {
    group.is_empty()
        || path
            .strip_prefix(group)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(SEPARATOR))
}

/// The path that follows when group `from` becomes `to`; `None` when it is not concerned.
pub fn moved(path: &str, from: &str, to: &str) -> Option<String> {
    if !is_within(path, from) {
        return None;
    }
    Some(tidy_group(&format!("{to}/{}", &path[from.len()..])))
}

/// What stands for a value of the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    /// The buyer's name.
    Buyer,
    /// Who writes.
    Agent,
    /// The shop's name.
    Shop,
    /// Number of the buyer's latest order.
    Order,
    /// What it costs.
    Amount,
    /// Who brings it.
    Courier,
    /// The day on which it was or will be sent.
    ShipDate,
    /// Its size.
    Size,
}

impl Variable {
    /// All variables.
    pub const ALL: &[Self] = &[
        Self::Buyer,
        Self::Agent,
        Self::Shop,
        Self::Order,
        Self::Amount,
        Self::Courier,
        Self::ShipDate,
        Self::Size,
    ];

    /// Latin name, on the wire too.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Agent => "agent",
            Self::Shop => "shop",
            Self::Order => "order",
            Self::Amount => "amount",
            Self::Courier => "courier",
            Self::ShipDate => "ship_date",
            Self::Size => "size",
        }
    }
    /// Chinese name.
    pub const fn han(self) -> &'static str {
        match self {
            Self::Buyer => "买家",
            Self::Agent => "客服",
            Self::Shop => "店铺",
            Self::Order => "订单号",
            Self::Amount => "金额",
            Self::Courier => "快递",
            Self::ShipDate => "发货日",
            Self::Size => "尺码",
        }
    }
    /// The variable of that name, in either language.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL
            .iter()
            .copied()
            .find(|v| v.han() == name || v.as_str().eq_ignore_ascii_case(name))
    }
}

/// The values of a talk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts([Option<String>; 8]);

impl Facts {
    /// The value of a variable; an empty one is none.
    pub fn get(&self, variable: Variable) -> Option<&str> {
        self.0[variable as usize].as_deref()
    }
    /// Sets a value; blank = none.
    pub fn set(&mut self, variable: Variable, value: Option<impl Into<String>>) {
        self.0[variable as usize] = value
            .map(Into::into)
            .map(|v: String| v.trim().to_owned())
            .filter(|v| !v.is_empty());
    }
}

/// A variable without a value, where it stands in the filled text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Which.
    pub variable: Variable,
    /// First place, in UTF-16 units as pages count.
    pub from: usize,
    /// Place after the last.
    pub to: usize,
}

/// A phrase with values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The words; variables without a value stand as they were.
    pub text: String,
    /// What is missing, in order. With anything here the phrase is not to be sent by one key.
    pub missing: Vec<Hole>,
}

/// Puts the values in the place of the variables (R-PHRASE-07).
pub fn fill(text: &str, facts: &Facts) -> Filled {
    let mut filled = Filled {
        text: String::with_capacity(text.len()),
        missing: Vec::new(),
    };
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) | Piece::Unknown(words) => filled.text.push_str(words),
            Piece::Variable(variable, written) => match facts.get(variable) {
                Some(value) => filled.text.push_str(value),
                None => {
                    let from = filled.text.encode_utf16().count();
                    filled.text.push_str(written);
                    let to = from + written.encode_utf16().count();
                    filled.missing.push(Hole { variable, from, to });
                }
            },
        }
    }
    filled
}

/// The first thing in braces that looks like a variable and is none.
pub fn unknown(text: &str) -> Option<&str> {
    pieces(text).find_map(|piece| match piece {
        Piece::Unknown(written) => Some(written),
        _ => None,
    })
}

enum Piece<'a> {
    Words(&'a str),
    Variable(Variable, &'a str),
    /// A name in braces that nobody knows.
    Unknown(&'a str),
}

/// A text cut at its variables. Braces of either width; what stands in them is a name if it has no blank, brace or mark in it.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let open = |c: char| c == '{' || c == '｛';
        let start = rest.find(open).unwrap_or(rest.len());
        if start > 0 {
            let words = &rest[..start];
            rest = &rest[start..];
            return Some(Piece::Words(words));
        }
        let head = rest.chars().next().map_or(0, char::len_utf8);
        let inside = &rest[head..];
        let end = inside.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let closed = end.and_then(|end| {
            let mark = inside[end..].chars().next()?;
            (end > 0 && (mark == '}' || mark == '｝')).then(|| (end, head + end + mark.len_utf8()))
        });
        let Some((end, whole)) = closed else {
            let words = &rest[..head];
            rest = &rest[head..];
            return Some(Piece::Words(words));
        };
        let written = &rest[..whole];
        let piece = match Variable::parse(&inside[..end]) {
            Some(variable) => Piece::Variable(variable, written),
            None => Piece::Unknown(written),
        };
        rest = &rest[whole..];
        Some(piece)
    })
}

/// The size in a platform's words for what was chosen (`颜色分类:米白;尺码:L`), if they name one.
pub fn size_of(sku: &str) -> Option<&str> {
    sku.split([';', '；', ',', '，'])
        .filter_map(|part| part.split_once([':', '：']))
        .find(|(name, value)| {
            let name = name.trim();
            ["尺码", "尺寸", "鞋码", "size"]
                .iter()
                .any(|known| name.to_lowercase().contains(known))
                && !value.trim().is_empty()
        })
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use proptest::prelude::*;

    fn draft(change: impl FnOnce(&mut Draft)) -> Result<Draft, Fault> {
        let mut draft = Draft {
            text: "有货的".to_owned(),
            ..Draft::default()
        };
        change(&mut draft);
        draft.tidy();
        draft.check(&Policy::default().phrase).map(|()| draft)
    }

    #[test]
    fn r_phrase_07_values_stand_where_the_variables_stood() {
        let mut facts = Facts::default();
        facts.set(Variable::Buyer, Some("小林"));
        facts.set(Variable::Courier, Some("顺丰"));
        facts.set(Variable::Amount, Some("  "));
        for (text, expected, missing) in [
            ("{buyer}您好", "小林您好", vec![]),
            ("{买家}，发{快递}", "小林，发顺丰", vec![]),
            ("｛买家｝您好", "小林您好", vec![]),
            ("共{金额}元", "共{金额}元", vec![(Variable::Amount, 1, 5)]),
            (
                "👍{buyer}{Order} {发货日}",
                "👍小林{Order} {发货日}",
                vec![(Variable::Order, 4, 11), (Variable::ShipDate, 12, 17)],
            ),
            ("{", "{", vec![]),
            ("{}", "{}", vec![]),
            ("{ buyer }", "{ buyer }", vec![]),
            ("{{buyer}}", "{小林}", vec![]),
            ("a{b", "a{b", vec![]),
        ] {
            let filled = fill(text, &facts);
            assert_eq!(filled.text, expected, "{text}");
            let holes: Vec<_> = filled
                .missing
                .iter()
                .map(|h| (h.variable, h.from, h.to))
                .collect();
            assert_eq!(holes, missing, "{text}");
        }
    }

    #[test]
    fn r_phrase_07_every_variable_has_two_names() {
        for variable in Variable::ALL {
            assert_eq!(Variable::parse(variable.as_str()), Some(*variable));
            assert_eq!(Variable::parse(variable.han()), Some(*variable));
        }
        assert_eq!(Variable::parse("地址"), None);
    }

    #[test]
    fn r_phrase_01_a_draft_is_tidied_and_checked() {
        let tidy = draft(|d| {
            d.group = " 售前 // 尺码/ ".to_owned();
            d.code = " ＹＨ1 ".to_owned();
            d.text = " 一行\r\n二行 ".to_owned();
            d.title = "两  字\n题".to_owned();
        })
        .unwrap();
        assert_eq!((&*tidy.group, &*tidy.code), ("售前/尺码", "yh1"));
        assert_eq!((&*tidy.text, &*tidy.title), ("一行\n二行", "两 字 题"));
        let code = |change: fn(&mut Draft)| draft(change).unwrap_err();
        assert_eq!(code(|d| d.text = " ".to_owned()).code, "phrase_empty");
        assert!(draft(|d| (d.text, d.pictures) = (String::new(), 1)).is_ok());
        assert_eq!(code(|d| d.text = "好".repeat(2_001)).code, "phrase_too_long");
        assert!(draft(|d| d.text = "好".repeat(2_000)).is_ok());
        assert_eq!(code(|d| d.title = "好".repeat(61)).field, "title");
        assert_eq!(code(|d| d.code = "y h".to_owned()).code, "phrase_code");
        assert_eq!(code(|d| d.group = "a/b/c/d/e".to_owned()).code, "phrase_group");
        assert_eq!(code(|d| d.pictures = 5).code, "phrase_pictures");
        assert_eq!(
            code(|d| d.follow = "拍下{什么}".to_owned()).code,
            "phrase_variable"
        );
        assert_eq!(code(|d| d.text = "a\u{7}".to_owned()).field, "text");
        assert!(draft(|d| d.text = "{ 这样不算 } {".to_owned()).is_ok());
    }

    #[test]
    fn groups_move_with_what_lies_below() {
        assert_eq!(moved("售前/尺码", "售前", "选购").as_deref(), Some("选购/尺码"));
        assert_eq!(moved("售前", "售前", "").as_deref(), Some(""));
        assert_eq!(moved("售前", "", "旧").as_deref(), Some("旧/售前"));
        assert_eq!(moved("售前二", "售前", "选购"), None);
    }

    #[test]
    fn a_size_is_read_off_what_was_chosen() {
        assert_eq!(size_of("颜色分类:米白;尺码:L"), Some("L"));
        assert_eq!(size_of("颜色：白；窗帘尺寸： 200*180 "), Some("200*180"));
        assert_eq!(size_of("颜色:白"), None);
        assert_eq!(size_of("尺码:"), None);
    }

    proptest! {
        #[test]
        fn r_phrase_07_nothing_is_lost_and_holes_are_where_they_are_said(text in "[a-z{}｛｝买家金额👍 ]{0,24}") {
            let filled = fill(&text, &Facts::default());
            prop_assert_eq!(&filled.text, &text);
            let units: Vec<u16> = text.encode_utf16().collect();
            for hole in filled.missing {
                let written = String::from_utf16(&units[hole.from..hole.to]).unwrap();
                let name: String = written.chars().filter(|c| !"{}｛｝".contains(*c)).collect();
                prop_assert_eq!(Variable::parse(&name), Some(hole.variable));
            }
        }
    }
}
