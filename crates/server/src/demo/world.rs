//! Sixty days of a shop, played through: who came when, who served whom and how fast, what was said, what was bought.
//!
//! Everything follows from the seed and the day on which the history ends. What happens to a conversation is decided by the
//! rules of the house (`domain::conversation`), so the history is one that the house itself could have written.

use super::calendar::{self, around};
use super::goods::{self, Product};
use super::picture::Kind;
use super::talk::{self, Act, By, Pause, Setting, Step, Subject};
use super::words::{Slots, Style, Words, pick};
use fastrand::Rng;
use jiff::civil::Date;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::conversation::{self as rules, Closer, EntryKind, Live, NewEntry, Past, Sender, Target};
use yingke_domain::policy::ConversationPolicy;
use yingke_kernel::{
    BuyerId, ClientId, ConversationId, FileId, OrderId, PersonId, ProductId, ShopId, Stamp, ThreadId, Zone,
};
use yingke_store::history::{PastConversation, PastEntry, PastThread};

/// Conversations of a plain day.
const TALKS: f64 = 176.0;
/// Orders of a plain day that are placed without a word.
const SILENT: f64 = 58.0;
/// Most conversations that an agent takes at once.
const CAPACITY: usize = 8;
/// Of a hundred who ask about an order, so many choose its line themselves.
const CHOOSES: u32 = 78;
/// Line of the shop's own page.
pub(crate) const OWN: &str = "官网";
/// Pictures that buyers and agents send: so many different ones.
pub(crate) const PHOTOS: usize = 36;
/// Couriers, invented.
const COURIERS: [(&str, &str); 3] = [("速达", "SD"), ("云送", "YS"), ("安捷", "AJ")];

/// Somebody who serves.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) person: PersonId,
    pub(crate) name: String,
    pub(crate) line: String,
    pub(crate) grade: String,
    pub(crate) style: Style,
}

/// What the history is made from.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) shop: ShopId,
    /// The day on which it ends.
    pub(crate) today: Date,
    pub(crate) days: i64,
    pub(crate) zone: Zone,
    pub(crate) servers: Vec<Server>,
    pub(crate) policy: Arc<ConversationPolicy>,
}

/// An order of the history with its whole course; what of it has happened at a moment says [`Order::state`].
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) customer: usize,
    pub(crate) number: String,
    pub(crate) product: usize,
    pub(crate) size: usize,
    pub(crate) quantity: i64,
    pub(crate) gross_fen: i64,
    pub(crate) created: Stamp,
    /// Never paid = none.
    pub(crate) paid: Option<Stamp>,
    pub(crate) shipped: Stamp,
    pub(crate) signed: Stamp,
    /// When and how much went back.
    pub(crate) refund: Option<(Stamp, i64)>,
    pub(crate) parcel: String,
    /// Placed in a conversation.
    #[cfg(test)]
    pub(crate) talked: bool,
}

/// How an order stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    /// The platform's words.
    pub(crate) words: &'static str,
    /// Name of the state on cards.
    pub(crate) short: &'static str,
    pub(crate) paid: bool,
    pub(crate) shipped: bool,
    pub(crate) signed: bool,
    pub(crate) refund_fen: i64,
}

impl Order {
    /// How it stands.
    pub(crate) fn state(&self, at: Stamp) -> Stand {
        let mut stand = Stand {
            words: "等待买家付款",
            short: "unpaid",
            paid: false,
            shipped: false,
            signed: false,
            refund_fen: 0,
        };
        let Some(paid) = self.paid.filter(|paid| *paid <= at) else {
            if at.secs_since(self.created) > 86_400 {
                (stand.words, stand.short) = ("交易关闭", "closed");
            }
            return stand;
        };
        let _ = paid;
        stand.paid = true;
        stand.shipped = self.shipped <= at;
        stand.signed = self.signed <= at;
        (stand.words, stand.short) = match (stand.shipped, stand.signed) {
            (false, _) => ("买家已付款，等待卖家发货", "paid"),
            (true, false) => ("卖家已发货，等待买家确认", "shipped"),
            (true, true) if at.secs_since(self.signed) < 5 * 86_400 => ("已签收", "signed"),
            (true, true) => ("交易成功", "signed"),
        };
        if let Some((when, fen)) = self.refund.filter(|r| r.0 <= at) {
            let _ = when;
            stand.refund_fen = fen;
            if fen == self.gross_fen {
                (stand.words, stand.short) = ("交易关闭", "closed");
            }
        }
        stand
    }
}

/// A buyer of the history.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) channel: &'static str,
    /// What the channel calls the buyer, and what is shown.
    pub(crate) name: String,
    pub(crate) receiver: String,
    pub(crate) call: String,
    pub(crate) phone: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) tags: Vec<String>,
    pub(crate) remark: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) first_at: Stamp,
    /// When the first parcel came.
    got: Option<Stamp>,
    buyer: BuyerId,
    thread: ThreadId,
    live: Live,
    entries: Vec<PastEntry>,
    conversations: Vec<PastConversation>,
}

/// The history.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) products: Vec<Product>,
    pub(crate) product_ids: Vec<ProductId>,
    pub(crate) product_pictures: Vec<FileId>,
    pub(crate) photos: Vec<FileId>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) orders: Vec<Order>,
}

/// Makes ids from the seed's dice.
fn id(at: Stamp, rng: &mut Rng) -> Uuid {
    let mut chance = [0u8; 10];
    rng.fill(&mut chance);
    uuid::Builder::from_unix_timestamp_millis(at.micros().max(0) as u64 / 1_000, &chance).into_uuid()
}

