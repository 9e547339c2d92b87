//! What is said in the demonstration, and by whom: `people.toml` and `talk.toml`, both our own.

use anyhow::{Context, Result};
use fastrand::Rng;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The people of the demonstration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    pub(crate) shop: String,
    pub(crate) welcome: String,
    pub(crate) offline: String,
    pub(crate) questions: Vec<yingke_app::shop::Question>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) nick: Nick,
    pub(crate) receiver: Receiver,
    pub(crate) tags: Tags,
}

/// A simulated agent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Agent {
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) line: String,
    pub(crate) grade: String,
    pub(crate) style: Style,
}

/// How somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    Warm,
    Brisk,
    Gentle,
}

/// Parts of buyers' names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nick {
    pub(crate) first: Vec<String>,
    pub(crate) second: Vec<String>,
}

/// Parts of receivers and where they live.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receiver {
    pub(crate) surname: Vec<String>,
    pub(crate) given: Vec<String>,
    pub(crate) places: Vec<String>,
    pub(crate) streets: Vec<String>,
    pub(crate) estates: Vec<String>,
}

/// What agents write down about buyers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tags {
    pub(crate) common: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

/// Everything that is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Talk {
    pub(crate) open: Open,
    pub(crate) ask: Vec<Topic>,
    pub(crate) bargain: Bargain,
    pub(crate) buy: Buy,
    pub(crate) leave: Leave,
    pub(crate) way: Vec<Topic>,
    pub(crate) after: Vec<Topic>,
    pub(crate) other: Vec<Topic>,
    pub(crate) bits: Bits,
    pub(crate) note: Note,
    pub(crate) handover: Handover,
    pub(crate) rating: Rating,
    pub(crate) attributes: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    pub(crate) hello: Vec<String>,
    pub(crate) again: Vec<String>,
    pub(crate) warm: Vec<String>,
    pub(crate) brisk: Vec<String>,
    pub(crate) gentle: Vec<String>,
    pub(crate) friend: Vec<String>,
}

