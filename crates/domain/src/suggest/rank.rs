//! Putting candidates in order: a weighted sum of a few things that each can be explained.

use super::learn::{Frequencies, Learnt, Near, bits, norm, shared};
use super::words::{Acts, IdMap, Kind, Lexicon, Reading};
use crate::stage::Stage;
use std::collections::{HashMap, HashSet};

/// Things that speak for a candidate or against it.
pub const FEATURES: usize = 9;
/// Their names, in order.
pub const NAMES: [&str; FEATURES] = [
    "words", "scene", "earlier", "acts", "follows", "likewise", "said", "voice", "long",
];
/// What each counts. Fitted on turns of real dialogues that no test looks at, then rounded: `docs/suggestions.md`.
pub const WEIGHTS: [f32; FEATURES] = [1.0, 0.6, 0.0, 1.5, 1.6, 0.2, -0.7, 0.9, -0.4];

/// What each counts within a set, where titles and groups say more and all texts are the house's own; judged by questions of ours.
const IN_A_SET: [f32; FEATURES] = [0.6, 0.6, 0.1, 0.3, 1.0, 1.0, -1.5, 0.2, -0.2];
/// Beside them, for a phrase of a set: its title and group name the question, whereas its words answer it.
const TITLE: f32 = 5.0;
/// It was sent to questions like this one.
const VOTED: f32 = 2.5;
/// It is for the stage that the talk is in, or for another one.
const STAGE: (f32, f32) = (0.35, -0.15);
/// Each level above plain (R-PHRASE-08).
const LEVEL: f32 = 0.1;
/// Of one answer on several levels the highest is offered if it has at least this share of the best one's score: the level decides among
/// near equals only (R-PHRASE-08).
const NEARLY: f32 = 0.85;
/// It is used often, at most.
const USED: f32 = 0.3;
/// In finding by names: a matter, a known word, a pair of characters.
const KINDS: (f32, f32, f32) = (2.0, 1.0, 0.6);
/// From this sum of what names the question on, a candidate is worth showing.
const WORTH: f32 = 0.3;
/// Candidates that are looked at closely.
const CLOSE: usize = 150;
/// How much a turn before the question counts, the last first.
const FADES: [f32; 6] = [1.0, 0.7, 0.5, 0.35, 0.25, 0.2];
/// Earlier answers that candidates are compared with.
const LIKEWISE: usize = 20;

/// A text that can be suggested, as digests.
#[derive(Debug, Clone)]
pub struct Card {
    /// Distinct sorted ids of the words that would be sent.
    pub ids: Box<[u32]>,
    /// Of what names it: title, group.
    pub title: Box<[u32]>,
    /// What it does.
    pub answers: Acts,
    /// In whose voice.
    pub voice: u64,
    /// Characters.
    pub chars: u16,
}

impl Card {
    /// A card of what would be sent, and of what names it.
    pub fn new(text: &Reading, title: Option<&Reading>) -> Self {
        Self {
            ids: text.ids().into(),
            title: title.map(Reading::ids).unwrap_or_default().into(),
            answers: text.answers,
            voice: text.voice,
            chars: u16::try_from(text.chars).unwrap_or(u16::MAX),
        }
    }
}

/// An open question with what stood before it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The buyer's unanswered words as one.
    pub question: Reading,
    /// What the shop said last before them.
    pub before: Option<Reading>,
    ids: Vec<u32>,
    /// How much each of them counts in finding by names.
    weights: IdMap<f32>,
    scenes: HashSet<u32>,
    /// All that was said before, latest first.
    earlier: Vec<Vec<u32>>,
    /// What the shop said before.
    said: Vec<Vec<u32>>,
    voice: u64,
}

impl Asked {
    /// Reads a talk in order of time; `true` = the shop's words. The buyer's words after the shop's last are the question.
    pub fn read(lexicon: &Lexicon, talk: &[(bool, &str)]) -> Self {
        let open = talk.iter().rposition(|(shop, _)| *shop).map_or(0, |at| at + 1);
        let mut asked = Self::default();
        let mut said: Vec<Reading> = talk[open..].iter().map(|(_, text)| lexicon.read(text)).collect();
        lexicon.leave_courtesy(&mut said);
        for reading in &said {
            asked.question.join(reading);
        }
        if open == 0 {
            asked.question.asks |= lexicon.ask("opening");
        }
        asked.ids = asked.question.ids();
        for token in &asked.question.tokens {
            let kind = match token.kind {
                Kind::Scene => KINDS.0,
                Kind::Word => KINDS.1,
                Kind::Gram => KINDS.2,
            };
            asked.weights.insert(token.id, kind);
        }
        let scenes = asked.question.tokens.iter().filter(|t| t.kind == Kind::Scene);
        asked.scenes = scenes.map(|t| t.id).collect();
        for (shop, text) in talk[..open].iter().rev() {
            let reading = lexicon.read(text);
            let ids = reading.ids();
            if *shop {
                asked.voice |= reading.voice;
                asked.said.push(ids.clone());
                asked.before.get_or_insert(reading);
            }
            asked.earlier.push(ids);
        }
        asked
    }
    /// Distinct ids of the question.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }
}

