//! Answering a query: newest first, from the open segment and the sealed ones, as few of them as the page needs.

use super::build::{buyer_fields, order_fields, product_fields, worklog_fields};
use crate::access::require;
use crate::{Directory, House, Problem, Result, Staff, house::problem};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_domain::buyer::{mask_name, mask_phone};
use yingke_domain::conversation::EntryKind;
use yingke_domain::search::{Marks, Query, excerpt, shared, unpack};
use yingke_kernel::{BuyerId, Fen, OrderId, ShopId, Stamp, ThreadId};
use yingke_store::Tx;
use yingke_store::search::{
    self as rows, BuyerRow, Kind, MessageRow, OrderRow, PLACES, ProductRow, Segment, State,
};
use yingke_store::worklog::{WorklogFilter, WorklogRow};

/// How long a query may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Characters of a message that a hit shows.
const EXCERPT: usize = 80;
/// Hits of a kind at most.
pub const PAGE_MAX: usize = 200;
/// Segments that are asked at first; then twice as many, and so on.
const FIRST_BATCH: usize = 8;
/// Candidates of a segment that are read at first, when many or few segments are asked.
const FEW: usize = 4;
const SOME: usize = 32;
/// Documents that are read by one statement at most.
const READ: usize = 256;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// As typed.
    pub text: String,
    /// What to look for; empty = everything.
    pub kinds: Vec<Kind>,
    /// In this shop only, by code.
    pub shop: Option<String>,
    /// In this thread only: its messages.
    pub thread: Option<ThreadId>,
    /// Hits of each kind, 1 to [`PAGE_MAX`].
    pub limit: usize,
    /// Where the page before ended; only with one kind.
    pub before: Option<Cursor>,
}

/// Behind the last hit of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Time of the hit.
    pub at: Stamp,
    /// Thread, buyer, order or product.
    pub of: Uuid,
    /// Entry of the thread, else 0.
    pub seq: i64,
}

/// A message, a note of the shop or another entry with words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    /// The thread.
    pub thread: ThreadId,
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// What it is.
    pub kind: EntryKind,
    /// `buyer agent bot auto system`.
    pub from: String,
    /// Who wrote it.
    pub name: Option<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// The words around the first hit.
    pub text: String,
    /// Hits in `text`, in characters.
    pub marks: Marks,
}

/// A buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBuyer {
    /// The buyer.
    pub buyer: BuyerId,
    /// The thread, if there is one.
    pub thread: Option<ThreadId>,
    /// Name.
    pub name: String,
    /// Hits in `name`.
    pub marks: Marks,
    /// Channel.
    pub channel: String,
    /// What the shop noted.
    pub remark: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Masked phone number.
    pub phone: Option<String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrder {
    /// The order.
    pub order: OrderId,
    /// Number.
    pub number: String,
    /// Hits in `number`.
    pub marks: Marks,
    /// Whether the query is this very number.
    pub exact: bool,
    /// Platform.
    pub platform: String,
    /// The platform's word for its state.
    pub state: Option<String>,
    /// Paid, refunds taken off.
    pub amount: Fen,
    /// First title.
    pub title: Option<String>,
    /// Hits in `title`.
    pub title_marks: Marks,
    /// Who receives it, masked.
    pub receiver: Option<String>,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// The buyer, if they wrote to the shop.
    pub buyer: Option<BuyerId>,
    /// Their thread.
    pub thread: Option<ThreadId>,
    /// When it was placed.
    pub created: Stamp,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundProduct {
    /// The product.
    pub product: Uuid,
    /// The shop's number of it.
    pub code: String,
    /// Title.
    pub title: String,
    /// Hits in `title`.
    pub marks: Marks,
    /// Price.
    pub price: Fen,
    /// Whether it can be bought.
    pub on_shelf: bool,
    /// Whether there is a picture.
    pub picture: bool,
}

/// What was found, each kind newest first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The query is too short for texts; only names that begin with it were looked up.
    pub short: bool,
    /// Messages.
    pub messages: Vec<FoundMessage>,
    /// Buyers.
    pub buyers: Vec<FoundBuyer>,
    /// Orders; the one of exactly this number first.
    pub orders: Vec<FoundOrder>,
    /// Goods.
    pub products: Vec<FoundProduct>,
    /// Where the next page begins, if one kind was asked and there may be more.
    pub next: Option<Cursor>,
    /// How long it took.
    pub took: Duration,
}

