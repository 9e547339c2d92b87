//! What suggestions keep in memory: the words of the trade, the phrases of the sets that are asked for, and what a shop has
//! answered before. All of it is derived, made when somebody asks, and dropped when nobody has asked for a while.

use crate::{House, Result};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use yingke_domain::suggest::learn::{Learnt, Origin, Pair};
use yingke_domain::suggest::rank::{Entry, Index, digest};
use yingke_domain::suggest::words::{Lexicon, Reading};
use yingke_kernel::{
    BuyerId, ConversationId, PhraseId, PhraseSetId, Problem, ProblemKind, ShopId, Stamp, ThreadId,
};
use yingke_store::phrase::{PhraseRow, SetRow};
use yingke_store::suggest::{Said, talks, talks_of};
use yingke_store::{Effect, Tx};

/// Answered turns of a shop that are remembered, the latest.
const TURNS: usize = 20_000;
/// Conversations of a reading.
const PAGE: i64 = 100;
/// How long a reading may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// What nobody has asked for so long is dropped.
const UNUSED: Duration = Duration::from_secs(600);
/// How often it is looked for.
const SWEEP: Duration = Duration::from_secs(60);
/// New turns are learnt from at most this often.
const RENEW: Duration = Duration::from_secs(30);
/// So many threads are learnt from anew; with more of them everything is.
const RENEWED: usize = 500;
/// To how many buyers the same words must have gone before they are offered as an answer.
const BUYERS: usize = 2;
/// Characters of an answer that is offered again.
const ANSWER: std::ops::RangeInclusive<usize> = 4..=200;
/// Digits in a row from which on a number may be somebody's.
const SOMEBODYS: usize = 6;
const DAY: i64 = 24 * 3600;

/// What suggestions remember of all shops.
#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    lexicon: Option<Arc<Lexicon>>,
    sets: HashMap<PhraseSetId, Set>,
    shops: HashMap<ShopId, Shop>,
    /// Grows when something must be forgotten: what is being made then is not kept.
    forgotten: u64,
    sweeping: bool,
    used: Option<Instant>,
}

struct Set {
    rev: i64,
    index: Arc<Index<PhraseId>>,
    used: Instant,
}

#[derive(Default)]
struct Shop {
    taught: Arc<Taught>,
    /// Said something since it was made.
    changed: HashSet<ThreadId>,
    /// Is being made, or made anew.
    busy: bool,
    made: Option<Instant>,
    used: Option<Instant>,
}

/// What a shop has taught.
#[derive(Default)]
pub(super) struct Taught {
    /// What was answered to what.
    pub(super) learnt: Learnt,
    /// Words that went to several buyers.
    pub(super) answers: Option<Index<u32>>,
    /// Those words, by number.
    pub(super) texts: Vec<Arc<str>>,
    /// By digest of the words: who got them first, and whether others did too.
    sent: HashMap<u64, Sent>,
}

#[derive(Clone)]
struct Sent {
    first: BuyerId,
    others: u8,
    /// Kept once they went to several buyers, or are new.
    text: Option<Arc<str>>,
}

impl Memory {
    /// The words of the trade.
    pub(super) fn lexicon(&self) -> Result<Arc<Lexicon>> {
        let mut state = self.0.lock();
        state.used = Some(Instant::now());
        if let Some(lexicon) = &state.lexicon {
            return Ok(Arc::clone(lexicon));
        }
        let lexicon = Lexicon::built_in().map_err(|fault| {
            Problem::new(
                ProblemKind::Internal,
                "words_unreadable",
                format!("the words of the trade: {fault}"),
            )
        })?;
        let lexicon = Arc::new(lexicon);
        state.lexicon = Some(Arc::clone(&lexicon));
        Ok(lexicon)
    }

    /// The phrases of a set, ready to be ranked; made anew when the set has changed.
    pub(super) fn set(
        &self,
        tx: &mut Tx<'_>,
        lexicon: &Lexicon,
        set: SetRow,
    ) -> yingke_store::Result<Arc<Index<PhraseId>>> {
        let (_, rev) = yingke_store::phrase::ends(tx, set.id)?;
        let now = Instant::now();
        if let Some(known) = self
            .0
            .lock()
            .sets
            .get_mut(&set.id)
            .filter(|known| known.rev == rev)
        {
            known.used = now;
            return Ok(Arc::clone(&known.index));
        }
        let index = Arc::new(index(lexicon, &yingke_store::phrase::live(tx, set.id)?));
        let kept = Set {
            rev,
            index: Arc::clone(&index),
            used: now,
        };
        self.0.lock().sets.insert(set.id, kept);
        Ok(index)
    }

