//! The past of the demonstration, written in the background while the shop already works: newest first.

use super::picture::{self, Look};
use super::world::{Order, PHOTOS, Plan, World};
use anyhow::Result;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use yingke_app::House;
use yingke_app::file::Drawn;
use yingke_kernel::{Fen, FileId, OrderId, ProductId, ShopId, Stamp};
use yingke_store::goods::{self, ProductRow};
use yingke_store::order::{self, OrderItem, OrderRow};
use yingke_store::{Lane, Tx, history, metric};

/// Buyers of one background transaction: a few milliseconds, so that no message waits long behind it.
const BUYERS: usize = 10;
/// Orders of one.
const ORDERS: usize = 60;
/// Pictures of one.
const PICTURES: usize = 8;
/// Mark that the history was begun, with the moment it ends at, and that it is whole.
const BEGUN: &str = "demo-begun";
const WHOLE: &str = "demo-whole";
/// Numbers of the folder, kept where moments are kept.
const SEED: &str = "demo-seed";
const DAYS: &str = "demo-days";

/// What a folder was begun with: the same goods and the same past follow from it whenever it is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) seed: u64,
    pub(crate) days: u16,
}

/// What the folder was made with; in a new one, `wanted` is noted.
///
/// # Errors
/// When the store cannot be read or written.
pub(crate) async fn made(house: &House, wanted: Made) -> Result<Made> {
    let before = house
        .store()
        .read(|tx: &mut Tx<'_>| Ok((metric::derived_until(tx, SEED)?, metric::derived_until(tx, DAYS)?)))
        .await?;
    if let (Some(seed), Some(days)) = before {
        return Ok(Made {
            seed: seed.micros().cast_unsigned(),
            days: u16::try_from(days.micros())?,
        });
    }
    house
        .store()
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            metric::set_derived_until(tx, SEED, Stamp::from_micros(wanted.seed.cast_signed()))?;
            metric::set_derived_until(tx, DAYS, Stamp::from_micros(i64::from(wanted.days)))
        })
        .await?;
    Ok(wanted)
}

/// Up to when the history goes, and whether it is still to be written: a kept folder goes on where it stopped, or has
/// everything already.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn due(house: &House) -> Result<(Stamp, bool)> {
    let now = house.now();
    let (begun, whole) = house
        .store()
        .read(|tx: &mut Tx<'_>| {
            Ok((
                metric::derived_until(tx, BEGUN)?,
                metric::derived_until(tx, WHOLE)?,
            ))
        })
        .await?;
    let until = begun.unwrap_or(now);
    if begun.is_none() {
        house
            .store()
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                metric::set_derived_until(tx, BEGUN, until)
            })
            .await?;
    }
    Ok((until, whole.is_none()))
}

/// The goods of the shop, still without pictures; small enough for one transaction.
///
/// # Errors
/// When the store cannot be written.
pub(crate) async fn put_goods(house: &House, shop: ShopId, world: &World, until: Stamp) -> Result<()> {
    let mut sold: HashMap<usize, i64> = HashMap::new();
    for o in world
        .orders_until(until)
        .into_iter()
        .filter(|o| o.state(until).paid)
    {
        *sold.entry(o.product).or_default() += o.quantity;
    }
    let rows: Vec<ProductRow> = world
        .products
        .iter()
        .enumerate()
        .map(|(n, p)| {
            let sizes: Vec<String> = p.sizes.iter().map(|(size, fen)| format!("{size} {}元", super::world::yuan(*fen))).collect();
            let facts = serde_json::json!({"颜色": p.colour, "材质": p.stuff, "规格": sizes.join("，"), "洗护": p.care});
            ProductRow {
                id: world.product_ids[n],
                shop,
                code: p.code.clone(),
                title: p.title.clone(),
                category: p.category.to_owned(),
                price: Fen(p.price_fen()),
                list: p.list_fen.map(Fen),
                stock: Some(p.stock),
                on_shelf: p.on_shelf,
                picture: None,
                address: format!("/shop?product={}", p.code),
                facts: facts.to_string(),
                sold: sold.get(&n).copied().unwrap_or(0),
                created_at: until,
                changed_at: until,
            }
        })
        .collect();
    house
        .store()
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            goods::upsert_many(tx, shop, &rows, until).map(|_| ())
        })
        .await?;
    Ok(())
}

