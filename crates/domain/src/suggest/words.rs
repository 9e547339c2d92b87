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
    courtesy: String,
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
    /// Everything that is looked for in a text, by digest.
    pieces: IdMap<Piece>,
    /// By first character: how long a piece may be that begins with it.
    longest: HashMap<char, usize>,
    /// Sentences that are an act as a whole.
    whole: HashMap<Box<[char]>, Acts>,
    stop: Vec<char>,
    courtesy: Vec<u32>,
    ask: Vec<String>,
    answer: Vec<String>,
    /// For each act of the buyer, the acts that answer it.
    expect: Vec<Acts>,
}

/// What a run of characters means.
#[derive(Debug, Default)]
struct Piece {
    chars: Box<[char]>,
    /// It is a word of the trade.
    is_word: bool,
    scenes: Vec<u32>,
    asks: Acts,
    answers: Acts,
    voice: u64,
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
        let stop = trade.voice.get("stop").ok_or("[voice] has no stop")?;
        let voice = trade.voice.get("words").ok_or("[voice] has no words")?;
        let mut lexicon = Self {
            pieces: IdMap::default(),
            longest: HashMap::new(),
            whole: HashMap::new(),
            stop: stop.chars().filter(|c| !c.is_whitespace()).collect(),
            courtesy: trade.courtesy.split_whitespace().map(scene_id).collect(),
            ask: trade.ask.keys().cloned().collect(),
            answer: trade.answer.keys().cloned().collect(),
            expect: vec![0; trade.ask.len()],
        };
        let sizes = [
            voice.split_whitespace().count(),
            lexicon.ask.len(),
            lexicon.answer.len(),
        ];
        if sizes.iter().any(|size| *size > ACTS) {
            return Err(format!(
                "at most {ACTS} acts of a side and words of voice: {sizes:?}"
            ));
        }
        for (name, list) in &trade.scene {
            for word in list.split_whitespace() {
                let piece = lexicon.piece(word)?;
                piece.is_word = true;
                piece.scenes.push(scene_id(name));
            }
        }
        for word in trade.words.values().flat_map(|list| list.split_whitespace()) {
            lexicon.piece(word)?.is_word = true;
        }
        for (at, word) in voice.split_whitespace().enumerate() {
            lexicon.piece(word)?.voice |= 1 << at;
        }
        for (at, list) in trade.ask.values().enumerate() {
            for word in list.split_whitespace() {
                match word.strip_prefix('=') {
                    Some(sentence) => *lexicon.whole.entry(folded(sentence)).or_default() |= 1 << at,
                    None => lexicon.piece(word)?.asks |= 1 << at,
                }
            }
        }
        for (at, list) in trade.answer.values().enumerate() {
            for word in list.split_whitespace() {
                lexicon.piece(word)?.answers |= 1 << at;
            }
        }
        for (name, list) in &trade.expect {
            let at = lexicon.ask.iter().position(|n| n == name);
            let at = at.ok_or_else(|| format!("[expect] {name} is no act of the buyer"))?;
            for answer in list.split_whitespace() {
                let bit = lexicon.answer(answer);
                if bit == 0 {
                    return Err(format!("[expect] {name}: {answer} is no act of the shop"));
                }
                lexicon.expect[at] |= bit;
            }
        }
        Ok(lexicon)
    }

    fn piece(&mut self, word: &str) -> Result<&mut Piece, String> {
        let chars = folded(word);
        let Some(first) = chars.first() else {
            return Err("a word is empty".to_owned());
        };
        let longest = self.longest.entry(*first).or_default();
        *longest = (*longest).max(chars.len());
        let piece = self.pieces.entry(id_of(&chars)).or_default();
        if piece.chars.is_empty() {
            piece.chars = chars;
        } else if piece.chars != chars {
            return Err(format!(
                "{word} has the digest of another word; write it otherwise"
            ));
        }
        Ok(piece)
    }

    /// The known words, in order.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let known = self.pieces.values().filter(|piece| piece.is_word);
        let mut words: Vec<String> = known.map(|piece| piece.chars.iter().collect()).collect();
        words.sort_unstable();
        words.into_iter()
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

    /// Takes the polite words out of what a buyer says if there is any other matter in it.
    pub fn leave_courtesy(&self, said: &mut [Reading]) {
        let is_polite = |t: &Token| self.courtesy.contains(&t.id);
        let has_matter = |r: &Reading| r.tokens.iter().any(|t| t.kind == Kind::Scene && !is_polite(t));
        if !said.iter().any(has_matter) {
            return;
        }
        for reading in said {
            let polite = reading.tokens.iter().filter(|t| is_polite(t));
            let polite: Vec<(u16, u16)> = polite.map(|t| (t.from, t.to)).collect();
            let within = |t: &Token| polite.iter().any(|(from, to)| t.from >= *from && t.to <= *to);
            reading.tokens.retain(|t| !within(t));
        }
    }

    /// Reads a sentence.
    pub fn read(&self, text: &str) -> Reading {
        let chars: Vec<char> = text.chars().take(READ).map(fold).collect();
        let mut reading = Reading {
            chars: chars.iter().filter(|c| c.is_alphanumeric()).count(),
            ..Reading::default()
        };
        self.pieces_of(&chars, &mut reading);
        self.grams_of(&chars, &mut reading.tokens);
        reading.tokens.sort_by_key(|t| (t.from, t.to, t.kind, t.id));
        let sentence: Vec<char> = chars.iter().copied().filter(|c| c.is_alphanumeric()).collect();
        reading.asks |= self.whole.get(&sentence[..]).copied().unwrap_or(0);
        reading.asks |= match reading.chars {
            0..=3 => self.ask("brief"),
            4..=14 => 0,
            _ => self.ask("lengthy"),
        };
        reading
    }

    /// Known words, each with its scenes; acts and words of address; Latin words; numbers.
    fn pieces_of(&self, chars: &[char], reading: &mut Reading) {
        // Ends where the last known word ends: what lies within it is not found again.
        let mut covered = 0;
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let run = |test: fn(&char) -> bool| at + chars[at..].iter().take_while(|c| test(c)).count();
            let latin = run(|c| c.is_ascii_alphabetic());
            let digits = run(char::is_ascii_digit);
            let mut longest_word = None;
            let mut id = EMPTY;
            let reach = self.longest.get(&c).map_or(0, |len| (*len).min(chars.len() - at));
            for end in at + 1..=at + reach {
                id = extended(id, chars[end - 1]);
                let piece = self
                    .pieces
                    .get(&id)
                    .filter(|piece| piece.chars[..] == chars[at..end]);
                // Within a Latin word nothing is meant.
                let Some(piece) = piece.filter(|_| latin == at || end >= latin) else {
                    continue;
                };
                reading.asks |= piece.asks;
                reading.answers |= piece.answers;
                reading.voice |= piece.voice;
                if piece.is_word && end > covered {
                    longest_word = Some((end, piece));
                }
            }
            if let Some((end, piece)) = longest_word {
                push(&mut reading.tokens, Kind::Word, id_of(&chars[at..end]), at, end);
                for scene in &piece.scenes {
                    push(&mut reading.tokens, Kind::Scene, *scene, at, end);
                }
                covered = end;
                if !is_han(c) {
                    at = end;
                    continue;
                }
            } else if latin > at {
                push(
                    &mut reading.tokens,
                    Kind::Word,
                    id_of(&chars[at..latin]),
                    at,
                    latin,
                );
                at = latin;
                continue;
            }
            if digits > at {
                if digits - at >= NAMES_A_THING {
                    push(&mut reading.tokens, Kind::Word, item_id(), at, digits);
                    reading.asks |= self.ask("item");
                } else {
                    push(
                        &mut reading.tokens,
                        Kind::Word,
                        id_of(&chars[at..digits]),
                        at,
                        digits,
                    );
                    push(&mut reading.tokens, Kind::Word, number_id(), at, digits);
                    reading.asks |= self.ask("number");
                    reading.answers |= self.answer("number");
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

fn names(side: &[String], acts: Acts) -> Vec<&str> {
    let named = side.iter().enumerate().filter(|(at, _)| acts >> at & 1 == 1);
    named.map(|(_, name)| name.as_str()).collect()
}

fn bit(side: &[String], name: &str) -> Acts {
    side.binary_search_by(|known| known.as_str().cmp(name))
        .map_or(0, |at| 1 << at)
}

fn folded(word: &str) -> Box<[char]> {
    word.chars().map(fold).collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}')
}

/// Digest of nothing.
const EMPTY: u32 = 0x811c_9dc5;

/// FNV-1a, a character further.
fn extended(id: u32, c: char) -> u32 {
    (id ^ u32::from(c)).wrapping_mul(0x0100_0193)
}

/// FNV-1a of the characters; the same in every process.
fn id_of(chars: &[char]) -> u32 {
    chars.iter().fold(EMPTY, |id, c| extended(id, *c))
}

/// Hashes ids, which are digests already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IdHasher(u64);

impl std::hash::Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, id: u32) {
        self.0 = (self.0 ^ u64::from(id)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Values by id.
pub(super) type IdMap<V> = HashMap<u32, V, std::hash::BuildHasherDefault<IdHasher>>;

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
