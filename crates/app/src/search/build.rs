//! Making segments: a batch of documents becomes places and posts, in slices that never hold the writer for long.

use crate::{House, Result, house::problem};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use uuid::Uuid;
use yingke_domain::search::{Field, Gram, fold_text, grams, pack};
use yingke_kernel::{ShopId, Stamp, ThreadId};
use yingke_store::search::{self as rows, BuyerRow, Doc, Kind, OrderRow, ProductRow, Segment, State};
use yingke_store::worklog::WorklogRow;
use yingke_store::{Lane, Tx};

/// Documents at which an open segment is sealed: few, because an open one is read as a whole by every query.
pub(super) const SMALL: i64 = 2_048;
/// Documents of a segment that is made at once, or of several small ones.
pub(super) const LARGE: i64 = 16_384;
/// Small segments that are made one.
pub(super) const MERGED: usize = 8;
/// Rows of one write.
const SLICE: usize = 256;
/// How long one reading may take.
const READ_LIMIT: Duration = Duration::from_secs(60);

/// A document with its words.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) of: Uuid,
    pub(super) seq: i64,
    pub(super) at: Stamp,
    pub(super) words: Vec<char>,
}

/// What is known of the segments, between two passes.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pub(super) segments: Vec<Segment>,
    pub(super) next: i64,
}

impl Shelf {
    /// Reads it from the store. What an earlier run left half-made is not believed.
    pub(super) async fn read(house: &House) -> Result<Self> {
        let mut segments = house.read(rows::all_segments).await?;
        for segment in &mut segments {
            if segment.state == State::Building {
                segment.state = State::Gone;
            }
        }
        let next = segments.iter().map(|s| s.id + 1).max().unwrap_or(1);
        Ok(Self { segments, next })
    }

    /// The segment of this shop and kind that grows.
    pub(super) fn open(&self, shop: ShopId, kind: Kind) -> Option<&Segment> {
        self.segments
            .iter()
            .find(|s| s.state == State::Open && s.shop == shop && s.kind == kind)
    }

    pub(super) fn put(&mut self, segment: Segment) {
        self.next = self.next.max(segment.id + 1);
        match self.segments.iter_mut().find(|s| s.id == segment.id) {
            Some(old) => *old = segment,
            None => self.segments.push(segment),
        }
    }

    /// Small segments that should be one, if there are enough of them.
    pub(super) fn to_merge(&self) -> Option<Vec<Segment>> {
        let mut small: BTreeMap<(Uuid, Kind), Vec<&Segment>> = BTreeMap::new();
        for s in &self.segments {
            if s.state == State::Sealed && s.docs < LARGE / 2 {
                small.entry((s.shop.0, s.kind)).or_default().push(s);
            }
        }
        let mut many = small.into_values().find(|all| all.len() >= MERGED)?;
        many.sort_by_key(|s| s.first);
        let mut docs = 0;
        Some(
            many.into_iter()
                .take_while(|s| {
                    docs += s.docs;
                    docs <= LARGE * 2
                })
                .cloned()
                .collect(),
        )
    }

    /// A sealed segment with documents that are not to be found any more.
    pub(super) fn stale(&self) -> Option<Segment> {
        self.segments
            .iter()
            .filter(|s| s.state == State::Sealed && s.stale > 0)
            .max_by_key(|s| s.stale)
            .cloned()
    }
}

/// What of a buyer can be found.
pub(super) fn buyer_fields(buyer: &BuyerRow) -> Vec<Field<'_>> {
    let mut fields = vec![
        Field::Text(&buyer.name),
        Field::Text(&buyer.external),
        Field::Text(&buyer.remark),
    ];
    fields.extend(buyer.tags.iter().map(|tag| Field::Text(tag)));
    fields.extend(buyer.phone.as_deref().map(Field::Phone));
    fields
}

/// What of an order can be found.
pub(super) fn order_fields(order: &OrderRow) -> Vec<Field<'_>> {
    let mut fields = vec![Field::Number(&order.number)];
    fields.extend(order.buyer.as_deref().map(Field::Text));
    fields.extend(order.receiver.as_deref().map(Field::Whole));
    fields.extend(order.titles.iter().map(|title| Field::Text(title)));
    fields.extend(order.phone.as_deref().map(Field::Phone));
    fields
}

/// What of a product can be found.
pub(super) fn product_fields(product: &ProductRow) -> Vec<Field<'_>> {
    vec![
        Field::Number(&product.code),
        Field::Text(&product.code),
        Field::Text(&product.title),
        Field::Text(&product.category),
    ]
}

/// What of an entry of the work log can be found.
pub(super) fn worklog_fields(entry: &WorklogRow) -> Vec<Field<'_>> {
    let mut fields = vec![
        Field::Text(&entry.problem),
        Field::Text(&entry.cause),
        Field::Text(&entry.solution),
        Field::Number(&entry.number),
        Field::Number(&entry.goods),
    ];
    fields.extend(entry.tags.iter().map(|tag| Field::Text(tag)));
    fields
}