/// Draws the pictures and hangs them up, the best sold goods first.
///
/// # Errors
/// When a picture cannot be kept.
pub(crate) async fn put_pictures(house: &House, shop: ShopId, world: Arc<World>) -> Result<()> {
    let begun = Instant::now();
    let mut works: Vec<(FileId, Look, Option<ProductId>)> = Vec::with_capacity(world.products.len() + PHOTOS);
    let mut order: Vec<usize> = (0..world.products.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse((world.products[*n].on_shelf, world.products[*n].weight)));
    for (place, n) in order.iter().enumerate() {
        works.push((
            world.product_pictures[*n],
            world.products[*n].look,
            Some(world.product_ids[*n]),
        ));
        // What buyers photograph are the same goods in another light.
        if let Some(photo) = world.photos.get(place) {
            let look = world.products[*n].look;
            works.push((
                *photo,
                Look {
                    seed: look.seed ^ 0xF0_70,
                    ..look
                },
                None,
            ));
        }
    }
    for some in works.chunks(PICTURES) {
        let some = some.to_vec();
        let looks = some.clone();
        let drawn = tokio::task::spawn_blocking(move || {
            looks
                .into_iter()
                .map(|(id, look, _)| {
                    let bytes = picture::draw(look)?;
                    let side = i64::from(picture::SIDE);
                    Ok(Drawn {
                        id,
                        kind: "image/jpeg".to_owned(),
                        width: side,
                        height: side,
                        bytes,
                    })
                })
                .collect::<Result<Vec<Drawn>>>()
        })
        .await??;
        yingke_app::file::keep_drawn(house, shop, drawn)
            .await
            .map_err(super::told)?;
        let now = house.now();
        house
            .store()
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                for (file, _, product) in &some {
                    if let Some(product) = product {
                        goods::set_picture(tx, *product, Some(*file), now)?;
                    }
                }
                Ok(())
            })
            .await?;
    }
    tracing::info!(
        pictures = works.len(),
        duration_ms = begun.elapsed().as_millis() as u64,
        "the goods are drawn"
    );
    Ok(())
}

