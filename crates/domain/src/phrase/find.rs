//! Finding a phrase: by any part of its words, by its code, by pinyin in full or by initials (R-PHRASE-07).
//!
//! A query is cut at blanks; every word of it must match somewhere: as the beginning of the code, or anywhere in the title or
//! the text. A word matches at a character if it can be spelled from there on, character by character: by the character
//! itself, by a whole reading of it, by the initial of a reading (`f`, also `zh` `ch` `sh`), or, at the word's end, by the
//! beginning of a reading. So `fh`, `fahuo`, `fahu`, `发huo` all find 发货. All readings of a character count.
//!
//! The pages search by the same rules without a dictionary of their own: with the phrases they get the readings of the
//! characters that occur ([`letters`]). `tests/phrase_cases.json` is what both must answer.

use crate::search::fold;
use crate::stage::Stage;
use pinyin::ToPinyinMulti;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use yingke_kernel::{PhraseId, Stamp};

/// Characters of a query that count.
pub const QUERY_MAX: usize = 64;
/// Words of a query that count.
pub const WORDS_MAX: usize = 6;

/// Readings of a character in plain letters, `ü` written `v`; the commonest first. Empty for what is no Chinese character.
pub fn readings(c: char) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = Vec::new();
    for one in c.to_pinyin_multi().into_iter().flatten() {
        if let Some(plain) = plain(one.plain())
            && !all.contains(&plain)
        {
            all.push(plain);
        }
    }
    all
}

fn plain(reading: &'static str) -> Option<&'static str> {
    if reading.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(reading);
    }
    // What is left are exclamations that nobody spells (ê, ng with a mark).
    Some(match reading {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        "lüan" => "lvan",
        "lün" => "lvn",
        _ => return None,
    })
}

/// The readings of the characters that occur in these texts, joined by blanks: what a page needs to search by pinyin.
pub fn letters<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeMap<char, String> {
    let mut all = BTreeMap::new();
    for c in texts.into_iter().flat_map(str::chars).map(fold) {
        if c.is_ascii() || all.contains_key(&c) {
            continue;
        }
        let readings = readings(c);
        if !readings.is_empty() {
            all.insert(c, readings.join(" "));
        }
    }
    all
}

/// A phrase as the index takes it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The phrase.
    pub id: PhraseId,
    /// Its code, tidy.
    pub code: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its words.
    pub text: &'a str,
    /// 1 to 3.
    pub level: i64,
    /// The stage that it is for.
    pub stage: Option<Stage>,
    /// How often it was used.
    pub used: i64,
    /// When it was used last.
    pub last_used: Option<Stamp>,
    /// Its place in the set.
    pub place: i64,
}

/// A character that occurs.
#[derive(Debug)]
struct Letter {
    c: char,
    /// Bit n: the letter `a` + n can stand here for the character, or for the beginning of its reading.
    heads: u32,
    readings: Box<[&'static str]>,
}

impl Letter {
    fn new(c: char) -> Self {
        let readings = if c.is_ascii() { Vec::new() } else { readings(c) };
        let bit = |b: u8| {
            if b.is_ascii_lowercase() {
                1 << (b - b'a')
            } else {
                0
            }
        };
        let own = u8::try_from(c).map_or(0, bit);
        let heads = readings
            .iter()
            .filter_map(|r| r.bytes().next())
            .fold(own, |mask, b| mask | bit(b));
        Self {
            c,
            heads,
            readings: readings.into(),
        }
    }
}

#[derive(Debug)]
struct Item {
    id: PhraseId,
    /// Where its code, title and text begin in [`Index::cells`]; they stand one after the other.
    code: u32,
    title: u32,
    text: u32,
    end: u32,
    level: u8,
    stage: Option<Stage>,
    used: u32,
    last_used: Option<Stamp>,
    place: i64,
}

/// Phrases of one set, made for being searched. Compact: two bytes a character, and the readings of each character once.
#[derive(Debug, Default)]
pub struct Index {
    letters: Vec<Letter>,
    cells: Vec<u16>,
    items: Vec<Item>,
}

/// Where a hit stands among others: the smaller the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// 0 its code is what was typed, 1 its code begins so, 2 its title or text begins so, 3 anything else.
    class: u8,
    other_stage: bool,
    level: Reverse<u8>,
    used: Reverse<u32>,
    last_used: Reverse<Option<Stamp>>,
    place: i64,
    id: PhraseId,
}