/// Folded words of several fields, with gaps between them.
fn words_of(fields: &[Field<'_>]) -> Vec<char> {
    let mut words = Vec::new();
    for field in fields {
        match field {
            // A number that is written in groups is one number.
            Field::Phone(phone) => words.extend(phone.chars().filter(char::is_ascii_digit)),
            field => words.extend(fold_text(field.text())),
        }
        words.push(' ');
    }
    words
}

/// Buyers, orders or products as documents, each with its shop.
pub(super) fn entities(
    tx: &mut Tx<'_>,
    kind: Kind,
    ids: &[[u8; 16]],
) -> yingke_store::Result<Vec<(ShopId, Item)>> {
    let item = |of: Uuid, at: Stamp, fields: &[Field<'_>]| Item {
        of,
        seq: 0,
        at,
        words: words_of(fields),
    };
    Ok(match kind {
        Kind::Message => Vec::new(),
        Kind::Buyer => rows::buyers(tx, ids)?
            .iter()
            .map(|b| (b.shop, item(b.id.0, b.created_at, &buyer_fields(b))))
            .collect(),
        Kind::Order => rows::orders(tx, ids)?
            .iter()
            .map(|o| (o.shop, item(o.id.0, o.created_at, &order_fields(o))))
            .collect(),
        Kind::Product => rows::products(tx, ids)?
            .iter()
            .map(|p| (p.shop, item(p.id, p.changed_at, &product_fields(p))))
            .collect(),
        Kind::Worklog => yingke_store::worklog::by_ids(tx, ids)?
            .iter()
            .filter(|w| w.erased_at.is_none())
            .map(|w| (w.shop, item(w.id.0, w.at, &worklog_fields(w))))
            .collect(),
    })
}

/// The documents of segments, with the words that they have now; those that have none any more are left out.
fn items_of(tx: &mut Tx<'_>, sources: &[Segment]) -> yingke_store::Result<Vec<Item>> {
    let mut items = Vec::new();
    for source in sources {
        let docs = rows::docs_of(tx, source)?;
        if source.kind == Kind::Message {
            let by_place: HashMap<i64, Doc> = docs.iter().map(|d| (d.place, *d)).collect();
            rows::words_between(tx, source, |place, at, text| {
                if let Some(doc) = by_place.get(&place).filter(|_| !text.is_empty()) {
                    items.push(Item {
                        of: doc.of,
                        seq: doc.seq,
                        at,
                        words: fold_text(text),
                    });
                }
            })?;
        } else {
            for some in docs.chunks(SLICE) {
                let ids: Vec<[u8; 16]> = some.iter().map(|d| *d.of.as_bytes()).collect();
                items.extend(entities(tx, source.kind, &ids)?.into_iter().map(|(_, item)| item));
            }
        }
    }
    Ok(items)
}

/// Makes one sealed segment in place of these.
pub(super) async fn rebuild(house: &House, shelf: &mut Shelf, sources: Vec<Segment>) -> Result<()> {
    let Some((shop, kind)) = sources.first().map(|s| (s.shop, s.kind)) else {
        return Ok(());
    };
    let reading = sources.clone();
    let items = house
        .0
        .store
        .report(move |tx: &mut Tx<'_>| items_of(tx, &reading), READ_LIMIT)
        .await
        .map_err(problem)?;
    build(house, shelf, shop, kind, items, sources).await
}

/// Makes a sealed segment of these documents, in place of `sources`.
pub(super) async fn build(
    house: &House,
    shelf: &mut Shelf,
    shop: ShopId,
    kind: Kind,
    items: Vec<Item>,
    sources: Vec<Segment>,
) -> Result<()> {
    let mut made = None;
    if !items.is_empty() {
        let mut segment = Segment {
            id: shelf.next,
            shop,
            kind,
            state: State::Building,
            docs: items.len() as i64,
            stale: 0,
            first: Stamp::from_micros(i64::MAX),
            last: Stamp::from_micros(i64::MIN),
        };
        shelf.next += 1;
        let shaping = segment.clone();
        let (docs, posts) = tokio::task::spawn_blocking(move || shape(&shaping, items))
            .await
            .map_err(|error| problem(yingke_store::StoreError::Inconsistent(error.to_string())))?;
        segment.first = docs.first().map_or(segment.first, |d| d.at);
        segment.last = docs.last().map_or(segment.last, |d| d.at);
        let begun = segment.clone();
        write(house, move |tx| rows::insert_segment(tx, &begun)).await?;
        for some in docs.chunks(SLICE) {
            let some = some.to_vec();
            write(house, move |tx| rows::put_docs(tx, &some)).await?;
        }
        let mut posts = posts.into_iter().peekable();
        while posts.peek().is_some() {
            let some: Vec<(Gram, Vec<u8>)> = posts.by_ref().take(SLICE).collect();
            let id = segment.id;
            write(house, move |tx| rows::put_posts(tx, id, &some)).await?;
        }
        segment.state = State::Sealed;
        made = Some(segment);
    }
    let gone: Vec<Segment> = sources
        .into_iter()
        .map(|s| Segment {
            state: State::Gone,
            ..s
        })
        .collect();
    // At one instant the new one is seen and the old ones are not.
    let (now_made, now_gone) = (made.clone(), gone.clone());
    write(house, move |tx| {
        for segment in now_made.iter().chain(&now_gone) {
            rows::update_segment(tx, segment)?;
        }
        Ok(())
    })
    .await?;
    for segment in made.into_iter().chain(gone) {
        shelf.put(segment);
    }
    Ok(())
}

/// Places in order of time, and for each gram the places where it occurs.
fn shape(segment: &Segment, mut items: Vec<Item>) -> (Vec<Doc>, Vec<(Gram, Vec<u8>)>) {
    items.sort_by_key(|item| (item.at, item.of, item.seq));
    let mut posts: HashMap<Gram, Vec<u16>> = HashMap::new();
    let mut docs = Vec::with_capacity(items.len());
    for (item, n) in items.iter().zip(0u16..) {
        docs.push(Doc {
            place: segment.place(i64::from(n)),
            of: item.of,
            seq: item.seq,
            at: item.at,
        });
        for gram in grams(&item.words) {
            let places = posts.entry(gram).or_default();
            if places.last() != Some(&n) {
                places.push(n);
            }
        }
    }
    let mut posts: Vec<(Gram, Vec<u8>)> = posts
        .into_iter()
        .map(|(gram, places)| (gram, pack(&places)))
        .collect();
    // In the order of the key, so that they are written one behind the other.
    posts.sort_unstable_by_key(|(gram, _)| *gram);
    (docs, posts)
}

/// Puts documents into the open segment of their shop and kind.
pub(super) async fn add(house: &House, shelf: &mut Shelf, shop: ShopId, items: &[Item]) -> Result<()> {
    for some in items.chunks(SLICE) {
        let known = shelf.open(shop, Kind::Message).cloned();
        let (is_new, mut segment) = match known {
            Some(segment) => (false, segment),
            None => (true, fresh(shelf.next, shop, Kind::Message)),
        };
        let docs: Vec<Doc> = some.iter().map(|item| take_place(&mut segment, item)).collect();
        let after = segment.clone();
        write(house, move |tx| {
            if is_new {
                rows::insert_segment(tx, &after)?;
            } else {
                rows::update_segment(tx, &after)?;
            }
            rows::put_docs(tx, &docs)
        })
        .await?;
        shelf.put(segment);
    }
    Ok(())
}

/// An empty open segment.
pub(super) fn fresh(id: i64, shop: ShopId, kind: Kind) -> Segment {
    Segment {
        id,
        shop,
        kind,
        state: State::Open,
        docs: 0,
        stale: 0,
        first: Stamp::from_micros(i64::MAX),
        last: Stamp::from_micros(i64::MIN),
    }
}

/// The next place of an open segment for a document.
pub(super) fn take_place(segment: &mut Segment, item: &Item) -> Doc {
    let place = segment.place(segment.docs);
    segment.docs += 1;
    segment.first = segment.first.min(item.at);
    segment.last = segment.last.max(item.at);
    Doc {
        place,
        of: item.of,
        seq: item.seq,
        at: item.at,
    }
}

/// Takes away what was replaced.
pub(super) async fn sweep(house: &House, shelf: &mut Shelf) -> Result<()> {
    while let Some(segment) = shelf.segments.iter().find(|s| s.state == State::Gone).cloned() {
        let mut from = 0;
        loop {
            let old = segment.clone();
            if write(house, move |tx| rows::delete_slice(tx, &old, from, SLICE as i64)).await? {
                break;
            }
            from = (from + SLICE as i64).min(rows::PLACES);
        }
        shelf.segments.retain(|s| s.id != segment.id);
    }
    Ok(())
}

/// A short write in the background lane.
pub(super) async fn write<T: Send + 'static>(
    house: &House,
    f: impl Fn(&mut Tx<'_>) -> yingke_store::Result<T> + Send + 'static,
) -> Result<T> {
    house.write(Lane::Background, f).await
}

/// What is new in a thread.
pub(super) fn new_words(
    tx: &mut Tx<'_>,
    thread: ThreadId,
) -> yingke_store::Result<Option<(ShopId, Vec<Item>)>> {
    let Some(shop) = yingke_store::metric::shop_of(tx, thread)? else {
        return Ok(None);
    };
    let last = rows::last_seq(tx, thread)?;
    let mut items = Vec::new();
    rows::words_after(tx, thread, last, |seq, at, text| {
        items.push(Item {
            of: thread.0,
            seq,
            at,
            words: fold_text(text),
        });
    })?;
    Ok(Some((shop, items)))
}
