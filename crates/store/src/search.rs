//! The index of words: segments of documents, and where each pair of characters occurs in them. And what a hit shows.
//!
//! A document's place is `segment * 65536 + n`. What an index row says is never believed alone: the text itself is read.

use crate::{Dialect, Result, Row, StoreError, Tx, args, sql};
use std::collections::HashMap;
use uuid::Uuid;
use yingke_domain::conversation::EntryKind;
use yingke_domain::search::Gram;
use yingke_kernel::{BuyerId, Fen, OrderId, ShopId, Stamp, ThreadId};

/// What is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Entries with words.
    Message,
    /// Buyers.
    Buyer,
    /// Orders.
    Order,
    /// Goods.
    Product,
    /// Entries of the work log.
    Worklog,
}

impl Kind {
    /// All kinds.
    pub const ALL: &[Self] = &[
        Self::Message,
        Self::Buyer,
        Self::Order,
        Self::Product,
        Self::Worklog,
    ];
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Buyer => "buyer",
            Self::Order => "order",
            Self::Product => "product",
            Self::Worklog => "worklog",
        }
    }
    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// How far a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Grows; is read as a whole.
    Open,
    /// Not seen yet.
    Building,
    /// Has posts and never grows.
    Sealed,
    /// Replaced; about to be deleted.
    Gone,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Building => "building",
            Self::Sealed => "sealed",
            Self::Gone => "gone",
        }
    }
    fn parse(text: &str) -> Result<Self> {
        [Self::Open, Self::Building, Self::Sealed, Self::Gone]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("a segment in the unknown state {text:?}")))
    }
}

/// A batch of documents of one shop and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its number.
    pub id: i64,
    /// The shop.
    pub shop: ShopId,
    /// What it holds.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// Places given so far.
    pub docs: i64,
    /// Documents taken out since it was sealed.
    pub stale: i64,
    /// Time of its earliest document.
    pub first: Stamp,
    /// Time of its latest document.
    pub last: Stamp,
}

/// Places of a segment at most.
pub const PLACES: i64 = 65_536;

impl Segment {
    /// The place of its `n`-th document.
    pub const fn place(&self, n: i64) -> i64 {
        self.id * PLACES + n
    }
}

/// A document: what stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doc {
    /// Where.
    pub place: i64,
    /// Thread, buyer, order or product.
    pub of: Uuid,
    /// Entry of the thread, else 0.
    pub seq: i64,
    /// Its time: of a message when it was written, else when the row was made or changed.
    pub at: Stamp,
}

fn segment(row: &Row<'_>) -> Result<Segment> {
    let kind = row.text(2)?;
    Ok(Segment {
        id: row.int(0)?,
        shop: row.id(1)?,
        kind: Kind::parse(kind)
            .ok_or_else(|| StoreError::Inconsistent(format!("a segment of the unknown kind {kind:?}")))?,
        state: State::parse(row.text(3)?)?,
        docs: row.int(4)?,
        stale: row.int(5)?,
        first: row.stamp(6)?,
        last: row.stamp(7)?,
    })
}

fn doc(row: &Row<'_>) -> Result<Doc> {
    Ok(Doc {
        place: row.int(0)?,
        of: row.id(1)?,
        seq: row.int(2)?,
        at: row.stamp(3)?,
    })
}

/// The segments that a query reads: open and sealed.
pub fn segments(tx: &mut Tx<'_>, shop: ShopId, kind: Kind) -> Result<Vec<Segment>> {
    tx.all(sql!("search/segments"), args![shop, kind.as_str()], segment)
}

/// Every segment of the house, by number.
pub fn all_segments(tx: &mut Tx<'_>) -> Result<Vec<Segment>> {
    tx.all(sql!("search/all_segments"), args![], segment)
}

/// A new segment.
pub fn insert_segment(tx: &mut Tx<'_>, s: &Segment) -> Result<()> {
    let values = args![
        s.id,
        s.shop,
        s.kind.as_str(),
        s.state.as_str(),
        s.docs,
        s.stale,
        s.first,
        s.last
    ];
    tx.exec(sql!("search/insert_segment"), values)?;
    Ok(())
}

/// Another state, count or time of a segment.
pub fn update_segment(tx: &mut Tx<'_>, s: &Segment) -> Result<()> {
    let values = args![s.id, s.state.as_str(), s.docs, s.stale, s.first, s.last];
    tx.exec(sql!("search/update_segment"), values)?;
    Ok(())
}

/// Takes a slice of at most `limit` places and posts of a segment away; true when nothing of it is left, itself included.
pub fn delete_slice(tx: &mut Tx<'_>, s: &Segment, from: i64, limit: i64) -> Result<bool> {
    let to = (from + limit).min(PLACES);
    tx.exec(sql!("search/delete_docs"), args![s.place(from), s.place(to)])?;
    let posts = tx.exec(sql!("search/delete_posts"), args![s.id, limit])?;
    if to < s.docs || posts > 0 {
        return Ok(false);
    }
    tx.exec(sql!("search/delete_segment"), args![s.id])?;
    Ok(true)
}