    /// What a shop has taught so far. Making it, or making it anew, goes on beside: whoever asks never waits for it.
    pub(super) fn taught(self: &Arc<Self>, house: &House, shop: ShopId) -> Arc<Taught> {
        let now = Instant::now();
        let mut state = self.0.lock();
        if !state.sweeping {
            state.sweeping = true;
            tokio::spawn(sweep(Arc::clone(self)));
        }
        let mut job = None;
        let known = state.shops.entry(shop).or_default();
        known.used = Some(now);
        let is_due = known
            .made
            .is_none_or(|made| !known.changed.is_empty() && made.elapsed() > RENEW);
        if is_due && !known.busy {
            known.busy = true;
            let changed = std::mem::take(&mut known.changed);
            let from = known
                .made
                .filter(|_| changed.len() <= RENEWED)
                .map(|_| Arc::clone(&known.taught));
            job = Some((from, changed));
        }
        let taught = Arc::clone(&known.taught);
        let forgotten = state.forgotten;
        drop(state);
        if let Some((from, changed)) = job {
            tokio::spawn(learn(house.clone(), shop, from, changed, forgotten));
        }
        taught
    }

    /// Called with every commit: what was said will be learnt from, what is forgotten is forgotten now.
    pub(crate) fn note(&self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Appeared(appeared) if !appeared.entries.is_empty() => {
                    let thread = &appeared.thread;
                    if let Some(shop) = self.0.lock().shops.get_mut(&thread.shop) {
                        shop.changed.insert(thread.id);
                    }
                }
                Effect::Imported(thread) => {
                    for shop in self.0.lock().shops.values_mut() {
                        // Far more than are learnt from one by one need not be named.
                        if shop.changed.len() <= RENEWED {
                            shop.changed.insert(*thread);
                        }
                    }
                }
                Effect::Forgotten { shop, .. } => {
                    let mut state = self.0.lock();
                    state.forgotten += 1;
                    state.shops.remove(shop);
                }
                _ => {}
            }
        }
    }
}

fn index(lexicon: &Lexicon, phrases: &[PhraseRow]) -> Index<PhraseId> {
    Index::new(
        lexicon,
        phrases.iter().map(|p| Entry {
            key: p.id,
            text: &p.text,
            title: &p.title,
            group: &p.group,
            code: &p.code,
            level: p.level.number(),
            stage: p.stage,
            used: p.used,
            sent: [sent_as(p.id), digest(&[&p.text])],
        }),
    )
}

/// Digest of a phrase, whatever its variables stood for.
fn sent_as(phrase: PhraseId) -> u64 {
    digest(&["phrase", &phrase.to_string()])
}

/// Drops what nobody has asked for, until nothing is left.
async fn sweep(memory: Arc<Memory>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let mut state = memory.0.lock();
        state.sets.retain(|_, set| set.used.elapsed() < UNUSED);
        state
            .shops
            .retain(|_, shop| shop.busy || shop.used.is_some_and(|used| used.elapsed() < UNUSED));
        if state.used.is_none_or(|used| used.elapsed() >= UNUSED) {
            state.lexicon = None;
        }
        if state.sets.is_empty() && state.shops.is_empty() && state.lexicon.is_none() {
            state.sweeping = false;
            return;
        }
    }
}

/// Makes what a shop has taught, or makes it anew from the threads that changed.
async fn learn(
    house: House,
    shop: ShopId,
    from: Option<Arc<Taught>>,
    changed: HashSet<ThreadId>,
    forgotten: u64,
) {
    let made = match from {
        None => whole(&house, shop).await,
        Some(from) => renewed(&house, &from, &changed).await,
    };
    let mut state = house.0.suggest.0.lock();
    let is_current = state.forgotten == forgotten;
    let Some(known) = state.shops.get_mut(&shop) else {
        return;
    };
    known.busy = false;
    match made {
        Ok(taught) if is_current => {
            known.taught = Arc::new(taught);
            known.made = Some(Instant::now());
        }
        // Something was erased meanwhile: the next asking makes it again.
        Ok(_) => known.made = None,
        Err(problem) => {
            known.changed.extend(changed);
            tracing::warn!(%problem, "what was answered before could not be read; suggestions do without");
        }
    }
}

