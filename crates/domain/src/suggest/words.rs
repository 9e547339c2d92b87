//! Reading a sentence of the trade: its words, the scenes that they belong to, and what the sentence does.
//!
//! Chinese has no blanks. A dictionary of the whole language costs tens of MiB; the words that decide in a shop's talk are a
//! few hundred. So the known words of `trade.toml` are found, longest first, and everything is taken as pairs of neighbouring
//! characters besides; particles part them. A *scene* stands for all words of one matter: 邮费, 运费 and 包邮 meet in it.

use crate::search::fold;
use std::collections::{BTreeMap, HashMap};

const TRADE: &str = include_str!("trade.toml");
/// Characters of a text that are read.
const READ: usize = 400;
/// Digits from which on a number names a thing (an item, an order) and not a count.
const NAMES_A_THING: usize = 6;
/// Acts of each side at most: they are bits of a word.
const ACTS: usize = 64;

/// What a piece of a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A known word, a Latin word or a number.
    Word,
    /// A matter of the trade that a word of it names.
    Scene,
    /// Two neighbouring characters.
    Gram,
}

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// Digest of what it says; equal pieces have equal ids.
    pub id: u32,
    /// What it is.
    pub kind: Kind,
    /// First character.
    pub from: u16,
    /// Character after the last.
    pub to: u16,
}

/// Acts of one side as a set.
pub type Acts = u64;

/// A sentence as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its pieces in order of place; equal ones may come again.
    pub tokens: Vec<Token>,
    /// What it does if a buyer says it.
    pub asks: Acts,
    /// What it does if the shop says it.
    pub answers: Acts,
    /// Words of address and particles in it.
    pub voice: u64,
    /// Characters.
    pub chars: usize,
}

