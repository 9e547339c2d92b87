//! The built-in rules, read once from `rules.toml` when the first draft is read.

use super::fold;
use super::lexicon::Lexicon;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("rules.toml");
/// The words of the reasons are those of the pages, so that a reason is told in one way.
const REASONS: [&str; 2] = [
    include_str!("../../../../web/apps/desk/src/text/reasons.zh-CN.json"),
    include_str!("../../../../web/apps/desk/src/text/reasons.en.json"),
];

/// What a finding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The rule is not read.
    Off,
    /// A grey line.
    Hint,
    /// May be sent after a second look, which is recorded.
    Warn,
    /// Is not sent.
    Block,
}

impl Severity {
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Hint => "hint",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
    /// The severity of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::Hint, Self::Warn, Self::Block]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// Which part of the draft the better wording takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum Take {
    /// The words that were found.
    Words,
    /// The clause around them.
    #[default]
    Clause,
    /// The whole draft.
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sets: BTreeMap<String, Vec<String>>,
    rule: Vec<RuleText>,
    entry: Vec<EntryText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryText {
    rule: String,
    reason: String,
    groups: Vec<Vec<String>>,
    #[serde(default = "eight")]
    gap: usize,
    #[serde(default)]
    across: bool,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    whole: bool,
    #[serde(default)]
    apart: bool,
    #[serde(default)]
    negatable: bool,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    unless_said: Vec<String>,
    #[serde(default)]
    question: Vec<String>,
    #[serde(default)]
    better: Option<String>,
    #[serde(default)]
    take: Take,
}

const fn eight() -> usize {
    8
}

/// One entry, its words by number.
pub(super) struct Entry {
    pub(super) rule: &'static str,
    pub(super) reason: &'static str,
    pub(super) groups: Vec<Vec<u32>>,
    pub(super) gap: usize,
    pub(super) across: bool,
    pub(super) whole: bool,
    /// A Latin word that is part of a longer one is none.
    pub(super) apart: bool,
    pub(super) negatable: bool,
    /// A finding that lies within one of these words is none.
    pub(super) except: Vec<u32>,
    /// Words in the same sentence that take the finding away.
    pub(super) unless: Vec<u32>,
    /// Words anywhere in the draft that take it away.
    pub(super) unless_said: Vec<u32>,
    /// The buyer must have asked with one of these ([`View::asked`]); empty = whatever was asked.
    pub(super) question: Vec<u32>,
    pub(super) better: Option<&'static str>,
    pub(super) take: Take,
}

/// Entries that are read in one way.
pub(super) struct View {
    pub(super) lexicon: Lexicon,
    pub(super) entries: Vec<Entry>,
    /// Entries by the words of their first group.
    pub(super) begins: Vec<Vec<u32>>,
    /// Words that turn a statement round.
    pub(super) negation: Vec<u32>,
    /// Words of the buyer's questions.
    pub(super) asked: Lexicon,
}

/// Everything in `rules.toml`.
pub(super) struct Built {
    pub(super) plain: View,
    pub(super) bare: View,
    /// By code: Chinese, English.
    pub(super) reasons: [BTreeMap<String, String>; 2],
    pub(super) sets: &'static BTreeMap<String, Vec<String>>,
    rules: &'static [RuleText],
}

/// A rule, for whoever wants to know what the guard reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleNote {
    /// `R-SPEECH-03`; `R-SPEECH-03/phone` is a part of a rule with a severity of its own.
    pub id: &'static str,
    /// What it is about, in Chinese.
    pub zh: &'static str,
    /// What it is about, in English.
    pub en: &'static str,
}

pub(super) fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        // Compiled in and read by a test.
        let file: File = toml::from_str(TEXT).expect("guard/rules.toml is a list of rules");
        let file: &'static File = Box::leak(Box::new(file));
        Built {
            plain: view(file, false),
            bare: view(file, true),
            reasons: REASONS.map(|text| {
                serde_json::from_str(text).expect("the words of the reasons are part of the program")
            }),
            sets: &file.sets,
            rules: &file.rule,
        }
    })
}

fn view(file: &'static File, bare: bool) -> View {
    let mut words: Vec<Vec<char>> = Vec::new();
    let mut note = |list: &'static [String]| -> Vec<usize> {
        let mut out = Vec::new();
        let mut put = |text: &str| {
            let word = fold::word(text, bare);
            if !word.is_empty() {
                out.push(words.len());
                words.push(word);
            }
        };
        for text in list {
            match text.strip_prefix('@').and_then(|name| file.sets.get(name)) {
                Some(set) => set.iter().for_each(|word| put(word)),
                None => put(text),
            }
        }
        out
    };
    let negation = note(&file.sets["negation"]);
    let texts: Vec<&EntryText> = file.entry.iter().filter(|e| e.bare == bare).collect();
    let noted: Vec<_> = texts
        .iter()
        .map(|e| {
            let groups: Vec<_> = e.groups.iter().map(|g| note(g)).collect();
            (groups, note(&e.except), note(&e.unless), note(&e.unless_said))
        })
        .collect();
    let mut questions: Vec<Vec<char>> = Vec::new();
    let asked: Vec<Vec<usize>> = texts
        .iter()
        .map(|e| {
            let words = e.question.iter().flat_map(|text| {
                match text.strip_prefix('@').and_then(|name| file.sets.get(name)) {
                    Some(set) => set.iter().collect(),
                    None => vec![text],
                }
            });
            let begun = questions.len();
            questions.extend(
                words
                    .map(|text| fold::word(text, false))
                    .filter(|w| !w.is_empty()),
            );
            (begun..questions.len()).collect()
        })
        .collect();
    let (asks, ask_numbers) = Lexicon::of(questions);
    let (lexicon, numbers) = Lexicon::of(words);
    let numbered = |list: &[usize]| {
        let mut list: Vec<u32> = list.iter().map(|n| numbers[*n]).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    let mut begins = vec![Vec::new(); lexicon.len()];
    let mut entries = Vec::new();
    for ((text, (groups, except, unless, unless_said)), asked) in texts.into_iter().zip(noted).zip(asked) {
        let groups: Vec<Vec<u32>> = groups.iter().map(|g| numbered(g)).collect();
        for word in &groups[0] {
            begins[*word as usize].push(entries.len() as u32);
        }
        entries.push(Entry {
            rule: &text.rule,
            reason: &text.reason,
            groups,
            gap: text.gap,
            across: text.across,
            whole: text.whole,
            apart: text.apart,
            negatable: text.negatable,
            except: numbered(&except),
            unless: numbered(&unless),
            unless_said: numbered(&unless_said),
            question: asked.iter().map(|n| ask_numbers[*n]).collect(),
            better: text.better.as_deref(),
            take: text.take,
        });
    }
    View {
        lexicon,
        entries,
        begins,
        negation: numbered(&negation),
        asked: asks,
    }
}

/// What the guard reads, in the order of the rule ids.
pub fn rules() -> impl Iterator<Item = RuleNote> {
    built().rules.iter().map(|r| RuleNote {
        id: &r.id,
        zh: &r.zh,
        en: &r.en,
    })
}

/// The words of a reason code, in English or (any other language) in Chinese, with the names of what stands in them in braces;
/// `None` for no code of ours. Filled in: [`super::Finding::why`].
pub fn reason(code: &str, lang: &str) -> Option<&'static str> {
    let [chinese, english] = &built().reasons;
    let words = if lang.starts_with("en") { english } else { chinese };
    words.get(code).map(String::as_str)
}