async fn whole(house: &House, shop: ShopId) -> Result<Taught> {
    let lexicon = house.0.suggest.lexicon()?;
    let mut before = (Stamp::from_micros(i64::MAX), ConversationId(uuid::Uuid::max()));
    let (mut pairs, mut sent) = (Vec::new(), HashMap::new());
    while pairs.len() < TURNS {
        let reader = Arc::clone(&lexicon);
        let read = move |tx: &mut Tx<'_>| {
            let said = talks(tx, shop, before, PAGE)?;
            let last = said.last().map(|s| (s.opened_at, s.conversation));
            Ok((turns(&reader, &said), last))
        };
        let (turns, last) = house
            .0
            .store
            .report(read, PATIENCE)
            .await
            .map_err(crate::house::problem)?;
        for turn in turns {
            turn.note(&mut sent);
            pairs.push(turn.pair);
        }
        match last {
            Some(last) => before = last,
            None => break,
        }
    }
    pairs.truncate(TURNS);
    Ok(Taught::new(&lexicon, Learnt::new(pairs, today(house)), sent))
}

async fn renewed(house: &House, from: &Taught, changed: &HashSet<ThreadId>) -> Result<Taught> {
    let lexicon = house.0.suggest.lexicon()?;
    let ids: Vec<[u8; 16]> = changed.iter().map(ThreadId::bytes).collect();
    let reader = Arc::clone(&lexicon);
    let new = house
        .0
        .store
        .report(
            move |tx: &mut Tx<'_>| Ok(turns(&reader, &talks_of(tx, &ids)?)),
            PATIENCE,
        )
        .await
        .map_err(crate::house::problem)?;
    let mut sent = from.sent.clone();
    let mut pairs = Vec::new();
    for turn in new {
        turn.note(&mut sent);
        pairs.push(turn.pair);
    }
    let origins = changed.iter().map(|thread| origin(*thread)).collect();
    let learnt = from.learnt.renewed(&origins, pairs, today(house), TURNS);
    Ok(Taught::new(&lexicon, learnt, sent))
}

impl Taught {
    fn new(lexicon: &Lexicon, learnt: Learnt, mut sent: HashMap<u64, Sent>) -> Self {
        let mut texts: Vec<(u64, Arc<str>)> = Vec::new();
        for (digest, sent) in &mut sent {
            if usize::from(sent.others) + 1 >= BUYERS {
                texts.extend(sent.text.clone().map(|text| (*digest, text)));
            } else {
                // What went to one buyer only is not kept as words.
                sent.text = None;
            }
        }
        texts.sort();
        let entries = texts.iter().zip(0..).map(|((digest, text), key)| Entry {
            key,
            text,
            title: "",
            group: "",
            code: "",
            level: 1,
            stage: None,
            used: 0,
            sent: [*digest; 2],
        });
        Self {
            learnt,
            answers: Some(Index::new(lexicon, entries)),
            texts: texts.into_iter().map(|(_, text)| text).collect(),
            sent,
        }
    }
}

/// A question with its first answer.
struct Turn {
    pair: Pair,
    buyer: BuyerId,
    /// The answer's words, if they may be offered to others.
    answer: Option<Arc<str>>,
}

impl Turn {
    fn note(&self, sent: &mut HashMap<u64, Sent>) {
        let Some(answer) = &self.answer else { return };
        let known = sent.entry(self.pair.sent).or_insert_with(|| Sent {
            first: self.buyer,
            others: 0,
            text: None,
        });
        if known.first != self.buyer {
            known.others = known.others.saturating_add(1);
        }
        known.text.get_or_insert_with(|| Arc::clone(answer));
    }
}

fn origin(thread: ThreadId) -> Origin {
    // The random half of the id.
    thread.0.as_u64_pair().1
}

fn day(at: Stamp) -> i32 {
    i32::try_from(at.micros() / 1_000_000 / DAY).unwrap_or(0)
}

fn today(house: &House) -> i32 {
    day(house.now())
}

/// The questions of conversations with their first answers.
fn turns(lexicon: &Lexicon, said: &[Said]) -> Vec<Turn> {
    let mut turns = Vec::new();
    for talk in said.chunk_by(|a, b| a.conversation == b.conversation) {
        let mut question: Option<Reading> = None;
        let mut before: Option<Reading> = None;
        for one in talk.iter().filter(|one| !one.text.is_empty()) {
            let Some(by_shop) = one.by_shop else { continue };
            let reading = lexicon.read(&one.text);
            if !by_shop {
                match &mut question {
                    Some(question) => question.join(&reading),
                    None => question = Some(reading),
                }
                continue;
            }
            if let Some(mut question) = question.take() {
                if before.is_none() {
                    question.asks |= lexicon.ask("opening");
                }
                let sent = one.phrase.map_or_else(|| digest(&[&one.text]), sent_as);
                turns.push(Turn {
                    pair: Pair::new(
                        origin(one.thread),
                        day(one.at),
                        sent,
                        &question,
                        before.as_ref(),
                        &reading,
                    ),
                    buyer: one.buyer,
                    answer: (one.phrase.is_none() && is_for_all(&one.text)).then(|| one.text.as_str().into()),
                });
            }
            before = Some(reading);
        }
    }
    turns
}