/// Something that buyers ask, how it is answered, and what may follow.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    /// Categories of goods; empty = all.
    #[serde(default, rename = "for")]
    pub(crate) suits: Vec<String>,
    pub(crate) q: Vec<String>,
    pub(crate) a: Vec<String>,
    pub(crate) then: Vec<(String, String)>,
    /// Of an order: whether it has left already; none = both.
    #[serde(default)]
    pub(crate) shipped: Option<bool>,
    /// The note with which it is handed on.
    #[serde(default)]
    pub(crate) hand_on: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bargain {
    pub(crate) ask: Vec<String>,
    pub(crate) yes: Vec<String>,
    pub(crate) no: Vec<String>,
    pub(crate) push: Vec<String>,
    pub(crate) settle: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Buy {
    pub(crate) say: Vec<String>,
    pub(crate) ack: Vec<String>,
    pub(crate) yes: Vec<String>,
    pub(crate) done: Vec<String>,
    pub(crate) unpaid: Vec<String>,
    pub(crate) hold: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leave {
    pub(crate) say: Vec<String>,
    pub(crate) ack: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bits {
    pub(crate) hold: Vec<String>,
    pub(crate) urge: Vec<String>,
    pub(crate) sorry: Vec<String>,
    pub(crate) ok: Vec<String>,
    pub(crate) thanks: Vec<String>,
    pub(crate) bye: Vec<String>,
    pub(crate) check: Vec<String>,
    pub(crate) reply: Vec<String>,
    pub(crate) lead: Vec<String>,
    pub(crate) tail: Vec<String>,
    pub(crate) tail_after: Vec<String>,
    pub(crate) tail_first: Vec<String>,
    pub(crate) slip: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    pub(crate) plain: BTreeMap<String, Vec<String>>,
    pub(crate) mention: BTreeMap<String, Vec<String>>,
    signs: BTreeMap<String, Vec<String>>,
}

impl Note {
    /// Notes that fit a conversation, the particular ones if there are any: by what the buyer wrote, whether the buyer sent a
    /// picture, and whether the buyer has bought before.
    pub(crate) fn fitting<'a>(
        &self,
        of: &'a BTreeMap<String, Vec<String>>,
        said: &[&str],
        photo: bool,
        known: bool,
    ) -> Vec<&'a str> {
        let shows = |fact: &str| match fact {
            "known" => known,
            "photo" => photo,
            "any" => false,
            fact => self.signs.get(fact).is_some_and(|signs| {
                signs
                    .iter()
                    .any(|sign| said.iter().any(|words| words.contains(sign.as_str())))
            }),
        };
        let mut fitting: Vec<&str> = of
            .iter()
            .filter(|(fact, _)| shows(fact))
            .flat_map(|(_, notes)| notes.iter().map(String::as_str))
            .collect();
        if fitting.is_empty() {
            fitting = of.get("any").into_iter().flatten().map(String::as_str).collect();
        }
        fitting
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handover {
    pub(crate) say: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rating {
    pub(crate) good: Vec<String>,
    pub(crate) mid: Vec<String>,
    pub(crate) bad: Vec<String>,
}

/// Everything of the two files.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) people: People,
    pub(crate) talk: Talk,
}

/// The words inside the binary.
///
/// # Errors
/// When a file is not what this module says; a test reads them.
pub(crate) fn words() -> Result<Words> {
    Ok(Words {
        people: toml::from_str(include_str!("people.toml")).context("people.toml of the demonstration")?,
        talk: toml::from_str(include_str!("talk.toml")).context("talk.toml of the demonstration")?,
    })
}

/// One of several; every list of the files has at least one (tested).
pub(crate) fn pick<'a>(rng: &mut Rng, list: &'a [String]) -> &'a str {
    if list.is_empty() {
        ""
    } else {
        &list[rng.usize(0..list.len())]
    }
}

/// What stands for the names in braces.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots(BTreeMap<&'static str, String>);

impl Slots {
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }
    /// The words with their slots filled in; what no slot stands for is left out.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(open) = rest.find('{')
            && let Some(close) = rest[open..].find('}')
        {
            out.push_str(&rest[..open]);
            if let Some(value) = self.0.get(&rest[open + 1..open + close]) {
                out.push_str(value);
            }
            rest = &rest[open + close + 1..];
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every slot that the talks may use.
    const SLOTS: [&str; 23] = [
        "品", "名", "类", "色", "料", "码", "别码", "价", "洗", "库", "客", "店", "发", "到", "城", "快",
        "单", "尾", "还", "券", "满", "称", "件",
    ];

    #[test]
    fn the_words_read_and_every_list_has_something() {
        let words = words().unwrap();
        let talk = &words.talk;
        assert_eq!(words.people.agents.len(), 12);
        for topic in talk
            .ask
            .iter()
            .chain(&talk.way)
            .chain(&talk.after)
            .chain(&talk.other)
        {
            assert!(!topic.q.is_empty() && !topic.a.is_empty(), "{topic:?}");
        }
        let mut lines: Vec<_> = words.people.agents.iter().map(|a| a.line.as_str()).collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 3, "three lines: {lines:?}");
        let mut grades: Vec<_> = words.people.agents.iter().map(|a| a.grade.as_str()).collect();
        grades.sort_unstable();
        grades.dedup();
        assert_eq!(grades, ["junior", "manager", "middle", "senior"]);
    }

    #[test]
    fn only_known_slots_are_used_and_no_exclamation_is_ours() {
        let text = include_str!("talk.toml");
        for (n, line) in text
            .lines()
            .enumerate()
            .filter(|(_, l)| !l.trim_start().starts_with('#'))
        {
            for part in line.split('{').skip(1) {
                let name = part.split('}').next().unwrap();
                assert!(
                    SLOTS.contains(&name) || name == "人",
                    "line {}: {{{name}}}",
                    n + 1
                );
            }
            assert!(!line.contains('！'), "line {}: {line}", n + 1);
        }
    }

    #[test]
    fn a_note_says_only_what_is_so() {
        let note = words().unwrap().talk.note;
        let fitting = |said: &[&str], photo, known| note.fitting(&note.mention, said, photo, known).join("");
        let bare = fitting(&["客服在吗"], false, false);
        for wrong in ["老顾客", "照片", "优惠", "少件", "发票", "急"] {
            assert!(!bare.is_empty() && !bare.contains(wrong), "{bare}");
        }
        assert!(fitting(&["在吗"], false, true).contains("老顾客"));
        assert!(fitting(&[], true, false).contains("照片"));
        assert!(fitting(&["能便宜点吗"], false, false).contains("优惠"));
        assert!(fitting(&["漏发了吧"], false, false).contains("少件"));
    }

    #[test]
    fn slots_are_filled_and_unknown_ones_left_out() {
        let mut slots = Slots::default();
        slots.set("价", "89");
        assert_eq!(slots.fill("{价}元，{没有}现货"), "89元，现货");
        assert_eq!(slots.fill("没有{括"), "没有{括");
    }
}