/// Looks for words in the person's shops.
///
/// # Errors
/// `forbidden`; `not_found` for a shop or thread that is not theirs; `too_slow` after 5 s.
pub async fn search(house: &House, staff: &Staff, query: SearchQuery) -> Result<Found> {
    require(staff, Right::Receive)?;
    let directory = house.directory();
    let shops: Vec<ShopId> = match &query.shop {
        Some(code) => {
            let shop = directory
                .shop_by_code(code)
                .filter(|shop| directory.is_member(shop.id, staff.person));
            vec![shop.ok_or_else(|| Problem::not_found("shop"))?.id]
        }
        None => directory.shops_of(staff.person).iter().map(|s| s.id).collect(),
    };
    if let Some(thread) = query.thread {
        crate::conversation::thread(house, staff, thread).await?;
    }
    search_shops(house, shops, query).await
}

/// [`search`] in these shops, for the command line, which needs no right.
///
/// # Errors
/// `too_slow` after 5 s.
pub async fn search_shops(house: &House, shops: Vec<ShopId>, query: SearchQuery) -> Result<Found> {
    let begun = Instant::now();
    let directory = house.directory();
    let mut found = house
        .0
        .store
        .report(move |tx: &mut Tx<'_>| look(tx, &directory, &shops, &query), LIMIT)
        .await
        .map_err(problem)?;
    found.took = begun.elapsed();
    Ok(found)
}

fn look(
    tx: &mut Tx<'_>,
    directory: &Directory,
    shops: &[ShopId],
    query: &SearchQuery,
) -> yingke_store::Result<Found> {
    let words = Query::parse(&query.text);
    let limit = query.limit.clamp(1, PAGE_MAX);
    let mut found = Found::default();
    if words.is_empty() {
        return Ok(found);
    }
    if let Some(thread) = query.thread {
        let hits = in_thread(tx, thread, &words, limit, query.before)?;
        found.next = next(&hits, limit);
        found.messages = messages(tx, directory, hits)?;
        return Ok(found);
    }
    let wants = |kind: Kind| query.kinds.is_empty() || query.kinds.contains(&kind);
    let before = query.before.filter(|_| query.kinds.len() == 1);
    if words.is_short() {
        found.short = true;
        if wants(Kind::Buyer)
            && let Some(first) = words.initial()
        {
            found.buyers = by_initial(tx, shops, first, &words, limit)?;
        }
        return Ok(found);
    }
    let mut ask = Ask {
        shops,
        words: &words,
        limit,
        before,
    };
    if wants(Kind::Message) {
        let hits = ask.hits(tx, Kind::Message, &mut |tx, part| {
            candidates_of_messages(tx, &words, part)
        })?;
        found.next = next(&hits, limit);
        found.messages = messages(tx, directory, hits)?;
    }
    if wants(Kind::Buyer) {
        let hits = ask.hits(tx, Kind::Buyer, &mut |tx, part| {
            candidates(tx, part, |tx, ids| {
                let all = rows::buyers(tx, ids)?.into_iter();
                Ok(all
                    .filter(|b| words.is_in(&buyer_fields(b)))
                    .map(|b| (b.id.0, b))
                    .collect())
            })
        })?;
        found.next = next(&hits, limit);
        found.buyers = hits.into_iter().map(|hit| buyer(hit.value, &words)).collect();
    }
    if wants(Kind::Order) {
        let mut load = |tx: &mut Tx<'_>, part: Part<'_>| {
            candidates(tx, part, |tx, ids| {
                let all = rows::orders(tx, ids)?.into_iter();
                Ok(all
                    .filter(|o| words.is_in(&order_fields(o)))
                    .map(|o| (o.id.0, o))
                    .collect())
            })
        };
        // The one that was meant may be an old one among many whose numbers begin alike.
        ask.limit = limit * 2;
        let mut hits = ask.hits(tx, Kind::Order, &mut load)?;
        ask.limit = limit;
        let is_exact = |hit: &Hit<OrderRow>| words.is_exactly(&hit.value.number);
        if before.is_none() {
            hits.sort_by_key(|hit| !is_exact(hit));
        } else {
            hits.retain(|hit| !is_exact(hit));
        }
        hits.truncate(limit);
        found.next = next(&hits, limit);
        found.orders = hits.into_iter().map(|hit| order(hit.value, &words)).collect();
    }
    if wants(Kind::Product) {
        let hits = ask.hits(tx, Kind::Product, &mut |tx, part| {
            candidates(tx, part, |tx, ids| {
                let all = rows::products(tx, ids)?.into_iter();
                Ok(all
                    .filter(|p| words.is_in(&product_fields(p)))
                    .map(|p| (p.id, p))
                    .collect())
            })
        })?;
        found.next = next(&hits, limit);
        found.products = hits.into_iter().map(|hit| product(hit.value, &words)).collect();
    }
    if query.kinds.len() != 1 {
        found.next = None;
    }
    Ok(found)
}

/// Entries of the work log that have all the words and are among those that the filter takes, latest first, before (time, entry).
pub(crate) fn in_worklog(
    tx: &mut Tx<'_>,
    shops: &[ShopId],
    words: &Query,
    filter: &WorklogFilter,
    before: Option<(Stamp, Uuid)>,
    limit: usize,
) -> yingke_store::Result<Vec<WorklogRow>> {
    let mut ask = Ask {
        shops,
        words,
        limit,
        before: before.map(|(at, of)| Cursor { at, of, seq: 0 }),
    };
    let hits = ask.hits(tx, Kind::Worklog, &mut |tx, part| {
        candidates(tx, part, |tx, ids| {
            let all = yingke_store::worklog::by_ids(tx, ids)?.into_iter();
            Ok(all
                .filter(|w| filter.takes(w) && words.is_in(&worklog_fields(w)))
                .map(|w| (w.id.0, w))
                .collect())
        })
    })?;
    Ok(hits.into_iter().map(|hit| hit.value).collect())
}

/// Something that has all the words.
#[derive(Debug, Clone)]
struct Hit<T> {
    at: Stamp,
    of: Uuid,
    seq: i64,
    value: T,
}

impl<T> Hit<T> {
    fn cursor(&self) -> Cursor {
        Cursor {
            at: self.at,
            of: self.of,
            seq: self.seq,
        }
    }
}

fn next<T>(hits: &[Hit<T>], limit: usize) -> Option<Cursor> {
    if hits.len() < limit {
        return None;
    }
    // The earliest: an exact hit that was put first is not where the page ends.
    hits.iter().map(Hit::cursor).min()
}

/// What is to be read: some places, or a whole open segment.
enum Part<'a> {
    Places(&'a [i64]),
    Whole(&'a Segment),
}

/// A document that was read: its place, its time, and the hit if it is one.
type Loaded<T> = (i64, Stamp, Option<Hit<T>>);

type Load<'a, T> = dyn FnMut(&mut Tx<'_>, Part<'_>) -> yingke_store::Result<Vec<Loaded<T>>> + 'a;

struct Ask<'a> {
    shops: &'a [ShopId],
    words: &'a Query,
    limit: usize,
    before: Option<Cursor>,
}

/// A segment whose candidates are read piece by piece, latest first.
struct Lane<T> {
    /// Candidates that were not read yet, ascending.
    places: Vec<i64>,
    /// Hits that were read, latest first.
    ready: VecDeque<Hit<T>>,
    /// Nothing unread is later than this.
    bound: Stamp,
    /// How many to read next.
    chunk: usize,
}

impl Ask<'_> {
    /// The latest hits of a kind, latest first.
    ///
    /// Segments are opened by the time of their latest document, and only while they may hold something later than what was
    /// found already; of an opened one only as many candidates are read as the page needs.
    fn hits<T>(
        &mut self,
        tx: &mut Tx<'_>,
        kind: Kind,
        load: &mut Load<'_, T>,
    ) -> yingke_store::Result<Vec<Hit<T>>> {
        let grams = self.words.grams();
        let mut closed: Vec<Segment> = Vec::new();
        let mut lanes: Vec<Lane<T>> = Vec::new();
        for shop in self.shops {
            for segment in rows::segments(tx, *shop, kind)? {
                if segment.docs == 0 || self.before.is_some_and(|b| segment.first > b.at) {
                    continue;
                }
                if segment.state == State::Open {
                    let all = load(tx, Part::Whole(&segment))?;
                    let mut ready: Vec<Hit<T>> = all.into_iter().filter_map(|(_, _, hit)| hit).collect();
                    ready.retain(|hit| self.before.is_none_or(|b| hit.cursor() < b));
                    ready.sort_by_key(|hit| std::cmp::Reverse(hit.cursor()));
                    lanes.push(Lane {
                        places: Vec::new(),
                        ready: ready.into(),
                        bound: segment.last,
                        chunk: 0,
                    });
                } else {
                    closed.push(segment);
                }
            }
        }
        // Taken from the end: the latest last.
        closed.sort_by_key(|s| s.last);
        let mut batch = FIRST_BATCH;
        let mut found = Vec::new();
        while found.len() < self.limit {
            let head = lanes
                .iter()
                .enumerate()
                .filter_map(|(i, lane)| lane.ready.front().map(|hit| (hit.cursor(), i)))
                .max();
            let later = |at: Stamp| head.is_none_or(|(cursor, _)| at >= cursor.at);
            if closed.last().is_some_and(|s| later(s.last)) {
                let some = closed.split_off(closed.len().saturating_sub(batch));
                batch *= 2;
                lanes.extend(open(tx, &some, &grams)?);
                continue;
            }
            let hungry: Vec<usize> = (0..lanes.len())
                .filter(|i| {
                    lanes[*i].ready.is_empty() && !lanes[*i].places.is_empty() && later(lanes[*i].bound)
                })
                .collect();
            if !hungry.is_empty() {
                self.feed(tx, &mut lanes, &hungry, load)?;
                lanes.retain(|lane| !lane.ready.is_empty() || !lane.places.is_empty());
                continue;
            }
            let Some((_, from)) = head else { break };
            found.extend(lanes[from].ready.pop_front());
        }
        Ok(found)
    }

    /// Reads the next candidates of these lanes.
    fn feed<T>(
        &self,
        tx: &mut Tx<'_>,
        lanes: &mut [Lane<T>],
        hungry: &[usize],
        load: &mut Load<'_, T>,
    ) -> yingke_store::Result<()> {
        let mut places = Vec::new();
        let mut lane_of: HashMap<i64, usize> = HashMap::new();
        for i in hungry {
            let lane = &mut lanes[*i];
            let few = if hungry.len() > FIRST_BATCH { FEW } else { SOME };
            lane.chunk = (lane.chunk * 4).clamp(few, READ);
            let some = lane
                .places
                .split_off(lane.places.len().saturating_sub(lane.chunk));
            if let Some(place) = some.first() {
                lane_of.insert(place / PLACES, *i);
            }
            places.extend(some);
        }
        for some in places.chunks(READ) {
            for (place, at, hit) in load(tx, Part::Places(some))? {
                let Some(i) = lane_of.get(&(place / PLACES)) else {
                    continue;
                };
                let lane = &mut lanes[*i];
                lane.bound = lane.bound.min(at);
                lane.ready
                    .extend(hit.filter(|hit| self.before.is_none_or(|b| hit.cursor() < b)));
            }
        }
        for i in hungry {
            lanes[*i]
                .ready
                .make_contiguous()
                .sort_by_key(|hit| std::cmp::Reverse(hit.cursor()));
        }
        Ok(())
    }
}