/// Weighs cards for questions.
#[derive(Debug, Clone, Copy)]
pub struct Ranker<'a> {
    /// How telling words are.
    pub frequencies: &'a Frequencies,
    /// What was learnt.
    pub learnt: &'a Learnt,
}

/// A question with what is looked at for every card.
#[derive(Debug)]
pub struct Question<'a> {
    asked: &'a Asked,
    near: &'a Near,
    /// Answers to questions like it: how much like it, ids, length.
    likewise: Vec<(f32, &'a [u32], f32)>,
    /// What the shop said before: ids, length.
    said: Vec<(&'a [u32], f32)>,
}

impl<'a> Ranker<'a> {
    /// Makes a question ready.
    pub fn question(&self, asked: &'a Asked, near: &'a Near) -> Question<'a> {
        let likewise = near.like.iter().take(LIKEWISE).map(|(like, no)| {
            let ids = self.learnt.answer(*no);
            (*like, ids, norm(ids, self.frequencies))
        });
        let said = asked
            .said
            .iter()
            .map(|ids| (ids.as_slice(), norm(ids, self.frequencies)));
        Question {
            asked,
            near,
            likewise: likewise.collect(),
            said: said.collect(),
        }
    }

    /// What speaks for a card and against it, each thing on its own, most of them 0 to 1.
    pub fn features(&self, question: &Question<'_>, card: &Card) -> [f32; FEATURES] {
        let Question { asked, near, .. } = question;
        let idf = |id: u32| self.frequencies.idf(id);
        // As BM25 has it: a long text has many words by chance.
        let long = card.ids.len() as f32 / self.frequencies.mean_len().max(1.0);
        let damped = 2.2 / (1.0 + 1.2 * (0.25 + 0.75 * long));
        let (scenes, words): (Vec<u32>, Vec<u32>) =
            shared(&asked.ids, &card.ids).partition(|id| asked.scenes.contains(id));
        let words = words.into_iter().map(idf).sum::<f32>() * damped;
        let scenes: f32 = scenes.into_iter().map(idf).sum();
        let mut earlier = 0.0;
        for (ids, fades) in asked.earlier.iter().zip(FADES) {
            earlier += fades * shared(ids, &card.ids).map(idf).sum::<f32>() * damped;
        }
        let follows = near.follows(&card.ids);
        let follows = follows / (card.ids.len().max(4) as f32).sqrt();
        let mine = norm(&card.ids, self.frequencies);
        let alike = |ids: &[u32], norm: f32| {
            let common: f32 = shared(ids, &card.ids).map(|id| idf(id).powi(2)).sum();
            common / (norm * mine).max(1e-6)
        };
        let likewise = question
            .likewise
            .iter()
            .map(|(like, ids, norm)| like * alike(ids, *norm));
        let said = question.said.iter().map(|(ids, norm)| alike(ids, *norm));
        let voice = if asked.said.is_empty() {
            0.0
        } else {
            let both = bits(asked.voice & card.voice).count() as f32;
            let new = bits(card.voice & !asked.voice).count() as f32;
            (both - new) / (1.0 + both + new)
        };
        [
            words / (words + 8.0),
            scenes / (scenes + 4.0),
            earlier / (earlier + 12.0),
            near.fit(card.answers) / (1.0 + bits(card.answers).count() as f32).sqrt(),
            follows / (follows + 2.0),
            likewise.fold(0.0, f32::max),
            said.fold(0.0, f32::max).powi(2),
            voice,
            (1.0 + f32::from(card.chars)).ln() / 4.0,
        ]
    }

    /// How well the words of a card answer; higher is better.
    pub fn score(&self, question: &Question<'_>, card: &Card) -> f32 {
        let features = self.features(question, card);
        features.iter().zip(WEIGHTS).map(|(f, w)| f * w).sum()
    }
}