/// A server at work.
struct Desk {
    server: Server,
    /// Middle of the time until an answer, seconds.
    speed: f64,
    /// Today's shift.
    shift: Option<(Stamp, Stamp)>,
    /// Ends of the conversations in hand.
    busy: Vec<Stamp>,
}

impl Desk {
    fn load(&mut self, at: Stamp) -> usize {
        self.busy.retain(|end| *end > at);
        self.busy.len()
    }
}

struct Play {
    plan: Plan,
    words: Words,
    world: World,
    desks: Vec<Desk>,
    names: HashSet<String>,
    /// Cumulated weights of the goods.
    wanted: Vec<u64>,
    numbers: u64,
}

/// Plays the whole history.
pub(crate) fn play(plan: Plan, words: Words) -> World {
    let mut rng = Rng::with_seed(plan.seed);
    let products = goods::products(plan.seed);
    let begin = plan.zone.stamp(
        plan.today
            .saturating_sub(jiff::Span::new().days(plan.days + 30))
            .at(9, 0, 0, 0),
    );
    let ids = |rng: &mut Rng, n: usize| -> Vec<Uuid> { (0..n).map(|_| id(begin, rng)).collect() };
    let product_ids = ids(&mut rng, products.len()).into_iter().map(ProductId).collect();
    let product_pictures = ids(&mut rng, products.len()).into_iter().map(FileId).collect();
    let photos = ids(&mut rng, PHOTOS).into_iter().map(FileId).collect();
    let mut sum = 0;
    let wanted = products
        .iter()
        .map(|p| {
            sum += u64::from(if p.on_shelf && p.stock > 0 { p.weight } else { 0 });
            sum
        })
        .collect();
    let desks = plan
        .servers
        .iter()
        .map(|server| Desk {
            speed: match server.grade.as_str() {
                "junior" => 21.0,
                "middle" => 15.0,
                "senior" => 11.0,
                _ => 13.0,
            } * (0.88 + rng.f64() * 0.24),
            server: server.clone(),
            shift: None,
            busy: Vec::new(),
        })
        .collect();
    let mut play = Play {
        names: HashSet::new(),
        world: World {
            products,
            product_ids,
            product_pictures,
            photos,
            customers: Vec::new(),
            orders: Vec::new(),
        },
        desks,
        wanted,
        numbers: 0,
        words,
        plan,
    };
    for ago in (0..=play.plan.days).rev() {
        // Each day has dice of its own, so that a longer history has the same last days in kind.
        let mut day_rng = Rng::with_seed(play.plan.seed ^ (0x9E37_79B9_u64).wrapping_mul(ago as u64 + 1));
        play.day(ago, &mut day_rng);
    }
    play.world
}

impl Play {
    fn day(&mut self, ago: i64, rng: &mut Rng) {
        let day = self.plan.today.saturating_sub(jiff::Span::new().days(ago));
        let midnight = self.plan.zone.stamp(day.at(0, 0, 0, 0));
        self.shifts(midnight, ago, rng);
        let busy = calendar::busy(day, ago, rng);
        let talks = calendar::chats(calendar::arrivals(TALKS * busy, rng), rng);
        let silent = calendar::orders(
            calendar::arrivals(SILENT * busy * if busy > 1.8 { 1.5 } else { 1.0 }, rng),
            rng,
        );
        let at = |micros: i64| Stamp::from_micros(midnight.micros() + micros);
        let mut silent = silent.into_iter().peekable();
        for talk in talks {
            while let Some(next) = silent.next_if(|next| *next < talk) {
                self.silent_order(at(next), rng);
            }
            self.talk(at(talk), rng);
        }
        for next in silent {
            self.silent_order(at(next), rng);
        }
    }

    /// Who works when: five days of seven, early or late; the sale calls everybody.
    fn shifts(&mut self, midnight: Stamp, ago: i64, rng: &mut Rng) {
        let week = ago / 7;
        for (n, desk) in self.desks.iter_mut().enumerate() {
            let mut mine = Rng::with_seed(self.plan.seed ^ (n as u64 * 7919) ^ (week as u64 * 104_729));
            let off = [mine.i64(0..7), mine.i64(0..7)];
            let late = (week + n as i64) % 2 == 0;
            let is_off = off.contains(&(ago % 7)) && ago != calendar::SALE_AGO;
            let own = desk.server.line == OWN;
            let (from, to) = match (own, late) {
                (true, _) => (9 * 60, 21 * 60 + 30),
                (false, false) => (8 * 60 + 30, 17 * 60 + 30),
                (false, true) => (15 * 60, 24 * 60),
            };
            let slip = rng.i64(-4..9);
            desk.shift = (!is_off || own).then(|| {
                (
                    midnight.plus_secs((from + slip) * 60),
                    midnight.plus_secs((to + rng.i64(-3..12)) * 60),
                )
            });
        }
    }