/// A phrase that was found, and what of it matched: places in UTF-16 units, as pages count, from and to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The phrase.
    pub id: PhraseId,
    /// Where it stands among others.
    pub rank: Rank,
    /// In the code.
    pub code: Vec<(usize, usize)>,
    /// In the title.
    pub title: Vec<(usize, usize)>,
    /// In the text.
    pub text: Vec<(usize, usize)>,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    words: Vec<Vec<char>>,
}

impl Query {
    /// Cuts what somebody typed into words. An empty query finds everything.
    pub fn new(text: &str) -> Self {
        let folded: String = text.chars().take(QUERY_MAX).map(fold).collect();
        let words = folded
            .split_whitespace()
            .take(WORDS_MAX)
            .map(|word| word.chars().collect())
            .collect();
        Self { words }
    }
}

impl Index {
    /// Makes the index of a set.
    pub fn new<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let mut index = Self::default();
        let mut known: HashMap<char, u16> = HashMap::new();
        for entry in entries {
            let code = index.put(entry.code, &mut known);
            let title = index.put(entry.title, &mut known);
            let text = index.put(entry.text, &mut known);
            index.items.push(Item {
                id: entry.id,
                code,
                title,
                text,
                end: u32::try_from(index.cells.len()).unwrap_or(u32::MAX),
                level: u8::try_from(entry.level).unwrap_or(0),
                stage: entry.stage,
                used: u32::try_from(entry.used).unwrap_or(u32::MAX),
                last_used: entry.last_used,
                place: entry.place,
            });
        }
        index.letters.shrink_to_fit();
        index.cells.shrink_to_fit();
        index.items.shrink_to_fit();
        index
    }

    fn put(&mut self, text: &str, known: &mut HashMap<char, u16>) -> u32 {
        let start = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        for c in text.chars().map(fold) {
            let next = self.letters.len();
            let letters = &mut self.letters;
            let cell = *known.entry(c).or_insert_with(|| {
                // Characters beyond the table's end share its last place; no house has so many.
                if next < usize::from(u16::MAX) {
                    letters.push(Letter::new(c));
                }
                u16::try_from(next).unwrap_or(u16::MAX - 1)
            });
            self.cells.push(cell);
        }
        start
    }

    /// How many phrases it knows.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// Bytes that it takes in memory, the allocator's own not counted.
    pub fn bytes(&self) -> usize {
        let readings: usize = self
            .letters
            .iter()
            .map(|l| std::mem::size_of_val(&*l.readings))
            .sum();
        self.letters.capacity() * size_of::<Letter>()
            + readings
            + self.cells.capacity() * size_of::<u16>()
            + self.items.capacity() * size_of::<Item>()
    }

    /// The best `limit` phrases for a query; those for `stage` come before others of their class.
    pub fn find(&self, query: &Query, stage: Option<Stage>, limit: usize) -> Vec<Hit> {
        let mut found: Vec<(Rank, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| Some((self.rank(item, query, stage)?, at)))
            .collect();
        if found.len() > limit {
            found.select_nth_unstable(limit);
            found.truncate(limit);
        }
        found.sort_unstable();
        found
            .into_iter()
            .map(|(rank, at)| self.hit(rank, &self.items[at], query))
            .collect()
    }

    /// Where a phrase stands; `None` when a word is not in it.
    fn rank(&self, item: &Item, query: &Query, stage: Option<Stage>) -> Option<Rank> {
        let mut class = if query.words.is_empty() { 2 } else { 3 };
        for word in &query.words {
            let of_word = if self.begins(item, word) {
                let whole = query.words.len() == 1 && (item.title - item.code) as usize == word.len();
                if whole { 0 } else { 1 }
            } else {
                let title = self.first(item.title, item.text, word);
                if title.is_some_and(|(from, _)| from == item.title) {
                    2
                } else {
                    match self.first(item.text, item.end, word) {
                        Some((from, _)) if from == item.text => 2,
                        Some(_) => 3,
                        None if title.is_some() => 3,
                        None => return None,
                    }
                }
            };
            class = class.min(of_word);
        }
        Some(Rank {
            class,
            other_stage: stage.is_some() && item.stage != stage,
            level: Reverse(item.level),
            used: Reverse(item.used),
            last_used: Reverse(item.last_used),
            place: item.place,
            id: item.id,
        })
    }

    fn hit(&self, rank: Rank, item: &Item, query: &Query) -> Hit {
        let mut hit = Hit {
            id: item.id,
            rank,
            code: Vec::new(),
            title: Vec::new(),
            text: Vec::new(),
        };
        for word in &query.words {
            if self.begins(item, word) {
                let to = item.code + u32::try_from(word.len()).unwrap_or(0);
                hit.code.push(self.places(item.code, item.code, to));
            }
            for (start, end, marks) in [
                (item.title, item.text, &mut hit.title),
                (item.text, item.end, &mut hit.text),
            ] {
                if let Some((from, to)) = self.first(start, end, word) {
                    marks.push(self.places(start, from, to));
                }
            }
        }
        for marks in [&mut hit.code, &mut hit.title, &mut hit.text] {
            join(marks);
        }
        hit
    }

    /// Whether a code begins with a word.
    fn begins(&self, item: &Item, word: &[char]) -> bool {
        let code = &self.cells[item.code as usize..item.title as usize];
        code.len() >= word.len()
            && code
                .iter()
                .zip(word)
                .all(|(cell, c)| self.letters[usize::from(*cell)].c == *c)
    }

    /// The first place between `start` and `end` from which a word can be spelled, and where it ends.
    fn first(&self, start: u32, end: u32, word: &[char]) -> Option<(u32, u32)> {
        let head = *word.first()?;
        let bit = u8::try_from(head)
            .ok()
            .filter(u8::is_ascii_lowercase)
            .map(|b| 1u32 << (b - b'a'));
        let part = &self.cells[start as usize..end as usize];
        (start..).zip(part).find_map(|(at, cell)| {
            let letter = &self.letters[usize::from(*cell)];
            let possible = match bit {
                Some(bit) => letter.heads & bit != 0,
                None => letter.c == head,
            };
            if !possible {
                return None;
            }
            self.spelled(at, end, word).map(|to| (at, to))
        })
    }

    /// Where a word ends that is spelled from `at` on.
    fn spelled(&self, at: u32, end: u32, word: &[char]) -> Option<u32> {
        let Some(head) = word.first() else { return Some(at) };
        if at == end {
            return None;
        }
        let letter = &self.letters[usize::from(self.cells[at as usize])];
        if letter.c == *head
            && let Some(to) = self.spelled(at + 1, end, &word[1..])
        {
            return Some(to);
        }
        for reading in &letter.readings {
            let same = reading.chars().zip(word).take_while(|(a, b)| a == *b).count();
            // The whole reading, the end of the word, the initial of two letters, the first letter.
            let two = usize::from(reading.as_bytes().get(1) == Some(&b'h')) * 2;
            let mut tried = 0;
            for length in [reading.len(), word.len(), two, 1] {
                if length == 0 || length > same || length == tried {
                    continue;
                }
                tried = length;
                if let Some(to) = self.spelled(at + 1, end, &word[length..]) {
                    return Some(to);
                }
            }
        }
        None
    }

    /// Places of cells as places in UTF-16 units of a part that begins at `start`.
    fn places(&self, start: u32, from: u32, to: u32) -> (usize, usize) {
        let units = |from: u32, to: u32| -> usize {
            self.cells[from as usize..to as usize]
                .iter()
                .map(|cell| self.letters[usize::from(*cell)].c.len_utf16())
                .sum()
        };
        let first = units(start, from);
        (first, first + units(from, to))
    }
}