/// Documents at their places.
pub fn put_docs(tx: &mut Tx<'_>, docs: &[Doc]) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let rows: Vec<_> = docs
                .iter()
                .map(|d| args![d.place, d.of, d.seq, d.at].to_vec())
                .collect();
            tx.exec_many(sql!("search/put_doc"), &rows)?;
        }
        Dialect::Postgres => {
            let places: Vec<i64> = docs.iter().map(|d| d.place).collect();
            let of: Vec<[u8; 16]> = docs.iter().map(|d| *d.of.as_bytes()).collect();
            let seqs: Vec<i64> = docs.iter().map(|d| d.seq).collect();
            let times: Vec<i64> = docs.iter().map(|d| d.at.micros()).collect();
            tx.exec(sql!("search/put_docs.pg"), args![&places, &of, &seqs, &times])?;
        }
    }
    Ok(())
}

/// Where grams occur in a segment: packed places (`domain::search::pack`).
pub fn put_posts(tx: &mut Tx<'_>, segment: i64, posts: &[(Gram, Vec<u8>)]) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let rows: Vec<_> = posts
                .iter()
                .map(|(gram, places)| args![segment, *gram, places].to_vec())
                .collect();
            tx.exec_many(sql!("search/put_post"), &rows)?;
        }
        Dialect::Postgres => {
            // One value for all, and where each begins: there is no array of byte strings among the parameters.
            let mut bytes = Vec::new();
            let (mut starts, mut lengths) = (Vec::new(), Vec::new());
            for (_, places) in posts {
                starts.push(bytes.len() as i64 + 1);
                lengths.push(places.len() as i64);
                bytes.extend_from_slice(places);
            }
            let grams: Vec<Gram> = posts.iter().map(|(gram, _)| *gram).collect();
            tx.exec(
                sql!("search/put_posts.pg"),
                args![segment, &bytes, &grams, &starts, &lengths],
            )?;
        }
    }
    Ok(())
}

/// Where these grams occur in these segments; each gets segment, gram, packed places.
pub fn posts(
    tx: &mut Tx<'_>,
    segments: &[i64],
    grams: &[Gram],
    mut each: impl FnMut(i64, Gram, &[u8]),
) -> Result<()> {
    tx.each(sql!("search/posts"), args![segments, grams], |row| {
        each(row.int(0)?, row.int(1)?, &row.bytes(2)?);
        Ok(())
    })
}

/// Places of a document; several for a moment, while a segment is replaced.
pub fn places_of(tx: &mut Tx<'_>, of: Uuid, seq: i64) -> Result<Vec<i64>> {
    tx.all(sql!("search/places_of"), args![of, seq], |row| row.int(0))
}

/// Takes a document out; its segment is noted as stale.
pub fn delete_doc(tx: &mut Tx<'_>, place: i64) -> Result<()> {
    if tx.exec(sql!("search/delete_doc"), args![place])? > 0 {
        tx.exec(sql!("search/add_stale"), args![place / PLACES])?;
    }
    Ok(())
}

/// The documents of a segment, by place.
pub fn docs_of(tx: &mut Tx<'_>, s: &Segment) -> Result<Vec<Doc>> {
    tx.all(
        sql!("search/docs_between"),
        args![s.place(0), s.place(PLACES)],
        doc,
    )
}

/// The last entry of a thread that is in the index; 0 = none.
pub fn last_seq(tx: &mut Tx<'_>, thread: ThreadId) -> Result<i64> {
    tx.one(sql!("search/last_seq"), args![thread], |row| row.opt_int(0))
        .map(Option::unwrap_or_default)
}

/// Entries of a thread with words, after `seq`; each gets sequence, time, text.
pub fn words_after(
    tx: &mut Tx<'_>,
    thread: ThreadId,
    seq: i64,
    mut each: impl FnMut(i64, Stamp, &str),
) -> Result<()> {
    tx.each(sql!("search/words_after"), args![thread, seq], |row| {
        each(row.int(0)?, row.stamp(1)?, row.text(2)?);
        Ok(())
    })
}

/// Words of the messages of a segment; each gets place, time, text.
pub fn words_between(tx: &mut Tx<'_>, s: &Segment, mut each: impl FnMut(i64, Stamp, &str)) -> Result<()> {
    let values = args![s.place(0), s.place(PLACES)];
    tx.each(sql!("search/words_between"), values, |row| {
        each(row.int(0)?, row.stamp(1)?, row.text(2)?);
        Ok(())
    })
}

