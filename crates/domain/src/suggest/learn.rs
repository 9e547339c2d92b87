//! What was answered to what: the memory from which suggestions learn.
//!
//! Not a word of it is stored. It is made of the shop's own turns when somebody asks, keeps digests of words instead of words,
//! is bounded, and forgets a thread on demand.

use super::words::{Acts, IdMap, Lexicon, Reading};
use std::collections::HashSet;

/// Days after which what was learnt counts half.
const HALF_LIFE_DAYS: f32 = 120.0;
/// Questions like the asked one that are looked at.
const NEAR: usize = 60;
/// How much the shop's words before the question count in comparing two questions.
const BEFORE: f32 = 0.35;
/// How many sightings the general habit weighs against what followed this kind of question.
const HABIT: f32 = 12.0;
/// How much what the shop did before counts against what the buyer does.
const SAID: f32 = 0.5;
/// How many times more often than by habit an act is expected after a question that asks for it, before anything was learnt.
const EXPECTED: f32 = 3.0;

/// Texts that are thought of beside those that were counted, so that in a shop of a few phrases a word that all have still tells.
const UNSEEN: f32 = 100.0;
/// How much the general share of a piece weighs against what such answers had.
const DOUBT: f32 = 0.3;

/// The thread (or dialogue) that something comes from.
pub type Origin = u64;

/// A question and the answer that was sent.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Where it comes from.
    pub origin: Origin,
    /// Day on which it was answered; later ones count more.
    pub day: i32,
    /// Digest of the phrase or the text that was sent.
    pub sent: u64,
    asks: Acts,
    said: Acts,
    answers: Acts,
    /// Question, what the shop had said before it, answer: distinct ids one behind the other.
    ids: Box<[u32]>,
    question: u16,
    before: u16,
}

impl Pair {
    /// A pair of a turn: the buyer's words, what the shop had said before them, and the answer.
    pub fn new(
        origin: Origin,
        day: i32,
        sent: u64,
        question: &Reading,
        before: Option<&Reading>,
        answer: &Reading,
    ) -> Self {
        let mut ids = question.ids();
        let question_len = ids.len();
        ids.extend(before.map(Reading::ids).unwrap_or_default());
        let before_len = ids.len() - question_len;
        ids.extend(answer.ids());
        let short = |len: usize| u16::try_from(len).unwrap_or(u16::MAX);
        Self {
            origin,
            day,
            sent,
            asks: question.asks,
            said: before.map_or(0, |b| b.answers),
            answers: answer.answers,
            ids: ids.into(),
            question: short(question_len),
            before: short(before_len),
        }
    }
    fn question(&self) -> &[u32] {
        &self.ids[..usize::from(self.question)]
    }
    fn before(&self) -> &[u32] {
        &self.ids[usize::from(self.question)..usize::from(self.question) + usize::from(self.before)]
    }
    fn answer(&self) -> &[u32] {
        &self.ids[usize::from(self.question) + usize::from(self.before)..]
    }
}

/// In how many texts a piece occurs.
#[derive(Debug, Clone, Default)]
pub struct Frequencies {
    texts: u32,
    ids: u64,
    of: IdMap<u32>,
}

impl Frequencies {
    /// Counts a text by its distinct ids.
    pub fn add(&mut self, ids: &[u32]) {
        self.texts += 1;
        self.ids += ids.len() as u64;
        for id in ids {
            *self.of.entry(*id).or_default() += 1;
        }
    }
    /// How telling a piece is: the rarer the higher, 0 and up.
    pub fn idf(&self, id: u32) -> f32 {
        let of = self.of.get(&id).copied().unwrap_or(0) as f32;
        (1.0 + (self.texts as f32 + UNSEEN - of + 0.5) / (of + 0.5)).ln()
    }
    /// Whether any text has it.
    pub fn has(&self, id: u32) -> bool {
        self.of.contains_key(&id)
    }
    /// Share of texts that have it.
    fn share(&self, id: u32) -> f32 {
        let of = self.of.get(&id).copied().unwrap_or(0) as f32;
        (of + 0.5) / (self.texts as f32 + 1.0)
    }
    /// Distinct ids of a text on the average.
    pub fn mean_len(&self) -> f32 {
        self.ids as f32 / (self.texts.max(1)) as f32
    }
    /// How many texts were counted.
    pub fn texts(&self) -> u32 {
        self.texts
    }
}