/// A text that is put into an index.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a, K> {
    /// Whose text it is.
    pub key: K,
    /// What would be sent.
    pub text: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its group.
    pub group: &'a str,
    /// Its code; codes that differ in the last digit only are one answer on several levels.
    pub code: &'a str,
    /// 1, 2 or 3.
    pub level: i64,
    /// The stage that it is for.
    pub stage: Option<Stage>,
    /// How often it was used.
    pub used: i64,
    /// Digests by which what was learnt knows it: the phrase, the words.
    pub sent: [u64; 2],
}

#[derive(Debug)]
struct Item<K> {
    key: K,
    card: Card,
    /// Digest of group and code without level; 0 = stands alone.
    stem: u64,
    sent: [u64; 2],
    used: u32,
    level: u8,
    stage: Option<Stage>,
}

/// The texts of a shop, ready to be ranked. Holds digests, not texts: some 400 bytes a text.
#[derive(Debug)]
pub struct Index<K> {
    items: Vec<Item<K>>,
    frequencies: Frequencies,
    /// Sorted (id, item): where each piece occurs.
    at: Vec<(u32, u32)>,
}

/// A text that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<K> {
    /// Which.
    pub key: K,
    /// How well it answers.
    pub score: f32,
    /// Its level.
    pub level: i64,
}

impl<K: Copy + Ord> Index<K> {
    /// Reads the texts.
    pub fn new<'a>(lexicon: &Lexicon, entries: impl IntoIterator<Item = Entry<'a, K>>) -> Self {
        let mut index = Self {
            items: Vec::new(),
            frequencies: Frequencies::default(),
            at: Vec::new(),
        };
        for entry in entries {
            let mut names = lexicon.read(entry.title);
            names.join(&lexicon.read(entry.group));
            let card = Card::new(&lexicon.read(entry.text), Some(&names));
            let mut whole: Vec<u32> = card.ids.iter().chain(card.title.iter()).copied().collect();
            whole.sort_unstable();
            whole.dedup();
            index.frequencies.add(&whole);
            let no = u32::try_from(index.items.len()).unwrap_or(u32::MAX);
            index.at.extend(whole.iter().map(|id| (*id, no)));
            let stem = entry.code.trim_end_matches(|c: char| c.is_ascii_digit());
            index.items.push(Item {
                key: entry.key,
                card,
                stem: if stem.is_empty() {
                    0
                } else {
                    digest(&[entry.group, stem])
                },
                sent: entry.sent,
                used: u32::try_from(entry.used).unwrap_or(0),
                level: u8::try_from(entry.level).unwrap_or(1),
                stage: entry.stage,
            });
        }
        index.at.sort_unstable();
        index.at.shrink_to_fit();
        index.items.shrink_to_fit();
        index
    }
    /// How many texts it has.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The best texts for a question, best first; fewer or none when nothing is worth showing. Of one answer on several
    /// levels the highest is given (R-PHRASE-08).
    pub fn suggest(
        &self,
        lexicon: &Lexicon,
        learnt: &Learnt,
        asked: &Asked,
        stage: Option<Stage>,
        limit: usize,
    ) -> Vec<Hit<K>> {
        let near = learnt.near(lexicon, &asked.question, asked.before.as_ref());
        let mut votes: HashMap<u64, f32> = HashMap::new();
        let mut sum = 0.5;
        for (like, no) in near.like.iter().filter(|(like, _)| *like > 0.3) {
            *votes.entry(learnt.sent(*no)).or_default() += like * like;
            sum += like * like;
        }
        let ranker = Ranker {
            frequencies: &self.frequencies,
            learnt,
        };
        let question = ranker.question(asked, &near);
        let known = asked.ids.iter().filter(|id| self.frequencies.has(**id));
        let idf = |id: u32| self.frequencies.idf(id) * asked.weights.get(&id).copied().unwrap_or(KINDS.1);
        let whole = known.map(|id| idf(*id)).sum::<f32>().max(4.0);
        let voted = |item: &Item<K>| item.sent.iter().filter_map(|sent| votes.get(sent)).sum::<f32>();
        let mut scored: Vec<(f32, &Item<K>)> = self
            .candidates(asked, &votes)
            .into_iter()
            .filter_map(|no| {
                let item = &self.items[no as usize];
                let named: f32 = shared(&asked.ids, &item.card.title).map(idf).sum();
                let worded: f32 = shared(&asked.ids, &item.card.ids).map(idf).sum();
                let all: f32 = item.card.title.iter().map(|id| idf(*id)).sum();
                let named = 0.6 * named.max(0.5 * worded) / whole
                    + 0.25 * named / all.max(1.0)
                    + 0.15 * worded / whole;
                let voted = voted(item) / sum;
                let features = ranker.features(&question, &item.card);
                if named + features[0] + features[1] + 2.0 * voted < WORTH {
                    return None;
                }
                let words: f32 = features.iter().zip(IN_A_SET).map(|(f, w)| f * w).sum();
                let fits = match (stage, item.stage) {
                    (Some(now), Some(its)) if now == its => STAGE.0,
                    (Some(_), Some(_)) => STAGE.1,
                    _ => 0.0,
                };
                let used = (1.0 + item.used as f32).ln() / 6.0;
                let score = words
                    + TITLE * named
                    + VOTED * voted
                    + fits
                    + LEVEL * f32::from(item.level - 1)
                    + USED * used.min(1.0);
                Some((score, item))
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.key.cmp(&b.1.key)));
        let mut stems: HashMap<u64, usize> = HashMap::new();
        let mut hits: Vec<(f32, &Item<K>)> = Vec::new();
        for (score, item) in scored {
            match stems.get(&item.stem).filter(|_| item.stem != 0) {
                Some(at) => {
                    // The same answer on a higher level takes the place, if it answers nearly as well.
                    let (best, known) = hits[*at];
                    if item.level > known.level && score >= best * NEARLY {
                        hits[*at] = (best, item);
                    }
                }
                None if hits.len() < limit => {
                    stems.insert(item.stem, hits.len());
                    hits.push((score, item));
                }
                None => {}
            }
        }
        hits.into_iter()
            .map(|(score, item)| Hit {
                key: item.key,
                score,
                level: i64::from(item.level),
            })
            .collect()
    }

    /// Numbers of the texts that have most in common with the question, or were sent to one like it.
    fn candidates(&self, asked: &Asked, votes: &HashMap<u64, f32>) -> Vec<u32> {
        let mut sums = vec![0.0_f32; self.items.len()];
        for id in &asked.ids {
            let from = self.at.partition_point(|(of, _)| of < id);
            let idf = self.frequencies.idf(*id) * asked.weights.get(id).copied().unwrap_or(KINDS.1);
            for (_, no) in self.at[from..].iter().take_while(|(of, _)| of == id) {
                sums[*no as usize] += idf;
            }
        }
        let mut best: Vec<(f32, u32)> = Vec::new();
        for (no, item) in self.items.iter().enumerate() {
            let sent = item.sent.iter().filter_map(|sent| votes.get(sent)).sum::<f32>();
            let sum = sums[no] / (item.card.ids.len() as f32 + 10.0).sqrt() + 100.0 * sent;
            if sum > 0.0 {
                best.push((sum, u32::try_from(no).unwrap_or(u32::MAX)));
            }
        }
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if best.len() > CLOSE {
            best.select_nth_unstable_by(CLOSE, order);
            best.truncate(CLOSE);
        }
        best.sort_by(order);
        best.into_iter().map(|(_, no)| no).collect()
    }
}