/// Shop, time and words of one entry.
pub fn words_of(tx: &mut Tx<'_>, thread: ThreadId, seq: i64) -> Result<Option<(ShopId, Stamp, String)>> {
    tx.opt(sql!("search/words_of"), args![thread, seq], |row| {
        Ok((row.id(0)?, row.stamp(1)?, row.string(2)?))
    })
}

/// An entry that may be a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its place in the index (its sequence, when one thread is read).
    pub place: i64,
    /// The thread.
    pub thread: ThreadId,
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// What it is.
    pub kind: EntryKind,
    /// `buyer agent bot auto system`.
    pub sender: String,
    /// Buyer, person or account.
    pub author: Uuid,
    /// Words.
    pub text: String,
}

fn message(row: &Row<'_>) -> Result<MessageRow> {
    let kind = row.text(4)?;
    Ok(MessageRow {
        place: row.int(0)?,
        thread: row.id(1)?,
        seq: row.int(2)?,
        at: row.stamp(3)?,
        kind: EntryKind::parse(kind)
            .ok_or_else(|| StoreError::Inconsistent(format!("an entry of unknown kind {kind:?}")))?,
        sender: row.string(5)?,
        author: row.id(6)?,
        text: row.string(7)?,
    })
}

/// The entries at these places, in no order.
pub fn messages(
    tx: &mut Tx<'_>,
    places: &[i64],
    mut each: impl FnMut(MessageRow) -> Result<()>,
) -> Result<()> {
    tx.each(sql!("search/messages"), args![places], |row| each(message(row)?))
}

/// The entries of a whole segment, in no order.
pub fn messages_between(
    tx: &mut Tx<'_>,
    s: &Segment,
    mut each: impl FnMut(MessageRow) -> Result<()>,
) -> Result<()> {
    let values = args![s.place(0), s.place(PLACES)];
    tx.each(sql!("search/messages_between"), values, |row| each(message(row)?))
}

/// The entries of a thread that have words, latest first.
pub fn messages_in(
    tx: &mut Tx<'_>,
    thread: ThreadId,
    mut each: impl FnMut(MessageRow) -> Result<()>,
) -> Result<()> {
    tx.each(sql!("search/messages_in"), args![thread], |row| {
        each(message(row)?)
    })
}

/// What stands at these places, in no order: place, what, time.
pub fn refs(tx: &mut Tx<'_>, places: &[i64]) -> Result<Vec<(i64, Uuid, Stamp)>> {
    tx.all(sql!("search/refs"), args![places], |row| {
        Ok((row.int(0)?, row.id(1)?, row.stamp(2)?))
    })
}

/// What stands in a whole segment, in no order: place, what, time.
pub fn refs_between(tx: &mut Tx<'_>, s: &Segment) -> Result<Vec<(i64, Uuid, Stamp)>> {
    let values = args![s.place(0), s.place(PLACES)];
    tx.all(sql!("search/refs_between"), values, |row| {
        Ok((row.int(0)?, row.id(1)?, row.stamp(2)?))
    })
}

/// Names of the buyers of threads.
pub fn buyer_names(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<HashMap<ThreadId, String>> {
    let all = tx.all(sql!("search/buyer_names"), args![threads], |row| {
        Ok((row.id(0)?, row.string(1)?))
    })?;
    Ok(all.into_iter().collect())
}

/// A buyer as it is searched and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerRow {
    /// The buyer.
    pub id: BuyerId,
    /// The shop.
    pub shop: ShopId,
    /// Channel.
    pub channel: String,
    /// Name or id on the channel.
    pub external: String,
    /// Name.
    pub name: String,
    /// What the shop noted.
    pub remark: String,
    /// Phone number, unmasked.
    pub phone: Option<String>,
    /// When they first came.
    pub created_at: Stamp,
    /// Tags, by name.
    pub tags: Vec<String>,
    /// The thread on their channel.
    pub thread: Option<ThreadId>,
}