    fn customer(&mut self, channel: &'static str, at: Stamp, rng: &mut Rng) -> usize {
        let people = &self.words.people;
        let name = loop {
            let nick = &people.nick;
            let mut name = match rng.u32(0..100) {
                0..9 => format!("tb{}", rng.u32(100_000..99_999_999)),
                _ => format!("{}{}", pick(rng, &nick.first), pick(rng, &nick.second)),
            };
            match rng.u32(0..10) {
                0 | 1 => name.push_str(&rng.u32(1..100).to_string()),
                2 => name.push_str(&format!("_{}", rng.u32(1..2030))),
                _ => {}
            }
            if self.names.insert(name.clone()) {
                break name;
            }
        };
        let r = &people.receiver;
        let surname = pick(rng, &r.surname).to_owned();
        let receiver = format!("{surname}{}", pick(rng, &r.given));
        let place = pick(rng, &r.places).to_owned();
        let address = format!(
            "{place}{}{}号{}{}幢{}{:02}室",
            pick(rng, &r.streets),
            rng.u32(1..380),
            pick(rng, &r.estates),
            rng.u32(1..28),
            rng.u32(1..22),
            rng.u32(1..5)
        );
        let city = place.split_once('省').map_or(place.as_str(), |(_, rest)| rest);
        let city = city
            .split_once('区')
            .filter(|_| city.contains("自治区"))
            .map_or(city, |(_, rest)| rest);
        let city = city.split_once('市').map_or(city, |(city, _)| city).to_owned();
        self.world.customers.push(Customer {
            channel,
            name,
            call: format!("{surname}{}", if rng.u32(0..100) < 68 { "女士" } else { "先生" }),
            receiver,
            // No carrier hands out numbers that begin so.
            phone: format!("12{}{:08}", rng.u32(1..10), rng.u32(0..100_000_000)),
            address,
            city,
            tags: Vec::new(),
            remark: String::new(),
            attributes: Vec::new(),
            first_at: at,
            got: None,
            buyer: BuyerId(id(at, rng)),
            thread: ThreadId(id(at, rng)),
            live: Live::default(),
            entries: Vec::new(),
            conversations: Vec::new(),
        });
        self.world.customers.len() - 1
    }

    /// What somebody wants, the popular more often.
    fn want(&self, rng: &mut Rng) -> usize {
        let sum = self.wanted.last().copied().unwrap_or(1).max(1);
        let at = rng.u64(0..sum);
        self.wanted.partition_point(|w| *w <= at)
    }

    fn silent_order(&mut self, at: Stamp, rng: &mut Rng) {
        let known = self.world.customers.len() > 200 && rng.u32(0..100) < 16;
        let customer = if known {
            rng.usize(0..self.world.customers.len())
        } else {
            let channel = if rng.u32(0..100) < 12 { "web" } else { "taobao" };
            self.customer(channel, at, rng)
        };
        let product = self.want(rng);
        let paid = rng.u32(0..100) < 88;
        let order = self.order(customer, product, None, 0, at, paid, rng);
        let refunds = rng.u32(0..100) < 14;
        if refunds && paid {
            self.refund(order, None, rng);
        }
    }

    fn size(&self, product: usize, rng: &mut Rng) -> (usize, i64) {
        let p = &self.world.products[product];
        let size = rng.usize(0..p.sizes.len()).min(rng.usize(0..p.sizes.len()));
        let many = match p.look.kind {
            Kind::Cushion | Kind::Basket => 34,
            Kind::Curtain => 26,
            Kind::Tea | Kind::Vase | Kind::Tablecloth => 12,
            _ => 5,
        };
        let quantity = if rng.u32(0..100) < many { rng.i64(2..5) } else { 1 };
        (size, quantity)
    }

    #[expect(clippy::too_many_arguments, reason = "an order has as many sides")]
    fn order(
        &mut self,
        customer: usize,
        product: usize,
        chosen: Option<(usize, i64)>,
        off_fen: i64,
        at: Stamp,
        paid: bool,
        rng: &mut Rng,
    ) -> usize {
        let (size, quantity) = chosen.unwrap_or_else(|| self.size(product, rng));
        let price = self.world.products[product].sizes[size].1;
        let gross_fen = (price * quantity - off_fen).max(900);
        // Half pay within seconds, the rest within the hour or so.
        let pay = around(9.0, 1.5, rng).clamp(2.0, 40_000.0) as i64;
        let paid = paid.then(|| at.plus_secs(pay));
        let from = paid.unwrap_or(at);
        let shipped = from.plus_secs(around(11.0 * 3600.0, 0.6, rng) as i64);
        let signed = shipped.plus_secs(around(55.0 * 3600.0, 0.35, rng) as i64);
        if paid.is_some() {
            let got = &mut self.world.customers[customer].got;
            *got = Some(got.map_or(signed, |before| before.min(signed)));
        }
        self.numbers += 1;
        let (_, letters) = COURIERS[rng.usize(0..COURIERS.len())];
        let number = format!(
            "{}{:06}{:05}",
            3_391_000_000_u64 + at.micros() as u64 / 86_400_000_000 % 100_000,
            rng.u32(0..1_000_000),
            self.numbers % 100_000
        );
        let order_id = OrderId(id(at, rng));
        self.world.orders.push(Order {
            id: order_id,
            customer,
            number,
            product,
            size,
            quantity,
            gross_fen,
            created: at,
            paid,
            shipped,
            signed,
            refund: None,
            parcel: format!("{letters}{:012}", rng.u64(10_000_000_000..999_999_999_999)),
            #[cfg(test)]
            talked: chosen.is_some(),
        });
        self.world.orders.len() - 1
    }

    fn refund(&mut self, order: usize, at: Option<Stamp>, rng: &mut Rng) {
        let o = &mut self.world.orders[order];
        let at = at.unwrap_or_else(|| o.signed.plus_secs(rng.i64(3_600..400_000)));
        let whole = rng.u32(0..100) < 72;
        let fen = if whole {
            o.gross_fen
        } else {
            (o.gross_fen / 10 / 100).max(5) * 100
        };
        o.refund = Some((at, fen.min(o.gross_fen)));
    }

    /// An order that somebody may write about now.
    fn order_to_ask(&self, at: Stamp, after: bool, rng: &mut Rng) -> Option<usize> {
        let all = &self.world.orders;
        for _ in 0..80 {
            let back = if after {
                rng.usize(200..1_900)
            } else {
                rng.usize(10..560)
            };
            let Some(n) = all.len().checked_sub(back) else {
                continue;
            };
            let o = &all[n];
            let Some(paid) = o.paid else { continue };
            let fits = if after {
                o.signed < at && at.secs_since(o.signed) < 12 * 86_400 && o.refund.is_none()
            } else {
                paid < at && at.secs_since(paid) > 5_000 && at < o.signed.plus_secs(40_000)
            };
            let idle = self.world.customers[o.customer].live.last_at < at.plus_secs(-7_200);
            if fits && idle {
                return Some(n);
            }
        }
        None
    }