impl Reading {
    /// Its distinct pieces, in order of their ids.
    pub fn ids(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = self.tokens.iter().map(|t| t.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
    /// Puts another sentence behind this one; its places are no places of the whole any more.
    pub fn join(&mut self, other: &Self) {
        self.tokens.extend_from_slice(&other.tokens);
        self.asks |= other.asks;
        self.answers |= other.answers;
        self.voice |= other.voice;
        self.chars += other.chars;
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Trade {
    scene: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
    voice: BTreeMap<String, String>,
    ask: BTreeMap<String, String>,
    answer: BTreeMap<String, String>,
    expect: BTreeMap<String, String>,
}

/// The words of the trade, and how to read with them.
#[derive(Debug)]
pub struct Lexicon {
    /// Word → scenes of it.
    words: HashMap<Box<[char]>, Vec<u32>>,
    longest: usize,
    voice: Vec<Box<[char]>>,
    stop: Vec<char>,
    ask: Vec<(String, Vec<Pattern>)>,
    answer: Vec<(String, Vec<Pattern>)>,
    /// For each act of the buyer, the acts that answer it.
    expect: Vec<Acts>,
}

#[derive(Debug)]
struct Pattern {
    chars: Box<[char]>,
    /// The whole sentence, not a part of it.
    whole: bool,
    /// A kind of number instead of words.
    token: Option<u32>,
}

impl Lexicon {
    /// The words that come with the house. Made when first needed: reading the file takes about a millisecond.
    ///
    /// # Errors
    /// What is wrong with the file; a test reads the one that is compiled in.
    pub fn built_in() -> Result<Self, String> {
        Self::parse(TRADE)
    }

    /// Reads a file of words.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let trade: Trade = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut words: HashMap<Box<[char]>, Vec<u32>> = HashMap::new();
        for (name, list) in &trade.scene {
            let scene = scene_id(name);
            for word in list.split_whitespace() {
                let scenes = words.entry(folded(word)).or_default();
                if !scenes.contains(&scene) {
                    scenes.push(scene);
                }
            }
        }
        for word in trade.words.values().flat_map(|list| list.split_whitespace()) {
            words.entry(folded(word)).or_default();
        }
        let list = |name: &str| {
            let found = trade.voice.get(name);
            found
                .map(|list| list.split_whitespace().map(folded).collect::<Vec<_>>())
                .ok_or_else(|| format!("[voice] has no {name}"))
        };
        let acts = |side: &BTreeMap<String, String>| {
            side.iter()
                .map(|(name, list)| (name.clone(), list.split_whitespace().map(Pattern::of).collect()))
                .collect::<Vec<(String, Vec<Pattern>)>>()
        };
        let mut lexicon = Self {
            longest: words.keys().map(|w| w.len()).max().unwrap_or(0),
            words,
            voice: list("words")?,
            stop: list("stop")?.iter().flat_map(|w| w.iter().copied()).collect(),
            ask: acts(&trade.ask),
            answer: acts(&trade.answer),
            expect: vec![0; trade.ask.len()],
        };
        for (name, list) in &trade.expect {
            let at = lexicon.ask.iter().position(|(n, _)| n == name);
            let at = at.ok_or_else(|| format!("[expect] {name} is no act of the buyer"))?;
            for answer in list.split_whitespace() {
                let bit = lexicon.answer(answer);
                if bit == 0 {
                    return Err(format!("[expect] {name}: {answer} is no act of the shop"));
                }
                lexicon.expect[at] |= bit;
            }
        }
        let sizes = [lexicon.voice.len(), lexicon.ask.len(), lexicon.answer.len()];
        if sizes.iter().any(|size| *size > ACTS) {
            return Err(format!(
                "at most {ACTS} acts of a side and words of voice: {sizes:?}"
            ));
        }
        Ok(lexicon)
    }

    /// Names of the buyer's acts in a set.
    pub fn ask_names(&self, acts: Acts) -> Vec<&str> {
        names(&self.ask, acts)
    }
    /// Names of the shop's acts in a set.
    pub fn answer_names(&self, acts: Acts) -> Vec<&str> {
        names(&self.answer, acts)
    }
    /// The buyer's act of that name as a set; empty when there is none.
    pub fn ask(&self, name: &str) -> Acts {
        bit(&self.ask, name)
    }
    /// The shop's act of that name as a set; empty when there is none.
    pub fn answer(&self, name: &str) -> Acts {
        bit(&self.answer, name)
    }

    /// How many acts a buyer has, and a shop.
    pub fn acts(&self) -> (usize, usize) {
        (self.ask.len(), self.answer.len())
    }
    /// The acts that answer the buyer's act of that number.
    pub fn expected(&self, ask: usize) -> Acts {
        self.expect.get(ask).copied().unwrap_or(0)
    }

    /// Reads a sentence.
    pub fn read(&self, text: &str) -> Reading {
        let chars: Vec<char> = text.chars().take(READ).map(fold).collect();
        let mut reading = Reading {
            chars: chars.iter().filter(|c| c.is_alphanumeric()).count(),
            ..Reading::default()
        };
        self.words_of(&chars, &mut reading.tokens);
        self.grams_of(&chars, &mut reading.tokens);
        reading.tokens.sort_by_key(|t| (t.from, t.to, t.kind, t.id));
        reading.asks = acts(&self.ask, &chars, &reading.tokens);
        reading.asks |= match reading.chars {
            0..=3 => self.ask("brief"),
            4..=14 => 0,
            _ => self.ask("lengthy"),
        };
        reading.answers |= match reading.chars {
            0..=5 => self.answer("brief"),
            6..=19 => 0,
            _ => self.answer("lengthy"),
        };
        reading.answers = acts(&self.answer, &chars, &reading.tokens);
        for (at, word) in self.voice.iter().enumerate() {
            if contains(&chars, word) {
                reading.voice |= 1 << at;
            }
        }
        reading
    }

    /// Known words, each with its scenes; Latin words; numbers.
    fn words_of(&self, chars: &[char], tokens: &mut Vec<Token>) {
        // Ends where the last known word ends: what lies within it is not found again.
        let mut covered = 0;
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let run = |test: fn(&char) -> bool| at + chars[at..].iter().take_while(|c| test(c)).count();
            let latin = run(|c| c.is_ascii_alphabetic());
            let digits = run(char::is_ascii_digit);
            let longest = self.longest.min(chars.len() - at);
            let known = (1..=longest)
                .rev()
                .find_map(|len| Some((at + len, self.words.get(&chars[at..at + len])?)))
                .filter(|(end, _)| *end > covered && (latin == at || *end >= latin));
            if let Some((end, scenes)) = known {
                push(tokens, Kind::Word, id_of(&chars[at..end]), at, end);
                for scene in scenes {
                    push(tokens, Kind::Scene, *scene, at, end);
                }
                covered = end;
                if !is_han(c) {
                    at = end;
                    continue;
                }
            } else if latin > at {
                push(tokens, Kind::Word, id_of(&chars[at..latin]), at, latin);
                at = latin;
                continue;
            }
            if digits > at {
                if digits - at >= NAMES_A_THING {
                    push(tokens, Kind::Word, item_id(), at, digits);
                } else {
                    push(tokens, Kind::Word, id_of(&chars[at..digits]), at, digits);
                    push(tokens, Kind::Word, number_id(), at, digits);
                }
                at = digits;
                continue;
            }
            at += 1;
        }
    }

    /// Pairs of neighbours that are no particles; a character that stands alone is taken alone.
    fn grams_of(&self, chars: &[char], tokens: &mut Vec<Token>) {
        let counts = |c: char| is_han(c) && !self.stop.contains(&c);
        for at in 0..chars.len() {
            if !counts(chars[at]) {
                continue;
            }
            let next = chars.get(at + 1).copied().is_some_and(counts);
            let before = at > 0 && counts(chars[at - 1]);
            if next {
                push(tokens, Kind::Gram, id_of(&chars[at..at + 2]), at, at + 2);
            } else if !before {
                push(tokens, Kind::Gram, id_of(&chars[at..=at]), at, at + 1);
            }
        }
    }
}

impl Pattern {
    fn of(text: &str) -> Self {
        let (whole, words) = match text.strip_prefix('=') {
            Some(words) => (true, words),
            None => (false, text),
        };
        let token = match words {
            "#item" => Some(item_id()),
            "#number" => Some(number_id()),
            _ => None,
        };
        Self {
            chars: folded(words),
            whole,
            token,
        }
    }
}

fn push(tokens: &mut Vec<Token>, kind: Kind, id: u32, from: usize, to: usize) {
    // A text is cut at READ characters, so its places fit.
    let place = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
    tokens.push(Token {
        id,
        kind,
        from: place(from),
        to: place(to),
    });
}

fn acts(side: &[(String, Vec<Pattern>)], chars: &[char], tokens: &[Token]) -> Acts {
    let whole: Vec<char> = chars.iter().copied().filter(|c| c.is_alphanumeric()).collect();
    let mut acts = 0;
    for (at, (_, patterns)) in side.iter().enumerate() {
        let does = patterns.iter().any(|p| match p.token {
            Some(id) => tokens.iter().any(|t| t.id == id),
            None if p.whole => whole[..] == p.chars[..],
            None => contains(chars, &p.chars),
        });
        if does {
            acts |= 1 << at;
        }
    }
    acts
}

fn names(side: &[(String, Vec<Pattern>)], acts: Acts) -> Vec<&str> {
    let named = side.iter().enumerate().filter(|(at, _)| acts >> at & 1 == 1);
    named.map(|(_, (name, _))| name.as_str()).collect()
}

fn bit(side: &[(String, Vec<Pattern>)], name: &str) -> Acts {
    side.iter().position(|(n, _)| n == name).map_or(0, |at| 1 << at)
}

fn contains(chars: &[char], word: &[char]) -> bool {
    chars.windows(word.len()).any(|w| w == word)
}

fn folded(word: &str) -> Box<[char]> {
    word.chars().map(fold).collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}')
}

/// FNV-1a of the characters; the same in every process.
pub(super) fn id_of(chars: &[char]) -> u32 {
    chars.iter().fold(0x811c_9dc5, |hash, c| {
        (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193)
    })
}

fn marked(mark: char, name: &str) -> u32 {
    let chars: Vec<char> = std::iter::once(mark).chain(name.chars()).collect();
    id_of(&chars)
}

/// The id of a scene.
pub fn scene_id(name: &str) -> u32 {
    marked('#', name)
}

fn item_id() -> u32 {
    marked('$', "item")
}

fn number_id() -> u32 {
    marked('$', "number")
}
