//! Many words at once: a compact table that is asked at each character of a draft.
//!
//! Words lie in one arena of characters; a gate keyed by a word's first two characters says which lengths are possible
//! there, so that most places of a draft are passed over with two looks. What 100,000 words take and cost is measured by
//! `examples/guard_speed.rs`; the figures are in docs/guard.md.

use super::fold;
use super::rules::Severity;

/// Longest word, in folded characters.
pub const WORD_MAX: usize = 32;

/// Why a word of the shop is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordFault {
    /// Nothing is left of it.
    #[error("the word is empty; write at least one letter or character")]
    Empty,
    /// Longer than [`WORD_MAX`].
    #[error("the word is longer than {WORD_MAX} characters; keep to the part that must not be said")]
    Long,
}

/// A word that the shop itself does not want said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopWord {
    /// As it was written.
    pub word: String,
    /// What it does to a draft; `Off` finds nothing.
    pub severity: Severity,
    /// What to say instead; empty = nothing is offered.
    pub better: String,
}

impl ShopWord {
    /// The word as it is compared: equal keys are the same word.
    pub fn key(word: &str) -> Result<String, WordFault> {
        let folded = fold::word(word, false);
        match folded.len() {
            0 => Err(WordFault::Empty),
            n if n > WORD_MAX => Err(WordFault::Long),
            _ => Ok(folded.into_iter().collect()),
        }
    }
}

/// Words by number, found all in one pass.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// All words, one behind the other.
    arena: Vec<char>,
    /// Where each word begins; one more than words.
    start: Vec<u32>,
    /// Open addressing, word number + 1; a power of two.
    table: Vec<u32>,
    /// By the first two characters: bit n-1 = there is a word of n characters.
    gate: Vec<u32>,
    /// What the shop's words carry; empty for the built-in rules.
    carried: Vec<(Severity, Box<str>)>,
}

/// A word of the lexicon in a text: its number, first character, character after it.
pub(super) type Hit = (u32, usize, usize);

fn hash(chars: &[char]) -> u64 {
    chars.iter().fold(0xcbf2_9ce4_8422_2325, |h, c| {
        (h ^ u64::from(*c as u32))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23)
    })
}

impl Lexicon {
    /// Words as they are compared already; equal ones are one word, whose number comes second.
    pub(super) fn of(words: impl IntoIterator<Item = Vec<char>>) -> (Self, Vec<u32>) {
        let words: Vec<_> = words.into_iter().collect();
        let mut this = Self {
            start: vec![0],
            table: vec![0; (words.len() * 2).next_power_of_two().max(16)],
            gate: vec![0; words.len().next_power_of_two().clamp(1_024, 65_536)],
            ..Self::default()
        };
        let numbers = words.iter().map(|word| this.add(word)).collect();
        this.arena.shrink_to_fit();
        (this, numbers)
    }

    /// The shop's own words; a later one of two equal ones counts.
    pub fn shop<'a>(words: impl IntoIterator<Item = &'a ShopWord>) -> Self {
        let words: Vec<&ShopWord> = words
            .into_iter()
            .filter(|w| ShopWord::key(&w.word).is_ok())
            .collect();
        let (mut this, numbers) = Self::of(words.iter().map(|w| fold::word(&w.word, false)));
        this.carried = vec![(Severity::Off, Box::default()); this.len()];
        for (word, number) in words.iter().zip(numbers) {
            this.carried[number as usize] = (word.severity, word.better.as_str().into());
        }
        this
    }

    /// Number of different words.
    pub fn len(&self) -> usize {
        self.start.len().saturating_sub(1)
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.arena.len() * 4
            + (self.start.len() + self.table.len() + self.gate.len()) * 4
            + self.carried.iter().map(|(_, b)| 24 + b.len()).sum::<usize>()
    }

    pub(super) fn carried(&self, word: u32) -> Option<(Severity, &str)> {
        self.carried.get(word as usize).map(|(s, b)| (*s, &**b))
    }

    fn word(&self, number: u32) -> &[char] {
        let n = number as usize;
        &self.arena[self.start[n] as usize..self.start[n + 1] as usize]
    }

    fn add(&mut self, word: &[char]) -> u32 {
        let mask = self.table.len() - 1;
        let mut slot = hash(word) as usize & mask;
        while self.table[slot] != 0 {
            if self.word(self.table[slot] - 1) == word {
                return self.table[slot] - 1;
            }
            slot = (slot + 1) & mask;
        }
        let number = self.len() as u32;
        self.arena.extend_from_slice(word);
        self.start.push(self.arena.len() as u32);
        self.table[slot] = number + 1;
        let gate = self.gate_of(word[0], word.get(1).copied());
        self.gate[gate] |= 1 << (word.len() - 1).min(31);
        number
    }

    fn gate_of(&self, first: char, second: Option<char>) -> usize {
        let pair = [first, second.unwrap_or('\0')];
        (hash(&pair) >> 20) as usize & (self.gate.len() - 1)
    }

    fn find(&self, word: &[char]) -> Option<u32> {
        let mask = self.table.len() - 1;
        let mut slot = hash(word) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return None,
                n if self.word(n - 1) == word => return Some(n - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// Every word that stands in the text, by place, shorter ones first.
    pub(super) fn scan(&self, text: &[char], hits: &mut Vec<Hit>) {
        if self.is_empty() {
            return;
        }
        for from in 0..text.len() {
            let rest = &text[from..];
            if self.gate[self.gate_of(rest[0], None)] & 1 != 0
                && let Some(word) = self.find(&rest[..1])
            {
                hits.push((word, from, from + 1));
            }
            let Some(second) = rest.get(1) else { continue };
            let mut lengths = self.gate[self.gate_of(rest[0], Some(*second))] & !1;
            while lengths != 0 {
                let length = lengths.trailing_zeros() as usize + 1;
                lengths &= lengths - 1;
                if length <= rest.len()
                    && let Some(word) = self.find(&rest[..length])
                {
                    hits.push((word, from, from + length));
                }
            }
        }
    }
}