/// Whether words can be said to any buyer: nothing in them looks like a number, an address or a contact of somebody.
pub(super) fn is_for_all(text: &str) -> bool {
    let mut digits = 0;
    let mut longest = 0;
    for c in text.chars() {
        let is_digit = c.is_numeric() || "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖".contains(c);
        match c {
            _ if is_digit => digits += 1,
            ' ' | '-' | '－' | '—' => {}
            _ => digits = 0,
        }
        longest = longest.max(digits);
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    let places = [
        "省", "市", "区", "县", "路", "街", "号", "栋", "幢", "室", "单元", "小区", "村", "镇",
    ];
    ANSWER.contains(&text.chars().count())
        && longest < SOMEBODYS
        && !has(&[
            "*",
            "＊",
            "@",
            "http",
            "www",
            ".com",
            "收件人",
            "收货人",
            "手机号",
            "电话",
            "身份证",
        ])
        && places.iter().filter(|place| text.contains(**place)).count() < 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_somebodys_data_are_never_offered_to_others() {
        for text in [
            "订单2024110212345已改好",
            "请打13800138000",
            "请打138 0013 8000",
            "一三八零零一三八零零零",
            "收件人王小明，对吗",
            "浙江省杭州市西湖区文三路",
            "尾号是138****8000",
            "a@b.com找我",
            "好",
        ] {
            assert!(!is_for_all(text), "{text}");
        }
        for text in [
            "有货的，今天下单明天发",
            "满99元包邮，偏远地区补10元",
            "七天无理由退换，请放心",
        ] {
            assert!(is_for_all(text), "{text}");
        }
    }

    fn said(n: u128, buyer: u128, by_shop: Option<bool>, text: &str) -> Said {
        Said {
            opened_at: Stamp::from_micros(1),
            conversation: ConversationId(uuid::Uuid::from_u128(buyer)),
            thread: ThreadId(uuid::Uuid::from_u128(buyer)),
            buyer: BuyerId(uuid::Uuid::from_u128(buyer)),
            seq: n as i64,
            at: Stamp::from_micros(n as i64),
            by_shop,
            text: text.to_owned(),
            phrase: None,
        }
    }

    #[test]
    fn a_turn_is_the_buyers_words_and_the_first_answer_of_a_person() {
        let lexicon = Lexicon::built_in().unwrap();
        let talk = [
            said(1, 1, Some(true), "欢迎光临小店"),
            said(2, 1, Some(false), "在吗"),
            said(3, 1, None, "自动回复"),
            said(4, 1, Some(false), "包邮吗"),
            said(5, 1, Some(true), "包邮的亲"),
            said(6, 1, Some(true), "还需要什么"),
            said(7, 1, Some(false), ""),
            said(8, 2, Some(false), "有货吗"),
        ];
        let turns = turns(&lexicon, &talk);
        let answers: Vec<_> = turns.iter().map(|t| t.answer.as_deref()).collect();
        assert_eq!(answers, [Some("包邮的亲")]);
    }

    #[test]
    fn only_words_that_went_to_several_buyers_are_kept() {
        let lexicon = Lexicon::built_in().unwrap();
        let talk: Vec<Said> = (1..=3)
            .flat_map(|buyer| {
                let answer = if buyer < 3 {
                    "满99元包邮"
                } else {
                    "给您单独申请了"
                };
                [
                    said(1, buyer, Some(false), "包邮吗"),
                    said(2, buyer, Some(true), answer),
                ]
            })
            .collect();
        let (mut sent, mut pairs) = (HashMap::new(), Vec::new());
        for turn in turns(&lexicon, &talk) {
            turn.note(&mut sent);
            pairs.push(turn.pair);
        }
        let taught = Taught::new(&lexicon, Learnt::new(pairs, 0), sent);
        assert_eq!(
            taught.texts.iter().map(|t| &**t).collect::<Vec<_>>(),
            ["满99元包邮"]
        );
        assert_eq!(taught.learnt.len(), 3);
    }
}