/// Puts marks in order and makes one of those that touch.
fn join(marks: &mut Vec<(usize, usize)>) {
    marks.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(marks.len());
    for mark in marks.drain(..) {
        match joined.last_mut() {
            Some(last) if mark.0 <= last.1 => last.1 = last.1.max(mark.1),
            _ => joined.push(mark),
        }
    }
    *marks = joined;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn index(texts: &[&str]) -> Index {
        Index::new(texts.iter().enumerate().map(|(n, text)| Entry {
            id: PhraseId(Uuid::from_u128(n as u128)),
            code: "",
            title: "",
            text,
            level: 1,
            stage: None,
            used: 0,
            last_used: None,
            place: n as i64,
        }))
    }

    fn finds(text: &str, query: &str) -> Option<Vec<(usize, usize)>> {
        let hits = index(&[text]).find(&Query::new(query), None, 1);
        hits.into_iter().next().map(|hit| hit.text)
    }

    #[test]
    fn r_phrase_07_pinyin_in_full_by_initials_and_mixed() {
        for query in [
            "fh", "fahuo", "fahu", "fah", "fhuo", "发huo", "f货", "发货", "FAHUO", "ｆｈ",
        ] {
            assert_eq!(finds("今天发货的", query), Some(vec![(2, 4)]), "{query}");
        }
        for query in ["fahuoo", "hf", "fuo", "ahuo", "发发"] {
            assert_eq!(finds("今天发货的", query), None, "{query}");
        }
        assert_eq!(finds("中通快递", "zht"), Some(vec![(0, 2)]));
        assert_eq!(finds("中通快递", "zt"), Some(vec![(0, 2)]));
        assert_eq!(finds("西安", "xian"), Some(vec![(0, 2)]));
        assert_eq!(finds("先看", "xian"), Some(vec![(0, 1)]));
        assert_eq!(finds("绿色", "lvse"), Some(vec![(0, 2)]));
    }

    #[test]
    fn r_phrase_07_every_reading_counts() {
        for (text, query) in [
            ("还可以", "hai"),
            ("还款", "huank"),
            ("重量", "zhongl"),
            ("重新", "chongx"),
        ] {
            assert!(finds(text, query).is_some(), "{text} {query}");
        }
    }

    #[test]
    fn places_are_counted_as_pages_count() {
        assert_eq!(finds("👍好的 OK", "ok"), Some(vec![(5, 7)]));
        assert_eq!(finds("abc", "b"), Some(vec![(1, 2)]));
        assert_eq!(finds("48小时发货", "48xsfh"), Some(vec![(0, 6)]));
        assert_eq!(finds("发货快递", "fh kd"), Some(vec![(0, 4)]));
    }

    #[test]
    fn all_words_must_be_there_and_an_empty_query_finds_all() {
        let index = index(&["今天发货", "今天有货", "明天发货"]);
        let count = |query: &str| index.find(&Query::new(query), None, 10).len();
        assert_eq!(
            (count(""), count("货"), count("今天 发货"), count("fh mt")),
            (3, 3, 1, 1)
        );
        assert_eq!(count("昨天"), 0);
        assert_eq!(index.find(&Query::new(""), None, 2).len(), 2);
    }

    proptest! {
        #[test]
        fn r_phrase_07_any_part_any_syllables_any_initials(
            text in "[发货快递有今天明尺码您好退款a-c0-3，]{1,16}",
            from in 0usize..16, length in 1usize..6, how in prop::collection::vec(0u8..3, 6),
        ) {
            let chars: Vec<char> = text.chars().collect();
            let from = from % chars.len();
            let part = &chars[from..(from + length).min(chars.len())];
            let query: String = part.iter().zip(how).map(|(c, how)| match (readings(*c).first(), how) {
                (Some(reading), 0) => (*reading).to_owned(),
                (Some(reading), 1) => reading[..1].to_owned(),
                _ => c.to_string(),
            }).collect();
            prop_assert!(finds(&text, &query).is_some(), "{text} {query}");
        }

        #[test]
        fn what_is_marked_lies_in_the_text(text in "\\PC{0,24}", query in "[a-z0-9发货 ]{0,8}") {
            for hit in index(&[&text]).find(&Query::new(&query), None, 1) {
                let units = text.encode_utf16().count();
                prop_assert!(hit.text.iter().all(|(from, to)| from < to && *to <= units));
                prop_assert!(hit.text.windows(2).all(|w| w[0].1 < w[1].0));
            }
        }
    }
}