/// Buyers by id, in no order; those who were joined to another or erased are left out.
pub fn buyers(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<Vec<BuyerRow>> {
    let mut tags: HashMap<BuyerId, Vec<String>> = HashMap::new();
    tx.each(sql!("search/tags_of"), args![ids], |row| {
        tags.entry(row.id(0)?).or_default().push(row.string(1)?);
        Ok(())
    })?;
    let threads: HashMap<BuyerId, ThreadId> = tx
        .all(sql!("search/threads_of"), args![ids], |row| {
            Ok((row.id(0)?, row.id(1)?))
        })?
        .into_iter()
        .collect();
    let mut all = tx.all(sql!("search/buyers"), args![ids], |row| {
        Ok(BuyerRow {
            id: row.id(0)?,
            shop: row.id(1)?,
            channel: row.string(2)?,
            external: row.string(3)?,
            name: row.string(4)?,
            remark: row.string(5)?,
            phone: row.opt_string(6)?,
            created_at: row.stamp(7)?,
            tags: Vec::new(),
            thread: None,
        })
    })?;
    for buyer in &mut all {
        buyer.tags = tags.remove(&buyer.id).unwrap_or_default();
        buyer.thread = threads.get(&buyer.id).copied();
    }
    Ok(all)
}

/// Buyers of a shop whose name begins with `first`, by name, at most `limit`.
pub fn buyers_by_name(tx: &mut Tx<'_>, shop: ShopId, first: char, limit: i64) -> Result<Vec<[u8; 16]>> {
    // The highest character there is: every name that begins with `first` is below.
    let (from, to) = (first.to_string(), format!("{first}\u{10ffff}"));
    tx.all(
        sql!("search/buyers_by_name"),
        args![shop, &from, &to, limit],
        |row| Ok(*row.id::<Uuid>(0)?.as_bytes()),
    )
}

/// An order as it is searched and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// The order.
    pub id: OrderId,
    /// The shop.
    pub shop: ShopId,
    /// Platform.
    pub platform: String,
    /// The platform's number.
    pub number: String,
    /// The buyer's name on the platform.
    pub buyer: Option<String>,
    /// Who receives the parcel.
    pub receiver: Option<String>,
    /// Their phone number, unmasked.
    pub phone: Option<String>,
    /// The platform's word for its state.
    pub state: Option<String>,
    /// What was paid, refunds taken off.
    pub net: Fen,
    /// When it was placed.
    pub created_at: Stamp,
    /// The buyer, if they wrote to the shop.
    pub known: Option<(BuyerId, String)>,
    /// Their thread.
    pub thread: Option<ThreadId>,
    /// Titles of its lines, in order.
    pub titles: Vec<String>,
}

/// Orders by id, in no order.
pub fn orders(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<Vec<OrderRow>> {
    let mut titles: HashMap<OrderId, Vec<String>> = HashMap::new();
    tx.each(sql!("search/items_of"), args![ids], |row| {
        titles.entry(row.id(0)?).or_default().push(row.string(1)?);
        Ok(())
    })?;
    let mut all = tx.all(sql!("search/orders"), args![ids], |row| {
        Ok(OrderRow {
            id: row.id(0)?,
            shop: row.id(1)?,
            platform: row.string(2)?,
            number: row.string(3)?,
            buyer: row.opt_string(4)?,
            receiver: row.opt_string(5)?,
            phone: row.opt_string(6)?,
            state: row.opt_string(7)?,
            net: Fen(row.int(8)?),
            created_at: row.stamp(9)?,
            known: row.opt_id(10)?.zip(row.opt_string(11)?),
            thread: row.opt_id(12)?,
            titles: Vec::new(),
        })
    })?;
    for order in &mut all {
        order.titles = titles.remove(&order.id).unwrap_or_default();
    }
    Ok(all)
}

/// A product as it is searched and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// The product.
    pub id: Uuid,
    /// The shop.
    pub shop: ShopId,
    /// The shop's own number of it.
    pub code: String,
    /// Title.
    pub title: String,
    /// Category.
    pub category: String,
    /// Price.
    pub price: Fen,
    /// Whether it can be bought.
    pub on_shelf: bool,
    /// Whether there is a picture.
    pub picture: bool,
    /// When it changed last.
    pub changed_at: Stamp,
}

/// Products by id, in no order.
pub fn products(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<Vec<ProductRow>> {
    tx.all(sql!("search/products"), args![ids], |row| {
        Ok(ProductRow {
            id: row.id(0)?,
            shop: row.id(1)?,
            code: row.string(2)?,
            title: row.string(3)?,
            category: row.string(4)?,
            price: Fen(row.int(5)?),
            on_shelf: row.bool(6)?,
            picture: row.opt_id::<Uuid>(7)?.is_some(),
            changed_at: row.stamp(8)?,
        })
    })
}

/// Something that changed and must be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Todo {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: Kind,
    /// Thread, buyer, order or product.
    pub of: Uuid,
    /// Entry of the thread, else 0.
    pub seq: i64,
}

/// What changed, earliest first, at most `limit`.
pub fn todo(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Todo>> {
    tx.all(sql!("search/todo"), args![limit], |row| {
        let kind = row.text(1)?;
        Ok(Todo {
            id: row.int(0)?,
            kind: Kind::parse(kind)
                .ok_or_else(|| StoreError::Inconsistent(format!("a change of the unknown kind {kind:?}")))?,
            of: row.id(2)?,
            seq: row.int(3)?,
        })
    })
}

/// These were read again.
pub fn delete_todo(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    tx.exec(sql!("search/delete_todo"), args![ids])?;
    Ok(())
}