    fn talk(&mut self, at: Stamp, rng: &mut Rng) {
        let roll = rng.u32(0..100);
        let order = match roll {
            56..73 => self.order_to_ask(at, false, rng).map(|o| (Subject::Way, o)),
            73..97 => self.order_to_ask(at, true, rng).map(|o| (Subject::After, o)),
            _ => None,
        };
        let customer = match order {
            Some((_, o)) => self.world.orders[o].customer,
            None => self.who_comes(at, rng),
        };
        let subject = match order {
            Some((subject, _)) => subject,
            None if roll >= 97 => Subject::Other,
            None => Subject::Goods,
        };
        let product = order.map_or_else(|| self.want(rng), |(_, o)| self.world.orders[o].product);
        let (size, quantity) = order.map_or_else(
            || self.size(product, rng),
            |(_, o)| (self.world.orders[o].size, self.world.orders[o].quantity),
        );
        let own = self.world.customers[customer].channel == "web";
        let line = if own { OWN } else { "售前" };
        let Some((desk, assigned)) = self.assign(customer, line, subject, at, rng) else {
            return;
        };
        let hand_on = !own && self.desks[desk].server.line == "售前" && rng.u32(0..100) < 76;
        let slots = self.slots(
            customer,
            product,
            size,
            quantity,
            order.map(|o| o.1),
            desk,
            at,
            rng,
        );
        let setting = Setting {
            words: &self.words,
            subject,
            product: &self.world.products[product],
            known: self.world.customers[customer].has_goods(at),
            shipped: order.is_some_and(|(_, o)| self.world.orders[o].state(at).shipped),
            style: self.desks[desk].server.style,
            hand_on,
            slots,
        };
        let talked = talk::write(&setting, rng);
        let mut stage = Stage {
            customer,
            conversation: ConversationId(id(at, rng)),
            desk,
            assigned,
            first: at,
            line: line.to_owned(),
            product,
            choice: (size, quantity),
            order: order.map(|o| o.1),
            off_fen: talked.off_fen,
            last_agent_seq: 0,
            at,
        };
        self.act_out(&mut stage, &talked.steps, rng);
        if talked.refund
            && let Some(order) = stage.order
        {
            let when = stage.at.plus_secs(rng.i64(600..90_000));
            self.refund(order, Some(when), rng);
        }
        self.close(&mut stage, talked.mood, rng);
        self.know_better(customer, rng);
    }

    fn who_comes(&mut self, at: Stamp, rng: &mut Rng) -> usize {
        if self.world.customers.len() > 100 && rng.u32(0..100) < 21 {
            for _ in 0..12 {
                let n = rng.usize(0..self.world.customers.len());
                if self.world.customers[n].live.last_at < at.plus_secs(-7_200) {
                    return n;
                }
            }
        }
        let channel = if rng.u32(0..100) < 13 { "web" } else { "taobao" };
        self.customer(channel, at, rng)
    }