/// Candidates of sealed segments: places that have every gram.
fn open<T>(tx: &mut Tx<'_>, segments: &[Segment], grams: &[i64]) -> yingke_store::Result<Vec<Lane<T>>> {
    let ids: Vec<i64> = segments.iter().map(|s| s.id).collect();
    let mut posts: HashMap<i64, Vec<Vec<u8>>> = HashMap::new();
    rows::posts(tx, &ids, grams, |segment, _, places| {
        posts.entry(segment).or_default().push(places.to_vec());
    })?;
    let mut lanes = Vec::new();
    for segment in segments {
        let Some(mut mine) = posts.remove(&segment.id).filter(|mine| mine.len() == grams.len()) else {
            continue;
        };
        // The rarest first: everything after it is short.
        mine.sort_by_key(Vec::len);
        let mut lists = mine.iter();
        let mut common = lists.next().map(|first| unpack(first)).unwrap_or_default();
        for list in lists {
            if common.is_empty() {
                break;
            }
            common = shared(&common, &unpack(list));
        }
        if !common.is_empty() {
            lanes.push(Lane {
                places: common.iter().map(|n| segment.place(i64::from(*n))).collect(),
                ready: VecDeque::new(),
                bound: segment.last,
                chunk: 0,
            });
        }
    }
    Ok(lanes)
}