fn order_row(world: &World, o: &Order, until: Stamp) -> OrderRow {
    let (c, p) = (&world.customers[o.customer], &world.products[o.product]);
    let stand = o.state(until);
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(o.number.bytes().chain(stand.words.bytes())) {
        *to = from;
    }
    OrderRow {
        platform: c.channel.to_owned(),
        number: o.number.clone(),
        layout: "demo".to_owned(),
        buyer: Some(c.name.clone()),
        gross: Fen(o.gross_fen),
        refund: Fen(stand.refund_fen),
        net: Fen(o.gross_fen - stand.refund_fen),
        created: o.created,
        paid: o.paid.filter(|_| stand.paid),
        state: Some(stand.words.to_owned()),
        shipped: stand.shipped.then_some(o.shipped),
        signed: stand.signed.then_some(o.signed),
        receiver: Some(c.receiver.clone()),
        phone: Some(c.phone.clone()),
        address: Some(c.address.clone()),
        parcel: stand.shipped.then(|| o.parcel.clone()),
        items: vec![OrderItem {
            code: p.code.clone(),
            title: p.title.clone(),
            sku: format!("{}，{}", p.colour, p.sizes[o.size].0),
            quantity: o.quantity,
            price: Some(Fen(p.sizes[o.size].1)),
        }],
        facts: "{}".to_owned(),
        digest,
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    pub(crate) buyers: usize,
    pub(crate) conversations: usize,
    pub(crate) messages: usize,
    pub(crate) orders: usize,
}

/// Writes chats and orders, newest first; `recent` is told once the last two days are there. The figures follow by themselves.
///
/// # Errors
/// When the store cannot be written.
pub(crate) async fn put_past(
    house: &House,
    plan: &Plan,
    world: Arc<World>,
    until: Stamp,
    recent: tokio::sync::oneshot::Sender<()>,
) -> Result<Written> {
    let begun = Instant::now();
    let shop = plan.shop;
    let (threads, orders) = {
        let world = world.clone();
        tokio::task::spawn_blocking(move || {
            let threads = world.threads(shop, until);
            let orders: Vec<(OrderId, OrderRow)> = world
                .orders_until(until)
                .into_iter()
                .map(|o| (o.id, order_row(&world, o, until)))
                .collect();
            (threads, orders)
        })
        .await?
    };
    let mut written = Written {
        buyers: threads.len(),
        conversations: threads.iter().map(|t| t.conversations.len()).sum(),
        messages: threads
            .iter()
            .flat_map(|t| &t.entries)
            .filter(|e| e.kind.is_message())
            .count(),
        orders: orders.len(),
    };
    let mut recent = Some(recent);
    let new_enough = until.plus_secs(-2 * 86_400);
    let mut orders: std::collections::VecDeque<(OrderId, OrderRow)> = orders.into();
    let mut at = 0;
    while at < threads.len() || !orders.is_empty() {
        let some: Vec<_> = threads[at..(at + BUYERS).min(threads.len())].to_vec();
        at += some.len();
        let oldest = some
            .last()
            .map_or(Stamp::from_micros(i64::MIN), |t| t.live.last_at);
        if !some.is_empty() {
            house
                .store()
                .write(Lane::Background, move |tx: &mut Tx<'_>| {
                    history::write(tx, &some, until)
                })
                .await?;
        }
        // Orders keep step with the conversations of their days.
        while orders.front().is_some_and(|(_, o)| o.created >= oldest) {
            let (ids, some): (Vec<OrderId>, Vec<OrderRow>) = orders.drain(..ORDERS.min(orders.len())).unzip();
            house
                .store()
                .write(Lane::Background, move |tx: &mut Tx<'_>| {
                    order::upsert_many_as(tx, shop, &some, &ids, until).map(|_| ())
                })
                .await?;
        }
        if oldest < new_enough
            && let Some(tell) = recent.take()
        {
            let _ = tell.send(());
        }
        tokio::task::yield_now().await;
    }
    drop(recent);
    written.orders = written.orders.max(world.orders_until(until).len());
    tracing::info!(
        buyers = written.buyers,
        conversations = written.conversations,
        messages = written.messages,
        orders = written.orders,
        duration_ms = begun.elapsed().as_millis() as u64,
        "the past is written"
    );
    Ok(written)
}

/// Notes that nothing is missing any more.
///
/// # Errors
/// When the store cannot be written.
pub(crate) async fn whole(house: &House) -> Result<()> {
    let now = house.now();
    house
        .store()
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            metric::set_derived_until(tx, WHOLE, now)
        })
        .await?;
    Ok(())
}

/// Writes what these buyers have behind them and what they ordered, unless it is there already: whoever comes live must not come before their past.
///
/// # Errors
/// When the store cannot be written.
pub(crate) async fn put_before(
    house: &House,
    shop: ShopId,
    world: &World,
    customers: &[usize],
    until: Stamp,
) -> Result<()> {
    let theirs: Vec<_> = customers
        .iter()
        .filter_map(|n| world.thread_of(*n, shop, until))
        .collect();
    // What they have ordered is there as well, or they would speak of parcels that nobody knows.
    let (ids, orders): (Vec<OrderId>, Vec<OrderRow>) = customers
        .iter()
        .flat_map(|n| world.orders_of(*n, until))
        .map(|o| (o.id, order_row(world, o, until)))
        .unzip();
    house
        .store()
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            history::write(tx, &theirs, until)?;
            order::upsert_many_as(tx, shop, &orders, &ids, until).map(|_| ())
        })
        .await?;
    Ok(())
}

/// The longest that the start waits for the last days.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