/// A digest of texts, the same in every process (FNV-1a, 64 bits); never 0.
pub fn digest(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
        .max(1)
}

/// Where a text has words of the question, or other words for the same matter: runs in UTF-16 units, in order.
pub fn marks(lexicon: &Lexicon, asked: &Asked, text: &str) -> Vec<(usize, usize)> {
    let reading = lexicon.read(text);
    let mut marked: Vec<(usize, usize)> = reading
        .tokens
        .iter()
        .filter(|t| asked.ids.binary_search(&t.id).is_ok())
        .map(|t| (usize::from(t.from), usize::from(t.to)))
        .collect();
    marked.sort_unstable();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (from, to) in marked {
        match runs.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => runs.push((from, to)),
        }
    }
    let mut units = vec![0];
    for c in text.chars() {
        units.push(units[units.len() - 1] + c.len_utf16());
    }
    runs.into_iter()
        .map(|(from, to)| (units[from], units[to]))
        .collect()
}

/// The words of the question that name a matter of the trade, in their order, each once: what the buyer asks about.
pub fn about<'a>(lexicon: &Lexicon, question: &'a [&'a str]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut said: Vec<Reading> = question.iter().map(|text| lexicon.read(text)).collect();
    lexicon.leave_courtesy(&mut said);
    for (text, reading) in question.iter().zip(&said) {
        let chars: Vec<char> = text.chars().collect();
        let mut end = 0;
        for token in reading.tokens.iter().filter(|t| t.kind == Kind::Scene) {
            let (from, to) = (usize::from(token.from), usize::from(token.to));
            if to <= end || to > chars.len() {
                continue;
            }
            end = to;
            let word: String = chars[from..to].iter().collect();
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words
}