type FoundText = (MessageRow, Marks);

fn hit_of(row: MessageRow, words: &Query) -> Loaded<FoundText> {
    let (place, at) = (row.place, row.at);
    let hit = words.marks(&row.text).map(|marks| Hit {
        at,
        of: row.thread.0,
        seq: row.seq,
        value: (row, marks),
    });
    (place, at, hit)
}

fn candidates_of_messages(
    tx: &mut Tx<'_>,
    words: &Query,
    part: Part<'_>,
) -> yingke_store::Result<Vec<Loaded<FoundText>>> {
    let mut all = Vec::new();
    let mut each = |row: MessageRow| {
        all.push(hit_of(row, words));
        Ok(())
    };
    match part {
        Part::Places(places) => rows::messages(tx, places, &mut each)?,
        Part::Whole(segment) => rows::messages_between(tx, segment, &mut each)?,
    }
    Ok(all)
}

fn in_thread(
    tx: &mut Tx<'_>,
    thread: ThreadId,
    words: &Query,
    limit: usize,
    before: Option<Cursor>,
) -> yingke_store::Result<Vec<Hit<FoundText>>> {
    let mut hits = Vec::new();
    rows::messages_in(tx, thread, |row| {
        if hits.len() < limit && before.is_none_or(|b| row.seq < b.seq) {
            hits.extend(hit_of(row, words).2);
        }
        Ok(())
    })?;
    Ok(hits)
}