/// The memory of a shop.
#[derive(Debug, Clone, Default)]
pub struct Learnt {
    pairs: Vec<Pair>,
    /// Of each pair: how long its question is, and how much it counts today.
    norms: Vec<(f32, f32)>,
    at: IdMap<Vec<u32>>,
    questions: Frequencies,
    answers: Frequencies,
    today: i32,
}

impl Learnt {
    /// A memory of these pairs, as seen on a day.
    pub fn new(pairs: Vec<Pair>, today: i32) -> Self {
        let mut learnt = Self {
            today,
            ..Self::default()
        };
        for (no, pair) in pairs.iter().enumerate() {
            learnt.questions.add(pair.question());
            learnt.answers.add(pair.answer());
            let no = u32::try_from(no).unwrap_or(u32::MAX);
            for id in pair.question() {
                learnt.at.entry(*id).or_default().push(no);
            }
        }
        learnt.norms = pairs
            .iter()
            .map(|p| (norm(p.question(), &learnt.questions), learnt.weight(p)))
            .collect();
        learnt.pairs = pairs;
        learnt
    }
    /// The same memory with what these threads say now in the place of what they said, as seen on a day; at most `most` pairs, the
    /// latest.
    pub fn renewed(&self, origins: &HashSet<Origin>, pairs: Vec<Pair>, today: i32, most: usize) -> Self {
        let kept = self
            .pairs
            .iter()
            .filter(|p| !origins.contains(&p.origin))
            .cloned();
        let mut all: Vec<Pair> = kept.chain(pairs).collect();
        if all.len() > most {
            all.sort_by_key(|p| p.day);
            all.drain(..all.len() - most);
        }
        Self::new(all, today)
    }
    /// Forgets a thread: as if it had never been learnt from.
    pub fn forget(&mut self, origin: Origin) {
        if self.pairs.iter().any(|p| p.origin == origin) {
            let mut pairs = std::mem::take(&mut self.pairs);
            pairs.retain(|p| p.origin != origin);
            *self = Self::new(pairs, self.today);
        }
    }
    /// Distinct ids of the answer of a pair.
    pub(super) fn answer(&self, no: u32) -> &[u32] {
        self.pairs[no as usize].answer()
    }
    /// What was sent in a pair.
    pub(super) fn sent(&self, no: u32) -> u64 {
        self.pairs[no as usize].sent
    }
    /// How many pairs it remembers.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }
    /// Whether it remembers nothing.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn weight(&self, pair: &Pair) -> f32 {
        let days = (self.today - pair.day).max(0) as f32;
        (-days / HALF_LIFE_DAYS * std::f32::consts::LN_2).exp()
    }

    /// What earlier answers say about the answer to a question.
    pub fn near(&self, lexicon: &Lexicon, question: &Reading, before: Option<&Reading>) -> Near {
        let ids = question.ids();
        let said = before.map_or(0, |b| b.answers);
        let before = before.map(Reading::ids).unwrap_or_default();
        let mut dots = vec![0.0_f32; self.pairs.len()];
        for id in &ids {
            let Some(list) = self.at.get(id) else { continue };
            let idf = self.questions.idf(*id);
            for no in list {
                dots[*no as usize] += idf * idf;
            }
        }
        let mine = norm(&ids, &self.questions);
        let mut like: Vec<(f32, u32)> = Vec::new();
        for (no, dot) in dots.iter().enumerate() {
            if *dot <= 0.0 {
                continue;
            }
            let pair = &self.pairs[no];
            let mut alike = dot / (mine * self.norms[no].0).max(1e-6);
            if !before.is_empty() && pair.before > 0 {
                alike = alike * (1.0 - BEFORE)
                    + BEFORE * alike.max(0.2) * cosine(&before, pair.before(), &self.answers);
            }
            like.push((alike * self.norms[no].1, u32::try_from(no).unwrap_or(u32::MAX)));
        }
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if like.len() > NEAR {
            like.select_nth_unstable_by(NEAR, order);
            like.truncate(NEAR);
        }
        like.sort_by(order);
        let mut follows: IdMap<f32> = IdMap::default();
        let mut sum = 0.0;
        for (alike, no) in &like {
            let strength = alike * alike;
            sum += strength;
            for id in self.pairs[*no as usize].answer() {
                *follows.entry(*id).or_default() += strength;
            }
        }
        for (id, strength) in &mut follows {
            let share = self.answers.share(*id);
            let given = (*strength + DOUBT * share) / (sum + DOUBT);
            *strength = (given / share).ln().max(0.0);
        }
        Near {
            like,
            follows,
            acts: self.acts(lexicon, question.asks, said),
        }
    }

    /// For each act of the shop, how much likelier (log) than by habit it is and its absence is, after these acts of the buyer
    /// and what the shop did before them.
    fn acts(&self, lexicon: &Lexicon, asks: Acts, said: Acts) -> Vec<(f32, f32)> {
        let (ask_count, answer_count) = lexicon.acts();
        let mut habit = vec![1.0_f32; answer_count];
        let mut total = 8.0_f32;
        let mut after = vec![vec![0.0_f32; answer_count]; ask_count + answer_count];
        let mut asked = vec![0.0_f32; ask_count + answer_count];
        for (pair, (_, weight)) in self.pairs.iter().zip(&self.norms) {
            let weight = *weight;
            total += weight;
            for bit in bits(pair.answers) {
                habit[bit] += weight;
            }
            let same = bits(pair.asks & asks).chain(bits(pair.said & said).map(|bit| bit + ask_count));
            for cause in same {
                asked[cause] += weight;
                for bit in bits(pair.answers) {
                    after[cause][bit] += weight;
                }
            }
        }
        let causes: Vec<(usize, f32)> = bits(asks)
            .map(|c| (c, 1.0))
            .chain(bits(said).map(|b| (b + ask_count, SAID)))
            .collect();
        let whole: f32 = causes.iter().map(|c| c.1).sum();
        let mut acts = vec![(0.0, 0.0); answer_count];
        for (bit, act) in acts.iter_mut().enumerate() {
            let share = habit[bit] / total;
            let mut given = if causes.is_empty() { share } else { 0.0 };
            for (cause, much) in &causes {
                let prior = if *cause >= ask_count {
                    share
                } else if lexicon.expected(*cause) >> bit & 1 == 1 {
                    (share * EXPECTED).min(0.8)
                } else {
                    share * 0.9
                };
                given += much * (after[*cause][bit] + HABIT * prior) / (asked[*cause] + HABIT) / whole;
            }
            *act = ((given / share).ln(), ((1.0 - given) / (1.0 - share)).ln());
        }
        acts
    }
}