    /// Who gets the conversation, and when.
    fn assign(
        &mut self,
        customer: usize,
        line: &str,
        subject: Subject,
        at: Stamp,
        rng: &mut Rng,
    ) -> Option<(usize, Stamp)> {
        let last = self.world.customers[customer].live.last_agent;
        // Most who ask about an order choose its line themselves; the others are handed on.
        let later = match subject {
            Subject::After if line != OWN => "售后",
            Subject::Way if line != OWN => "售中",
            _ => line,
        };
        let is_there = self.desks.iter().any(|desk| {
            let works = desk.shift.is_some_and(|(from, to)| from <= at && at < to);
            desk.server.line == later && works
        });
        let wanted = if is_there && rng.u32(0..100) < CHOOSES {
            later
        } else {
            line
        };
        let serves = |desk: &Desk| {
            let theirs = desk.server.line.as_str();
            theirs == wanted || (theirs == later && last == Some(desk.server.person))
        };
        let mut free: Vec<(usize, usize)> = Vec::new();
        let mut soonest: Option<(Stamp, usize)> = None;
        for n in 0..self.desks.len() {
            let desk = &mut self.desks[n];
            if !serves(desk) {
                continue;
            }
            let Some((from, to)) = desk.shift else { continue };
            let load = desk.load(at);
            let is_last = last == Some(desk.server.person);
            if from <= at && at < to && load < CAPACITY {
                free.push((
                    if is_last {
                        0
                    } else {
                        load * 4 + 1 + rng.usize(0..3)
                    },
                    n,
                ));
                continue;
            }
            let when = if at < from {
                Some(from.plus_secs(rng.i64(20..400)))
            } else if at < to {
                desk.busy.iter().min().map(|end| end.plus_secs(rng.i64(1..20)))
            } else {
                None
            };
            if let Some(when) = when
                && soonest.is_none_or(|s| when < s.0)
            {
                soonest = Some((when, n));
            }
        }
        match free.into_iter().min() {
            Some((_, n)) => Some((n, at.plus_secs(rng.i64(0..3)))),
            None => soonest.map(|(when, n)| (n, when)).or_else(|| {
                // Nobody today any more: first thing tomorrow.
                let n = (0..self.desks.len())
                    .filter(|n| self.desks[*n].server.line == line)
                    .nth(rng.usize(0..2))?;
                let midnight = self.plan.zone.stamp(
                    self.plan
                        .zone
                        .civil(at)
                        .date()
                        .saturating_add(jiff::Span::new().days(1))
                        .at(8, 31, 0, 0),
                );
                Some((n, midnight.plus_secs(rng.i64(0..900))))
            }),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a talk is about as many things")]
    fn slots(
        &self,
        customer: usize,
        product: usize,
        size: usize,
        quantity: i64,
        order: Option<usize>,
        desk: usize,
        at: Stamp,
        rng: &mut Rng,
    ) -> Slots {
        let (p, c) = (&self.world.products[product], &self.world.customers[customer]);
        let mut slots = Slots::default();
        let price = p.sizes[size].1;
        let hour = self.plan.zone.civil(at).hour();
        let called = match rng.u32(0..10) {
            0..3 => format!("{}{}", p.colour, p.noun),
            3..5 => format!("{}{}", p.stuff, p.noun),
            5..8 => "这款".to_owned(),
            _ => format!("这个{}", p.noun),
        };
        slots.set("品", called);
        slots.set("名", p.title.clone());
        slots.set("类", p.noun);
        slots.set("色", p.colour);
        slots.set("料", p.stuff);
        slots.set("码", p.sizes[size].0);
        slots.set("别码", p.sizes[(size + 1) % p.sizes.len()].0);
        slots.set("价", yuan(price));
        slots.set("还", yuan(price * rng.i64(78..93) / 10_000 * 100));
        slots.set("洗", p.care);
        slots.set("库", p.stock.max(3).to_string());
        slots.set("客", self.desks[desk].server.name.clone());
        slots.set("店", self.words.people.shop.clone());
        slots.set(
            "发",
            if hour < 15 {
                "今天下午发"
            } else if hour < 17 {
                "今天能发"
            } else {
                "明天上午发"
            },
        );
        slots.set("到", ["后天", "大后天", "两三天"][rng.usize(0..3)]);
        slots.set("城", c.city.clone());
        let (parcel, number) = order.map_or((String::new(), format!("{:04}", rng.u32(0..10_000))), |o| {
            (
                self.world.orders[o].parcel.clone(),
                self.world.orders[o].number.clone(),
            )
        });
        let courier = COURIERS
            .iter()
            .find(|c| parcel.starts_with(c.1))
            .unwrap_or(&COURIERS[0])
            .0;
        slots.set("快", courier);
        slots.set("单", parcel);
        slots.set("尾", number[number.len().saturating_sub(4)..].to_owned());
        let coupon = [5, 10, 15, 20][rng.usize(0..4)];
        slots.set("券", coupon.to_string());
        slots.set("满", (coupon * 20 - 1).to_string());
        slots.set("称", c.call.clone());
        slots.set("件", quantity.max(2).to_string());
        slots
    }
}

/// Whole yuan without a point, else with it.
pub(crate) fn yuan(fen: i64) -> String {
    if fen % 100 == 0 {
        (fen / 100).to_string()
    } else {
        format!("{}.{:02}", fen / 100, fen % 100)
    }
}

/// A conversation while it is played.
struct Stage {
    customer: usize,
    conversation: ConversationId,
    desk: usize,
    /// When somebody takes it.
    assigned: Stamp,
    first: Stamp,
    line: String,
    product: usize,
    choice: (usize, i64),
    order: Option<usize>,
    off_fen: i64,
    last_agent_seq: i64,
    /// Time of the last step.
    at: Stamp,
}

impl Play {
    /// Plays the steps, as the rules allow.
    fn act_out(&mut self, stage: &mut Stage, steps: &[Step], rng: &mut Rng) {
        let late = stage.assigned.secs_since(stage.first) > 3_600;
        let mut first = true;
        let mut answered = false;
        for step in steps {
            let load = {
                let at = stage.at;
                self.desks[stage.desk].load(at) as f64
            };
            let typing = match &step.act {
                Act::Text(text) => text.chars().count() as f64,
                _ => 4.0,
            };
            let pause = match step.pause {
                Pause::Same => 0.0,
                Pause::Next => 1.5 + rng.f64() * 4.0 + typing * 0.16,
                Pause::Think => around(13.0, 0.75, rng) + typing * 0.35,
                Pause::Return => around(210.0, 0.8, rng),
                Pause::Greet => 1.8 + around(2.6, 0.45, rng) + load * 0.3,
                Pause::LookUp => around(85.0, 0.5, rng),
                Pause::Answer => {
                    let away = if rng.u32(0..1000) < 24 {
                        5.0 + rng.f64() * 9.0
                    } else {
                        1.0
                    };
                    around(self.desks[stage.desk].speed * 0.62, 0.62, rng) * away * (1.0 + load * 0.11)
                        + typing * 0.2
                }
            };
            let mut at = Stamp::from_micros(stage.at.micros() + if first { 0 } else { (pause * 1e6) as i64 });
            first = false;
            if step.by == By::Agent {
                // Who wrote in the night has often gone; some others are never served either.
                if !answered && rng.u32(0..1000) < if late { 160 } else { 5 } {
                    return;
                }
                // Some questions are never answered.
                if step.pause == Pause::Answer && rng.u32(0..1000) < 9 {
                    return;
                }
                if !answered {
                    at = at.max(Stamp::from_micros(
                        stage.assigned.micros() + (pause * 0.6 * 1e6) as i64,
                    ));
                }
                self.urge(stage, at, answered, late, rng);
                answered = true;
            }
            self.assign_until(stage, at);
            stage.at = at.max(stage.at);
            self.step(stage, step, rng);
            if late && answered && rng.u32(0..100) < 26 {
                return;
            }
        }
    }

    /// Who waits long asks again; who let somebody wait begs pardon.
    fn urge(&mut self, stage: &mut Stage, answer: Stamp, answered: bool, late: bool, rng: &mut Rng) {
        let owed = self.world.customers[stage.customer].live.owed_since;
        let Some(since) = owed else { return };
        let wait = answer.secs_since(since);
        if wait < 75 {
            return;
        }
        if !late && rng.u32(0..100) < 42 {
            let at = since.plus_secs(rng.i64(45..wait.min(300) - 10));
            if at > stage.at {
                stage.at = at;
                self.assign_until(stage, at);
                let text = pick(rng, &self.words.talk.bits.urge).to_owned();
                let step = Step {
                    by: By::Buyer,
                    act: Act::Text(text),
                    pause: Pause::Same,
                };
                self.step(stage, &step, rng);
            }
        }
        if (late || wait > 130) && rng.u32(0..100) < 60 && (answered || late) {
            let at = Stamp::from_micros(answer.micros() - 3_000_000).max(stage.at);
            self.assign_until(stage, at);
            stage.at = at;
            let text = pick(rng, &self.words.talk.bits.sorry).to_owned();
            let step = Step {
                by: By::Agent,
                act: Act::Text(text),
                pause: Pause::Same,
            };
            self.step(stage, &step, rng);
        }
    }

    /// Writes the assignment once its time has come.
    fn assign_until(&mut self, stage: &Stage, at: Stamp) {
        let live = &self.world.customers[stage.customer].live;
        if at < stage.assigned || live.holder.is_some() || live.conversation.is_none() {
            return;
        }
        let person = self.desks[stage.desk].server.person;
        if let Ok(change) = rules::assign(live.clone(), person, Sender::System, stage.assigned) {
            self.write(stage, change.live, change.entries.iter(), None);
        }
    }

    fn write<'a>(
        &mut self,
        stage: &Stage,
        live: Live,
        entries: impl Iterator<Item = &'a NewEntry>,
        fill: Option<PastEntry>,
    ) {
        let c = &mut self.world.customers[stage.customer];
        let mut all: Vec<PastEntry> = entries.map(PastEntry::of).collect();
        if let (Some(last), Some(fill)) = (all.last_mut(), fill) {
            last.words = fill.words;
            last.client_id = fill.client_id;
            last.file = fill.file;
            last.text = fill.text;
            last.data = fill.data;
        }
        for entry in &all {
            match entry.kind.as_str() {
                "open" => c.conversations.push(PastConversation {
                    id: entry.conversation,
                    opened: entry.at,
                    last: entry.at,
                    closed: None,
                }),
                "close" => {
                    if let Some(episode) = c.conversations.iter_mut().find(|e| e.id == entry.conversation) {
                        episode.closed = Some(entry.at);
                    }
                }
                _ => {}
            }
            if let Some(episode) = c.conversations.last_mut() {
                episode.last = episode.last.max(entry.at);
            }
        }
        c.live = live;
        c.entries.extend(all);
    }

    fn step(&mut self, stage: &mut Stage, step: &Step, rng: &mut Rng) {
        let person = self.desks[stage.desk].server.person;
        match &step.act {
            Act::Text(text) => self.say(stage, step.by, EntryKind::Text, text.clone(), None, None, rng),
            Act::Picture => {
                // Buyers photograph what they have; which photograph it is does not matter.
                let file = self.world.photos[rng.usize(0..PHOTOS)];
                self.say(
                    stage,
                    step.by,
                    EntryKind::Image,
                    String::new(),
                    Some(file),
                    None,
                    rng,
                );
            }
            Act::Product => {
                let p = &self.world.products[stage.product];
                let data = product_card(
                    p,
                    self.world.product_ids[stage.product],
                    self.world.product_pictures[stage.product],
                );
                self.say(
                    stage,
                    step.by,
                    EntryKind::Card,
                    p.title.clone(),
                    None,
                    Some(data),
                    rng,
                );
            }
            Act::Order => {
                let Some(order) = stage.order else { return };
                let data = self.order_card(order, stage.at);
                let title = self.world.products[self.world.orders[order].product]
                    .title
                    .clone();
                self.say(stage, step.by, EntryKind::Card, title, None, Some(data), rng);
            }
            Act::Place { paid } => {
                let order = self.order(
                    stage.customer,
                    stage.product,
                    Some(stage.choice),
                    stage.off_fen,
                    stage.at,
                    *paid,
                    rng,
                );
                stage.order = Some(order);
            }
            Act::Transfer(line, note) => {
                let at = stage.at;
                let mut there = Vec::new();
                for n in 0..self.desks.len() {
                    let desk = &mut self.desks[n];
                    let is_there = desk.shift.is_some_and(|(from, to)| from <= at && at < to);
                    if desk.server.line == *line && is_there {
                        there.push((desk.load(at), rng.u32(..), n));
                    }
                }
                let to = there.into_iter().min().map(|(_, _, n)| n);
                let Some(to) = to else { return };
                let target = Target::Person(self.desks[to].server.person);
                let live = self.world.customers[stage.customer].live.clone();
                let Ok(change) = rules::transfer(live, person, target, Sender::Agent(person), at) else {
                    return;
                };
                let fill = PastEntry {
                    text: note.clone(),
                    ..PastEntry::default()
                };
                self.write(stage, change.live, change.entries.iter(), Some(fill));
                stage.desk = to;
            }
            Act::Note(text, names) => {
                let other = (0..self.desks.len())
                    .filter(|n| *n != stage.desk)
                    .nth(rng.usize(0..self.desks.len() - 1));
                let Some(other) = other.map(|n| &self.desks[n].server) else {
                    return;
                };
                let text = text.replace("{人}", &other.name);
                let data = names.then(|| serde_json::json!({"mentions": [other.person]}).to_string());
                self.remark(stage, EntryKind::Note, Sender::Agent(person), text, data);
            }
            Act::Recall => self.recall(stage, rng),
        }
    }

    /// A message of either side.
    #[expect(clippy::too_many_arguments, reason = "a message has as many parts")]
    fn say(
        &mut self,
        stage: &mut Stage,
        by: By,
        kind: EntryKind,
        text: String,
        file: Option<FileId>,
        data: Option<String>,
        rng: &mut Rng,
    ) {
        let person = self.desks[stage.desk].server.person;
        let c = &self.world.customers[stage.customer];
        let from = match by {
            By::Buyer => Sender::Buyer(c.buyer),
            By::Agent => Sender::Agent(person),
        };
        // Who comes back after the end of a conversation opens another one.
        if c.live.conversation == Some(stage.conversation) && c.live.open_at(stage.at).is_none() {
            stage.conversation = ConversationId(id(stage.at, rng));
        }
        let Ok(received) = rules::receive(
            c.live.clone(),
            from,
            kind,
            false,
            stage.at,
            &self.plan.policy,
            stage.conversation,
        ) else {
            return;
        };
        let mut live = received.live;
        if received.opened {
            live.line = Some(stage.line.clone());
        }
        let fill = PastEntry {
            words: yingke_store::conversation::words(&text),
            client_id: Some(ClientId(id(stage.at, rng))),
            file,
            text,
            data,
            ..PastEntry::default()
        };
        self.write(stage, live, received.entries.iter(), Some(fill));
        if by == By::Agent {
            stage.last_agent_seq = received.seq;
        }
    }

    /// A note or a mark: it stands there and changes nothing of who holds what.
    fn remark(&mut self, stage: &Stage, kind: EntryKind, from: Sender, text: String, data: Option<String>) {
        let live = self.world.customers[stage.customer].live.clone();
        let Ok(change) = rules::remark(live, kind, from, stage.conversation, stage.at) else {
            return;
        };
        let words = yingke_store::conversation::words(&text);
        let fill = PastEntry {
            words,
            text,
            data,
            ..PastEntry::default()
        };
        self.write(stage, change.live, change.entries.iter(), Some(fill));
    }

    fn recall(&mut self, stage: &Stage, rng: &mut Rng) {
        let person = self.desks[stage.desk].server.person;
        let seq = stage.last_agent_seq;
        let c = &mut self.world.customers[stage.customer];
        let past = c
            .entries
            .iter()
            .filter(|e| e.conversation == stage.conversation)
            .map(|e| {
                let past = match (e.sender, e.kind) {
                    ("buyer", kind) if kind.is_message() => Past::Buyer,
                    ("agent", kind) if kind.is_message() && !e.text.is_empty() => Past::Person,
                    _ => Past::Other,
                };
                (e.seq, e.at, past)
            });
        let reopened = rules::reopened(past, seq);
        let at = stage.at.plus_secs(rng.i64(1..4));
        let by = Sender::Agent(person);
        let Ok(change) = rules::recall(
            c.live.clone(),
            by,
            seq,
            stage.conversation,
            reopened,
            at,
            &self.plan.policy,
        ) else {
            return;
        };
        if let Some(entry) = c.entries.iter_mut().find(|e| e.seq == seq) {
            entry.text.clear();
            entry.file = None;
            entry.data = None;
        }
        self.write(stage, change.live, change.entries.iter(), None);
    }

    /// The end: by the agent, or by itself.
    fn close(&mut self, stage: &mut Stage, mood: i64, rng: &mut Rng) {
        let c = &self.world.customers[stage.customer];
        let live = c.live.clone();
        let owed = live.owed_since.is_some();
        // Somebody must have taken it, if only to see that nobody answers any more.
        let by_agent = live.holder.is_some() && rng.u32(0..100) < if owed { 66 } else { 58 };
        let last = live.last_message_at;
        let ended = if by_agent {
            let at = last.plus_secs(if owed {
                rng.i64(400..4_000)
            } else {
                rng.i64(25..700)
            });
            stage.at = at.max(stage.at);
            live.holder
                .and_then(|holder| rules::close(live.clone(), Closer::Agent(holder), stage.at).ok())
        } else {
            live.next_due.and_then(|due| {
                stage.at = due;
                rules::close(live.clone(), Closer::Idle, due).ok()
            })
        };
        let answered = self.world.customers[stage.customer]
            .entries
            .iter()
            .rev()
            .take(40)
            .any(|e| e.conversation == stage.conversation && e.sender == "agent");
        if let Some(change) = ended {
            self.write(stage, change.live, change.entries.iter(), None);
        }
        let busy_until = last.plus_secs(90);
        self.desks[stage.desk].busy.push(busy_until);
        if answered && rng.u32(0..100) < 17 {
            let score = (mood + if owed { -1 } else { 0 } + i64::from(rng.u32(0..10) > 6)
                - i64::from(rng.u32(0..10) > 7))
            .clamp(1, 5);
            let list = match score {
                4..=5 => &self.words.talk.rating.good,
                3 => &self.words.talk.rating.mid,
                _ => &self.words.talk.rating.bad,
            };
            let text = pick(rng, list).to_owned();
            let buyer = Sender::Buyer(self.world.customers[stage.customer].buyer);
            stage.at = stage.at.plus_secs(rng.i64(5..120));
            let data = serde_json::json!({"score": score}).to_string();
            self.remark(stage, EntryKind::Rating, buyer, text, Some(data));
        }
    }

    /// What the agents write down about a buyer, bit by bit.
    fn know_better(&mut self, customer: usize, rng: &mut Rng) {
        let (tags, attributes) = (&self.words.people.tags, &self.words.talk.attributes);
        let c = &mut self.world.customers[customer];
        if rng.u32(0..100) < 22 && c.tags.len() < 3 {
            let tag = pick(rng, &tags.common).to_owned();
            if !c.tags.contains(&tag) {
                c.tags.push(tag);
            }
        }
        if rng.u32(0..100) < 6 && c.remark.is_empty() {
            c.remark = pick(rng, &tags.remarks).to_owned();
        }
        if rng.u32(0..100) < 9 {
            let which = rng.usize(0..attributes.len().max(1));
            if let Some((name, values)) = attributes.iter().nth(which)
                && !c.attributes.iter().any(|(n, _)| n == name)
            {
                c.attributes.push((name.clone(), pick(rng, values).to_owned()));
            }
        }
    }

    fn order_card(&self, order: usize, at: Stamp) -> String {
        let o = &self.world.orders[order];
        let stand = o.state(at);
        let p = &self.world.products[o.product];
        serde_json::json!({
            "card": "order", "order": o.id.to_string(), "number": o.number, "platform": self.world.customers[o.customer].channel,
            "state": stand.short, "state_text": stand.words, "amount_fen": o.gross_fen, "quantity": o.quantity, "title": p.title,
            "picture": picture_path(self.world.product_ids[o.product], self.world.product_pictures[o.product]), "created_at": self.plan.zone.rfc3339(o.created),
        })
        .to_string()
    }
}

/// Where a product's picture is served.
fn picture_path(product: ProductId, picture: FileId) -> String {
    let version = picture.to_string();
    format!("/goods/{product}/picture?v={}", &version[version.len() - 8..])
}

/// What a card says of a product.
pub(crate) fn product_card(p: &Product, product: ProductId, picture: FileId) -> String {
    serde_json::json!({
        "card": "product", "product": product.to_string(), "code": p.code, "title": p.title, "price_fen": p.price_fen(),
        "list_fen": p.list_fen, "picture": picture_path(product, picture), "address": format!("/shop?product={}", p.code), "stock": p.stock,
    })
    .to_string()
}

impl World {
    /// Threads whose conversations were all over at `now`, the one that was written in last first; of a thread that went on
    /// after `now`, what was before.
    pub(crate) fn threads(&self, shop: ShopId, now: Stamp) -> Vec<PastThread> {
        let mut threads: Vec<PastThread> = self
            .customers
            .iter()
            .filter_map(|c| c.thread_until(shop, now))
            .collect();
        threads.sort_by_key(|t| std::cmp::Reverse((t.live.last_at, t.thread)));
        threads
    }