/// Buyers, orders or products at places, as far as `accept` gives them back.
fn candidates<T>(
    tx: &mut Tx<'_>,
    part: Part<'_>,
    accept: impl Fn(&mut Tx<'_>, &[[u8; 16]]) -> yingke_store::Result<HashMap<Uuid, T>>,
) -> yingke_store::Result<Vec<Loaded<T>>> {
    let refs = match part {
        Part::Places(places) => rows::refs(tx, places)?,
        Part::Whole(segment) => rows::refs_between(tx, segment)?,
    };
    let mut all = Vec::with_capacity(refs.len());
    for some in refs.chunks(READ) {
        let ids: Vec<[u8; 16]> = some.iter().map(|(_, of, _)| *of.as_bytes()).collect();
        let mut accepted = accept(tx, &ids)?;
        for (place, of, at) in some {
            let hit = accepted.remove(of).map(|value| Hit {
                at: *at,
                of: *of,
                seq: 0,
                value,
            });
            all.push((*place, *at, hit));
        }
    }
    Ok(all)
}

fn by_initial(
    tx: &mut Tx<'_>,
    shops: &[ShopId],
    first: char,
    words: &Query,
    limit: usize,
) -> yingke_store::Result<Vec<FoundBuyer>> {
    let mut found = Vec::new();
    let upper = first.to_uppercase().next().filter(|upper| *upper != first);
    for shop in shops {
        for c in [Some(first), upper].into_iter().flatten() {
            let ids = rows::buyers_by_name(tx, *shop, c, limit as i64)?;
            let mut some = rows::buyers(tx, &ids)?;
            some.sort_by(|a, b| a.name.cmp(&b.name));
            found.extend(some.into_iter().map(|b| buyer(b, words)));
        }
    }
    found.truncate(limit);
    Ok(found)
}

fn messages(
    tx: &mut Tx<'_>,
    directory: &Directory,
    hits: Vec<Hit<FoundText>>,
) -> yingke_store::Result<Vec<FoundMessage>> {
    let threads: Vec<[u8; 16]> = hits.iter().map(|hit| *hit.of.as_bytes()).collect();
    let names = rows::buyer_names(tx, &threads)?;
    Ok(hits
        .into_iter()
        .map(|hit| {
            let (row, marks) = hit.value;
            let buyer_name = names.get(&row.thread).cloned().unwrap_or_default();
            let (text, marks) = excerpt(&row.text, &marks, EXCERPT);
            FoundMessage {
                thread: row.thread,
                seq: row.seq,
                at: row.at,
                kind: row.kind,
                name: match row.sender.as_str() {
                    "buyer" => Some(buyer_name.clone()),
                    _ => directory.actor_name(row.author).map(str::to_owned),
                },
                from: row.sender,
                buyer_name,
                text,
                marks,
            }
        })
        .collect())
}

fn buyer(row: BuyerRow, words: &Query) -> FoundBuyer {
    FoundBuyer {
        buyer: row.id,
        thread: row.thread,
        marks: words.some_marks(&row.name),
        name: row.name,
        channel: row.channel,
        remark: row.remark,
        tags: row.tags,
        phone: row.phone.as_deref().map(mask_phone),
    }
}

fn order(row: OrderRow, words: &Query) -> FoundOrder {
    // The line that answers the query, else the first one.
    let title = row
        .titles
        .iter()
        .find(|title| !words.some_marks(title).is_empty())
        .or(row.titles.first())
        .cloned();
    FoundOrder {
        order: row.id,
        marks: words.some_marks(&row.number),
        exact: words.is_exactly(&row.number),
        number: row.number,
        platform: row.platform,
        state: row.state,
        amount: row.net,
        title_marks: title.as_deref().map(|t| words.some_marks(t)).unwrap_or_default(),
        title,
        receiver: row.receiver.as_deref().map(mask_name),
        buyer_name: row.known.as_ref().map(|(_, name)| name.clone()).or(row.buyer),
        buyer: row.known.map(|(id, _)| id),
        thread: row.thread,
        created: row.created_at,
    }
}

fn product(row: ProductRow, words: &Query) -> FoundProduct {
    FoundProduct {
        product: row.id,
        marks: words.some_marks(&row.title),
        code: row.code,
        title: row.title,
        price: row.price,
        on_shelf: row.on_shelf,
        picture: row.picture,
    }
}