/// What is known about the answer to a question.
#[derive(Debug, Clone, Default)]
pub struct Near {
    /// Earlier pairs whose question was like this one, the most alike first: likeness 0 to 1, number of the pair.
    pub(super) like: Vec<(f32, u32)>,
    /// Pieces that such answers had: how much likelier (log) than by habit.
    follows: IdMap<f32>,
    acts: Vec<(f32, f32)>,
}

impl Near {
    /// How much an answer has of what such answers had.
    pub(super) fn follows(&self, ids: &[u32]) -> f32 {
        ids.iter().filter_map(|id| self.follows.get(id)).sum()
    }
    /// How well the acts of an answer fit those of the question; around 0.
    pub fn fit(&self, answers: Acts) -> f32 {
        let acts = self.acts.iter().enumerate();
        acts.map(|(bit, (with, without))| if answers >> bit & 1 == 1 { *with } else { *without })
            .sum()
    }
}

/// The numbers of the bits that are set.
pub(super) fn bits(acts: Acts) -> impl Iterator<Item = usize> {
    let mut rest = acts;
    std::iter::from_fn(move || {
        (rest != 0).then(|| {
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            bit
        })
    })
}

/// How long a list of distinct ids is; rare ones count more.
pub(super) fn norm(ids: &[u32], frequencies: &Frequencies) -> f32 {
    let squares: f32 = ids.iter().map(|id| frequencies.idf(*id).powi(2)).sum();
    squares.sqrt()
}

/// How alike two lists of distinct sorted ids are, 0 to 1; rare ids count more.
pub fn cosine(a: &[u32], b: &[u32], frequencies: &Frequencies) -> f32 {
    let common: f32 = shared(a, b).map(|id| frequencies.idf(id).powi(2)).sum();
    if common <= 0.0 {
        return 0.0;
    }
    common / (norm(a, frequencies) * norm(b, frequencies)).max(1e-6)
}

/// The ids that both sorted lists have.
pub(super) fn shared<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while i < a.len() && j < b.len() {
            match a[i].cmp(&b[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    i += 1;
                    j += 1;
                    return Some(a[i - 1]);
                }
            }
        }
        None
    })
}