    /// What one buyer has behind them at `now`: as in [`World::threads`].
    pub(crate) fn thread_of(&self, customer: usize, shop: ShopId, now: Stamp) -> Option<PastThread> {
        self.customers[customer].thread_until(shop, now)
    }

    /// Orders of one buyer that were placed before `now`, oldest first.
    pub(crate) fn orders_of(&self, customer: usize, now: Stamp) -> impl DoubleEndedIterator<Item = &Order> {
        let of = move |o: &&Order| o.customer == customer && o.created <= now;
        self.orders.iter().filter(of)
    }

    /// Orders that were placed before `now`, newest first.
    pub(crate) fn orders_until(&self, now: Stamp) -> Vec<&Order> {
        let mut orders: Vec<&Order> = self.orders.iter().filter(|o| o.created <= now).collect();
        orders.reverse();
        orders
    }
}

impl Customer {
    /// Time of the last entry; nought for who never wrote.
    pub(crate) fn last_at(&self) -> Stamp {
        self.live.last_at
    }
    /// Has bought, and the parcel came.
    pub(crate) fn has_goods(&self, at: Stamp) -> bool {
        self.got.is_some_and(|got| got < at)
    }
    /// Has bought perhaps, but never wrote.
    pub(crate) fn is_silent(&self) -> bool {
        self.entries.is_empty()
    }
    fn thread_until(&self, shop: ShopId, now: Stamp) -> Option<PastThread> {
        let over: Vec<PastConversation> = self
            .conversations
            .iter()
            .filter(|c| c.closed.is_some_and(|at| at <= now))
            .cloned()
            .collect();
        if over.is_empty() {
            return None;
        }
        let entries: Vec<PastEntry> = self
            .entries
            .iter()
            .filter(|e| e.at <= now && over.iter().any(|c| c.id == e.conversation))
            .cloned()
            .collect();
        let mut live = self.live.clone();
        if over.len() < self.conversations.len() || entries.len() < self.entries.len() {
            // Conversations follow each other, so what remains is a run from the beginning.
            let last = entries.last()?;
            let opened = over.last().map_or(last.at, |c| c.opened);
            let message = entries
                .iter()
                .rev()
                .find(|e| e.kind.is_message())
                .map_or(last.at, |e| e.at);
            let agent = entries
                .iter()
                .rev()
                .find(|e| e.sender == "agent" && e.kind.is_message())
                .map(|e| PersonId(e.author));
            live = Live {
                last_seq: last.seq,
                opened_at: opened,
                holder_since: last.at,
                last_at: last.at,
                last_message_at: message,
                last_agent: agent,
                ..Live::default()
            };
        }
        let attributes: serde_json::Map<String, serde_json::Value> = self
            .attributes
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        let bought = !self.tags.is_empty() || self.conversations.len() > 1;
        Some(PastThread {
            shop,
            channel: self.channel.to_owned(),
            buyer: self.buyer,
            external: self.name.clone(),
            name: self.name.clone(),
            phone: bought.then(|| self.phone.clone()),
            city: Some(self.city.clone()),
            remark: self.remark.clone(),
            attributes: serde_json::Value::Object(attributes).to_string(),
            tags: self.tags.clone(),
            created: self.first_at,
            thread: self.thread,
            live,
            conversations: over,
            entries,
        })
    }
}
