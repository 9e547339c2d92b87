//! Simulated people at work, by the same use cases as real ones.
//!
//! A buyer brings a whole talk (`talk::write`) and speaks the buyer's part. The agent's part waits beside it: a simulated
//! agent who holds the conversation speaks it, a real one says what they like and the part is passed over.

use super::talk::{self, Act, By, Setting, Step, Subject};
use super::words::{Slots, Words, pick};
use super::world::{Customer, Stand, World, yuan};
use super::{PLATFORM, People, history, told};
use anyhow::Result;
use fastrand::Rng;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use yingke_app::conversation::{self, Author, CardChoice, Outgoing};
use yingke_app::file::Wish;
use yingke_app::phrase;
use yingke_app::{Appeared, Caller, Effect, Guest, House, Staff, buyer, presence};
use yingke_domain::access::Role;
use yingke_domain::conversation::EntryKind;
use yingke_domain::presence::State;
use yingke_domain::stage::Stage as TalkStage;
use yingke_kernel::{
    ClientId, ConnectionId, ConversationId, Fen, FileId, OrderId, PersonId, ShopId, Stamp, ThreadId,
};
use yingke_store::order::{self, OrderItem, OrderKeys, OrderRow};
use yingke_store::{Lane, Tx};

/// Sign of life of a simulated desk.
const RENEW: Duration = Duration::from_secs(15);
/// Simulated buyers of the platform.
const BUYERS: usize = 22;
/// Group of the stock whose phrases only say farewell.
const LEAVING: &str = "告别";
/// Phrases of a farewell among which a simulated agent chooses.
const FAREWELLS: usize = 40;
/// Simulated buyers of the shop's page, who come to the person at the desk.
const MINE: usize = 8;
/// Of those, so many have written before anybody was there.
const LEFT: usize = 2;
/// Whose past is written when the play begins, so long back.
const RECENT_SECS: i64 = 36 * 3_600;
/// Stands in a part for the name of whoever speaks it.
const WHO: &str = "{客}";
/// The platform's words for an order.
const PAID: &str = "买家已付款，等待卖家发货";
/// The same, before it is paid.
const UNPAID: &str = "等待买家付款";
/// Of the shop's own buyers, so many at a time.
const MINE_AT_ONCE: usize = 3;
/// How long a buyer waits for an answer.
const PATIENCE: Duration = Duration::from_secs(900);
/// How long a buyer who has said everything stays.
const GOES_AFTER: Duration = Duration::from_secs(120);

type Heard = Arc<Appeared>;
/// What is still to be said in a thread, and about what.
type Parts = Arc<Mutex<HashMap<ThreadId, Part>>>;

/// A talk that is under way.
struct Part {
    steps: VecDeque<Step>,
    product: usize,
    size: usize,
    quantity: i64,
    off_fen: i64,
    /// Number of the order that it is about, or that was placed in it.
    order: Option<String>,
    customer: usize,
}

/// What everybody shares.
struct Stage {
    house: House,
    shop: ShopId,
    words: Words,
    world: Arc<World>,
    /// Up to when the past goes that is written.
    until: Stamp,
    parts: Parts,
    /// Simulated agents by line, to hand on to.
    lines: HashMap<String, Vec<PersonId>>,
}

/// Buyers of a channel who come again: those of the last days, whose past is written already, and some who never wrote.
fn who_comes(world: &World, channel: &str, until: Stamp, count: usize, rng: &mut Rng) -> Vec<usize> {
    let of_channel = || (0..world.customers.len()).filter(|n| world.customers[*n].channel == channel);
    let mut recent: Vec<usize> = of_channel()
        .filter(|n| {
            let at = world.customers[*n].last_at();
            at <= until && at > until.plus_secs(-RECENT_SECS)
        })
        .collect();
    let mut new: Vec<usize> = of_channel()
        .filter(|n| world.customers[*n].is_silent() && world.customers[*n].first_at <= until)
        .collect();
    rng.shuffle(&mut recent);
    rng.shuffle(&mut new);
    recent.truncate(count * 3 / 5);
    let more = count.saturating_sub(recent.len());
    recent.extend(new.into_iter().take(more));
    recent
}

/// Starts everybody.
pub(crate) async fn start(
    house: &House,
    words: &Words,
    world: &Arc<World>,
    people: &People,
    until: Stamp,
    seed: u64,
    stop: &CancellationToken,
) -> Result<()> {
    // A kept folder, opened again, does not hear the same talks again.
    let mut rng = Rng::with_seed(seed ^ house.now().micros().cast_unsigned());
    let mut lines: HashMap<String, Vec<PersonId>> = HashMap::new();
    for (agent, person) in words.people.agents.iter().zip(&people.simulated) {
        lines.entry(agent.line.clone()).or_default().push(*person);
    }
    let stage = Arc::new(Stage {
        house: house.clone(),
        shop: people.shop,
        words: words.clone(),
        world: world.clone(),
        until,
        parts: Parts::default(),
        lines,
    });
    let mut ears: HashMap<ThreadId, mpsc::UnboundedSender<Heard>> = HashMap::new();
    let mut actors = Vec::new();
    for (channel, count) in [(PLATFORM, BUYERS), (buyer::WEB, MINE)] {
        let coming = who_comes(world, channel, until, count, &mut rng);
        history::put_before(house, people.shop, world, &coming, until).await?;
        for customer in coming {
            let name = &world.customers[customer].name;
            let guest = buyer::known_by_name(house, people.shop, channel, name)
                .await
                .map_err(told)?;
            let (tell, hear) = mpsc::unbounded_channel();
            ears.insert(guest.thread, tell);
            let actor = Buyer {
                stage: stage.clone(),
                customer,
                guest,
                hear,
                rng: rng.fork(),
            };
            actors.push((channel, actor));
        }
    }
    let slots = Arc::new(tokio::sync::Semaphore::new(MINE_AT_ONCE));
    let mut left = LEFT;
    for (channel, actor) in actors {
        if channel == PLATFORM {
            tokio::spawn(self::until(stop.clone(), actor.live()));
        } else {
            // Some of the shop's own buyers have written before anybody was there.
            let waits = left > 0;
            left = left.saturating_sub(1);
            tokio::spawn(self::until(
                stop.clone(),
                actor.live_for(people.agent, slots.clone(), waits),
            ));
        }
    }
    let mut desks = HashMap::new();
    for (one, person) in words.people.agents.iter().zip(&people.simulated) {
        let staff = Staff {
            person: *person,
            name: one.name.clone(),
            role: Role::Agent,
            session: [0; 32],
        };
        presence::connect(house, *person, ConnectionId::new(house.now()))
            .await
            .map_err(told)?;
        presence::set_state(house, &staff, State::Online)
            .await
            .map_err(told)?;
        let (tell, hear) = mpsc::unbounded_channel();
        desks.insert(*person, tell);
        // Lower grades are slower.
        let pace = match one.grade.as_str() {
            "junior" => 1.5,
            "middle" => 1.1,
            _ => 0.85,
        };
        let agent = Agent {
            stage: stage.clone(),
            staff,
            pace,
            hear,
            rng: rng.fork(),
        };
        tokio::spawn(self::until(stop.clone(), agent.work()));
    }
    let supervisor = Staff {
        person: people.supervisor,
        name: String::new(),
        role: Role::Supervisor,
        session: [0; 32],
    };
    tokio::spawn(self::until(
        stop.clone(),
        supervise(stage, supervisor, people.agent, rng.fork()),
    ));
    let commits = house.subscribe();
    tokio::spawn(self::until(stop.clone(), listen(commits, ears, desks)));
    Ok(())
}

/// Now and then the supervisor writes a note for the person at the desk beside what that person does.
async fn supervise(stage: Arc<Stage>, supervisor: Staff, agent: PersonId, mut rng: Rng) {
    loop {
        tokio::time::sleep(seconds(&mut rng, 70.0, 200.0)).await;
        if presence::state_of(&stage.house, agent) != State::Online {
            continue;
        }
        let Ok(open) = conversation::open_rows(&stage.house, &supervisor).await else {
            continue;
        };
        let held: Vec<_> = open.iter().filter(|row| row.live.holder == Some(agent)).collect();
        if held.is_empty() {
            continue;
        }
        let row = held[rng.usize(0..held.len())];
        let thread = row.id;
        let Some(text) = stage
            .fitting_note(thread, row.live.conversation, &row.buyer_name, &mut rng)
            .await
        else {
            continue;
        };
        let text = stage.note_for(&text, agent);
        let noted = conversation::note(&stage.house, &supervisor, thread, text, vec![agent]).await;
        if let Err(problem) = noted {
            tracing::debug!(%problem, "the supervisor's note was refused");
        }
    }
}

async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// Tells everybody what concerns them.
async fn listen(
    mut commits: mpsc::UnboundedReceiver<Vec<Effect>>,
    buyers: HashMap<ThreadId, mpsc::UnboundedSender<Heard>>,
    desks: HashMap<PersonId, mpsc::UnboundedSender<Heard>>,
) {
    while let Some(effects) = commits.recv().await {
        for effect in effects {
            let Effect::Appeared(appeared) = effect else {
                continue;
            };
            if let Some(buyer) = buyers.get(&appeared.thread.id) {
                let _ = buyer.send(appeared.clone());
            }
            if let Some(desk) = appeared.thread.live.holder.and_then(|holder| desks.get(&holder)) {
                let _ = desk.send(appeared);
            }
        }
    }
}

fn seconds(rng: &mut Rng, from: f64, to: f64) -> Duration {
    Duration::from_secs_f64(from + (to - from) * rng.f64())
}

impl Stage {
    fn text(&self, text: &str) -> Outgoing {
        Outgoing::text(ClientId::new(self.house.now()), text.to_owned())
    }

    /// A supervisor's note that fits what the buyer said in the conversation.
    async fn fitting_note(
        &self,
        thread: ThreadId,
        conversation: Option<ConversationId>,
        buyer: &str,
        rng: &mut Rng,
    ) -> Option<String> {
        let conversation = conversation?;
        let entries = self
            .house
            .store()
            .read(move |tx: &mut Tx<'_>| yingke_store::conversation::entries_of(tx, thread, conversation))
            .await
            .ok()?;
        let by_buyer = || {
            entries
                .iter()
                .filter(|e| e.sender == "buyer" && e.kind.is_message())
        };
        let said: Vec<&str> = by_buyer().map(|e| e.text.as_str()).collect();
        let photo = by_buyer().any(|e| e.kind == EntryKind::Image);
        let known = self
            .world
            .customers
            .iter()
            .any(|c| c.name == buyer && c.has_goods(self.until));
        let note = &self.words.talk.note;
        let fitting = note.fitting(&note.mention, &said, photo, known);
        fitting
            .get(rng.usize(0..fitting.len().max(1)))
            .map(|text| (*text).to_owned())
    }

    /// A note's words with the colleague's name in them.
    fn note_for(&self, text: &str, colleague: PersonId) -> String {
        let directory = self.house.directory();
        let name = directory.person(colleague).map_or("", |p| p.name.as_str());
        text.replace("{人}", name)
    }

    /// A photograph that is sent in a thread.
    async fn photo(&self, caller: &Caller, look: super::picture::Look) -> Option<FileId> {
        let drawn = tokio::task::spawn_blocking(move || super::picture::draw(look))
            .await
            .ok()?
            .ok()?;
        yingke_app::file::store_upload(
            &self.house,
            caller,
            self.shop,
            Wish::Picture,
            "",
            None,
            drawn.into(),
        )
        .await
        .ok()
        .map(|row| row.id)
    }

    /// An order of the house by its number.
    async fn order(&self, customer: usize, number: &str) -> Option<OrderId> {
        let c = &self.world.customers[customer];
        let keys = OrderKeys {
            platforms: vec![c.channel.to_owned()],
            names: vec![c.name.clone()],
            phones: Vec::new(),
        };
        let (shop, number) = (self.shop, number.to_owned());
        let orders = self
            .house
            .store()
            .read(move |tx: &mut Tx<'_>| order::of_buyer(tx, shop, &keys, 50))
            .await
            .ok()?;
        orders.into_iter().find(|o| o.row.number == number).map(|o| o.id)
    }

    /// The buyer of a part places the order that it leads to.
    async fn place(&self, thread: ThreadId, paid: bool, rng: &mut Rng) {
        let now = self.house.now();
        let number = format!(
            "3399{:08}{:06}",
            now.micros() / 1_000_000 % 100_000_000,
            rng.u32(0..1_000_000)
        );
        let row = {
            let mut parts = self.parts.lock();
            let Some(part) = parts.get_mut(&thread) else {
                return;
            };
            part.order = Some(number.clone());
            let (p, c) = (
                &self.world.products[part.product],
                &self.world.customers[part.customer],
            );
            let price = p.sizes[part.size].1;
            let gross = Fen((price * part.quantity - part.off_fen).max(100));
            let mut digest = [0; 32];
            for (to, from) in digest.iter_mut().zip(number.bytes()) {
                *to = from;
            }
            OrderRow {
                platform: c.channel.to_owned(),
                number,
                layout: "demo".to_owned(),
                buyer: Some(c.name.clone()),
                gross,
                refund: Fen(0),
                net: gross,
                created: now,
                paid: paid.then_some(now),
                state: Some(if paid { PAID } else { UNPAID }.to_owned()),
                shipped: None,
                signed: None,
                receiver: Some(c.receiver.clone()),
                phone: Some(c.phone.clone()),
                address: Some(c.address.clone()),
                parcel: None,
                items: vec![OrderItem {
                    code: p.code.clone(),
                    title: p.title.clone(),
                    sku: format!("{}，{}", p.colour, p.sizes[part.size].0),
                    quantity: part.quantity,
                    price: Some(Fen(price)),
                }],
                facts: "{}".to_owned(),
                digest,
            }
        };
        let shop = self.shop;
        let placed = self
            .house
            .store()
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                order::upsert_many(tx, shop, std::slice::from_ref(&row), now).map(|_| ())
            })
            .await;
        if let Err(error) = placed {
            tracing::warn!(%error, "a simulated order could not be placed");
        }
    }

    /// Says one step of a part: the sequence of what was said (none for what is no message); `Err` when the house refused it.
    async fn say(
        &self,
        author: Author<'_>,
        thread: ThreadId,
        step: &Step,
        rng: &mut Rng,
    ) -> Result<Option<i64>, ()> {
        let about = self
            .parts
            .lock()
            .get(&thread)
            .map(|p| (p.product, p.customer, p.order.clone()));
        let out = match &step.act {
            Act::Text(text) => {
                let who = match author {
                    Author::Staff(staff) => staff.name.as_str(),
                    _ => "",
                };
                self.text(&text.replace(WHO, who))
            }
            Act::Picture => {
                let caller = match author {
                    Author::Guest(guest) => Caller::Guest(guest.clone()),
                    Author::Staff(staff) => Caller::Staff(staff.clone()),
                    _ => return Ok(None),
                };
                let product = about.map_or_else(|| rng.usize(0..self.world.products.len()), |a| a.0);
                let mut look = self.world.products[product].look;
                look.seed ^= rng.u64(..);
                let Some(file) = self.photo(&caller, look).await else {
                    return Ok(None);
                };
                Outgoing {
                    kind: EntryKind::Image,
                    file: Some(file),
                    ..self.text("")
                }
            }
            Act::Product => {
                let Some((product, ..)) = about else {
                    return Ok(None);
                };
                Outgoing {
                    kind: EntryKind::Card,
                    card: Some(CardChoice::Product(self.world.product_ids[product])),
                    ..self.text("")
                }
            }
            Act::Order => {
                let Some((_, customer, Some(number))) = about else {
                    return Ok(None);
                };
                let Some(order) = self.order(customer, &number).await else {
                    return Ok(None);
                };
                Outgoing {
                    kind: EntryKind::Card,
                    card: Some(CardChoice::Order(order)),
                    ..self.text("")
                }
            }
            Act::Place { paid } => {
                self.place(thread, *paid, rng).await;
                return Ok(None);
            }
            Act::Transfer(..) | Act::Note(..) | Act::Recall => return Ok(None),
        };
        match conversation::send(&self.house, author, thread, out).await {
            Ok(said) => Ok(Some(said.seq)),
            Err(problem) => {
                tracing::debug!(%problem, "a simulated message was refused");
                Err(())
            }
        }
    }
}

struct Buyer {
    stage: Arc<Stage>,
    customer: usize,
    guest: Guest,
    hear: mpsc::UnboundedReceiver<Heard>,
    rng: Rng,
}

impl Buyer {
    /// Comes, asks, waits for each answer, goes, and comes again some time.
    async fn live(mut self) {
        // The first ones are there from the first second.
        let first = self.rng.f64() * 60.0;
        tokio::time::sleep(Duration::from_secs_f64(if first < 20.0 {
            first / 8.0
        } else {
            first
        }))
        .await;
        loop {
            self.talk(true).await;
            tokio::time::sleep(seconds(&mut self.rng, 20.0, 110.0)).await;
        }
    }

    /// As above, but only while the person at the desk is online, and a few at a time; who `waits` has written before.
    async fn live_for(mut self, me: PersonId, slots: Arc<tokio::sync::Semaphore>, waits: bool) {
        if waits {
            self.talk(false).await;
        }
        loop {
            if presence::state_of(&self.stage.house, me) == State::Online
                && let Ok(_place) = slots.acquire().await
            {
                tokio::time::sleep(seconds(&mut self.rng, 1.0, 12.0)).await;
                self.talk(false).await;
                tokio::time::sleep(seconds(&mut self.rng, 20.0, 60.0)).await;
            }
            tokio::time::sleep(seconds(&mut self.rng, 1.0, 3.0)).await;
        }
    }

    /// A talk of one's own: what the buyer says, and beside it what a simulated agent would.
    fn compose(&mut self, hand_on: bool) -> (Part, i64) {
        let world = &self.stage.world;
        let rng = &mut self.rng;
        let until = self.stage.until;
        // Only of orders that the house has, as they stand there.
        let orders: Vec<_> = world
            .orders_of(self.customer, until)
            .map(|o| (o, o.state(until)))
            .collect();
        let last = |fits: fn(&Stand) -> bool| orders.iter().rev().find(|(_, stand)| fits(stand)).copied();
        let on_its_way = last(|stand| stand.paid && !stand.signed && stand.short != "closed");
        let there = last(|stand| stand.signed && stand.refund_fen == 0);
        let (subject, of) = match (rng.u32(0..100), on_its_way, there) {
            (0..40, Some(order), _) => (Subject::Way, Some(order)),
            (20..40, None, Some(order)) => (Subject::After, Some(order)),
            (97.., ..) => (Subject::Other, None),
            _ => (Subject::Goods, None),
        };
        let order = of.map(|(order, _)| order);
        let product = order.map_or_else(|| rng.usize(0..world.products.len()), |o| o.product);
        let p = &world.products[product];
        let size = rng.usize(0..p.sizes.len());
        let agents = &self.stage.words.people.agents;
        let simulated = &agents[rng.usize(0..agents.len())];
        let mut slots = slots_of(p, size, &world.customers[self.customer], rng);
        // Who answers is not known yet.
        slots.set("客", WHO);
        slots.set("店", self.stage.words.people.shop.clone());
        if let Some(order) = order {
            slots.set("单", order.parcel.clone());
            slots.set(
                "尾",
                order.number[order.number.len().saturating_sub(4)..].to_owned(),
            );
        }
        let setting = Setting {
            words: &self.stage.words,
            subject,
            product: p,
            known: there.is_some(),
            shipped: of.is_some_and(|(_, stand)| stand.shipped),
            style: simulated.style,
            hand_on: hand_on && rng.u8(0..6) > 0,
            slots,
        };
        let talked = talk::write(&setting, rng);
        let part = Part {
            steps: talked.steps.into(),
            product,
            size,
            quantity: 1 + i64::from(rng.u8(0..4) == 0),
            off_fen: talked.off_fen,
            order: order.map(|o| o.number.clone()),
            customer: self.customer,
        };
        (part, talked.mood)
    }

    /// The page of a product, as the shop's page would tell it.
    async fn looks_at(&self, product: usize) {
        let p = &self.stage.world.products[product];
        let address = format!("{}/shop?product={}", self.stage.house.public_url(), p.code);
        let looked = conversation::look_at(
            &self.stage.house,
            &self.guest,
            p.title.clone(),
            address,
            Some(p.code.clone()),
        )
        .await;
        if let Err(problem) = looked {
            tracing::debug!(%problem, "a simulated page was refused");
        }
    }

    async fn talk(&mut self, hand_on: bool) {
        let (part, mood) = self.compose(hand_on);
        let thread = self.guest.thread;
        self.looks_at(part.product).await;
        self.stage.parts.lock().insert(thread, part);
        while self.hear.try_recv().is_ok() {}
        loop {
            let next = {
                let parts = self.stage.parts.lock();
                let Some(part) = parts.get(&thread) else {
                    break;
                };
                // It stays in front until it is said: nobody answers what is still being typed.
                match part.steps.front() {
                    Some(step) if step.by == By::Buyer => Some(step.clone()),
                    Some(_) if part.steps.iter().any(|s| s.by == By::Buyer) => None,
                    _ => break,
                }
            };
            match next {
                Some(step) => {
                    let typing = if let Act::Text(text) = &step.act {
                        text.chars().count() as f64 * 0.12
                    } else {
                        1.0
                    };
                    let pause = if step.pause == talk::Pause::Next {
                        seconds(&mut self.rng, 1.0, 4.0)
                    } else {
                        seconds(&mut self.rng, 3.0, 13.0)
                    };
                    tokio::time::sleep(pause + Duration::from_secs_f64(typing)).await;
                    let said = self
                        .stage
                        .say(Author::Guest(&self.guest), thread, &step, &mut self.rng)
                        .await;
                    if let Some(part) = self.stage.parts.lock().get_mut(&thread) {
                        part.steps.pop_front();
                    }
                    if said.is_err() {
                        break;
                    }
                    if self.rng.u8(0..9) == 0 {
                        let other = self.rng.usize(0..self.stage.world.products.len());
                        self.looks_at(other).await;
                    }
                }
                None => {
                    if !self.answered().await {
                        break;
                    }
                }
            }
        }
        // Whoever answers last speaks the rest of the part; then it is over.
        let closed = self.closed().await;
        self.stage.parts.lock().remove(&thread);
        if closed && self.rng.u32(0..100) < 40 {
            self.rate(mood).await;
        }
    }

    /// Whether the conversation is closed before long.
    async fn closed(&mut self) -> bool {
        let closed = async {
            while let Some(appeared) = self.hear.recv().await {
                if appeared.entries.iter().any(|e| e.kind == EntryKind::Close) {
                    return true;
                }
            }
            false
        };
        tokio::time::timeout(GOES_AFTER, closed).await.unwrap_or(false)
    }

    /// A mark for the conversation that is closed.
    async fn rate(&mut self, mood: i64) {
        tokio::time::sleep(seconds(&mut self.rng, 3.0, 15.0)).await;
        let score = (mood + self.rng.i64(-1..2)).clamp(1, 5);
        let rating = &self.stage.words.talk.rating;
        let list = match score {
            4..=5 => &rating.good,
            3 => &rating.mid,
            _ => &rating.bad,
        };
        let words = pick(&mut self.rng, list).to_owned();
        if let Err(problem) = conversation::rate(&self.stage.house, &self.guest, score, words).await {
            tracing::debug!(%problem, "a simulated mark was refused");
        }
    }

    /// Waits for a person's answer, and for the rest of a simulated one; false when the conversation was closed instead, or
    /// nobody answers for long.
    async fn answered(&mut self) -> bool {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut quiet = deadline;
        loop {
            match tokio::time::timeout_at(quiet.min(deadline), self.hear.recv()).await {
                Ok(None) => return false,
                // Nothing more came for a while after an answer: whatever is left of the agent's part is passed over.
                Err(_) if quiet < deadline => {
                    let mut parts = self.stage.parts.lock();
                    if let Some(part) = parts.get_mut(&self.guest.thread) {
                        while part.steps.front().is_some_and(|s| s.by == By::Agent) {
                            part.steps.pop_front();
                        }
                    }
                    return true;
                }
                Err(_) => return false,
                Ok(Some(appeared)) => {
                    for entry in &appeared.entries {
                        if entry.kind == EntryKind::Close {
                            return false;
                        }
                        if entry.sender == "agent" && entry.kind.is_message() {
                            quiet = tokio::time::Instant::now() + Duration::from_secs(9);
                        }
                    }
                    let is_done = self
                        .stage
                        .parts
                        .lock()
                        .get(&self.guest.thread)
                        .is_none_or(|p| p.steps.front().is_none_or(|s| s.by == By::Buyer));
                    if quiet < deadline && is_done {
                        return true;
                    }
                }
            }
        }
    }
}

/// What stands for the names in a live talk.
fn slots_of(p: &super::goods::Product, size: usize, c: &Customer, rng: &mut Rng) -> Slots {
    let mut slots = Slots::default();
    let price = p.sizes[size].1;
    slots.set("品", format!("{}{}", p.colour, p.noun));
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
    slots.set("发", "今天下午发");
    slots.set("到", ["后天", "大后天", "两三天"][rng.usize(0..3)]);
    slots.set("城", c.city.clone());
    slots.set("快", "速达");
    slots.set(
        "单",
        format!("SD{:012}", rng.u64(10_000_000_000..999_999_999_999)),
    );
    slots.set("尾", format!("{:04}", rng.u32(0..10_000)));
    let coupon = [5, 10, 15, 20][rng.usize(0..4)];
    slots.set("券", coupon.to_string());
    slots.set("满", (coupon * 20 - 1).to_string());
    slots.set("称", c.call.clone());
    slots.set("件", "2");
    slots
}

struct Agent {
    stage: Arc<Stage>,
    staff: Staff,
    pace: f64,
    hear: mpsc::UnboundedReceiver<Heard>,
    rng: Rng,
}

impl Agent {
    async fn work(mut self) {
        let mut renew = tokio::time::interval(RENEW);
        loop {
            tokio::select! {
                _ = renew.tick() => {
                    if let Err(problem) = presence::renew(&self.stage.house, self.staff.person).await {
                        tracing::warn!(%problem, "a simulated desk could not be renewed");
                    }
                }
                heard = self.hear.recv() => {
                    let Some(heard) = heard else { return };
                    let concerns = heard.entries.iter().any(|e| e.sender == "buyer" || matches!(e.kind, EntryKind::Assign | EntryKind::Transfer));
                    if heard.thread.live.owed_since.is_some() && concerns {
                        // Mostly quick, sometimes busy with somebody else.
                        let busy = self.rng.f64() < 0.10;
                        let after = if busy { seconds(&mut self.rng, 35.0, 130.0) } else { seconds(&mut self.rng, 2.5, 18.0) };
                        let part = Answer { stage: self.stage.clone(), staff: self.staff.clone(), thread: heard.thread.id, rng: self.rng.fork() };
                        tokio::spawn(part.speak(after.mul_f64(self.pace)));
                    }
                }
            }
        }
    }
}

struct Answer {
    stage: Arc<Stage>,
    staff: Staff,
    thread: ThreadId,
    rng: Rng,
}

impl Answer {
    /// The agent's next step, if it is the agent's turn; `None` while the buyer still speaks.
    fn next(&self) -> Option<Step> {
        let mut parts = self.stage.parts.lock();
        let part = parts.get_mut(&self.thread)?;
        if part.steps.front().is_some_and(|s| s.by == By::Agent) {
            part.steps.pop_front()
        } else {
            None
        }
    }

    /// Whether the talk is over, or never was one of ours.
    fn is_over(&self) -> bool {
        self.stage
            .parts
            .lock()
            .get(&self.thread)
            .is_none_or(|part| part.steps.is_empty())
    }

    async fn speak(mut self, after: Duration) {
        tokio::time::sleep(after).await;
        let mut said = None;
        while let Some(step) = self.next() {
            if said.is_some() {
                tokio::time::sleep(seconds(&mut self.rng, 1.5, 5.0)).await;
            }
            match &step.act {
                Act::Transfer(line, note) => {
                    if self.hand_on(line, note).await {
                        return;
                    }
                }
                Act::Note(text, names) => self.note(text, *names).await,
                Act::Recall => {
                    if let Some(seq) = said {
                        let done =
                            conversation::recall(&self.stage.house, &self.staff, self.thread, seq).await;
                        if let Err(problem) = done {
                            tracing::debug!(%problem, "a simulated recall was refused");
                        }
                    }
                }
                _ => {
                    let author = Author::Staff(&self.staff);
                    // Refused when somebody took the conversation over meanwhile: then it is theirs to answer.
                    match self.stage.say(author, self.thread, &step, &mut self.rng).await {
                        Ok(seq) => said = seq.or(said),
                        Err(()) => return,
                    }
                }
            }
        }
        let over = self.is_over();
        if said.is_none() && over && self.is_owed().await {
            let out = self.stage.text("好的，有需要随时找我");
            let _ = conversation::send(&self.stage.house, Author::Staff(&self.staff), self.thread, out).await;
        }
        if over {
            tokio::time::sleep(seconds(&mut self.rng, 5.0, 25.0)).await;
            if self.is_over() && !self.is_owed().await {
                if self.rng.u32(0..3) == 0 {
                    self.take_leave().await;
                }
                let _ = conversation::close(&self.stage.house, &self.staff, self.thread).await;
            }
        }
    }

    /// Says farewell by a phrase of the team, as people do, and counts its use.
    async fn take_leave(&mut self) {
        let (house, shop) = (&self.stage.house, self.stage.shop);
        let found = phrase::find(
            house,
            &self.staff,
            shop,
            Some(phrase::Whose::Team),
            "",
            Some(TalkStage::Farewell),
            FAREWELLS,
        )
        .await;
        let Ok(mut found) = found else { return };
        // What wants a name or a number filled in is for people.
        found.retain(|f| {
            f.row.stage == Some(TalkStage::Farewell)
                && f.row.group.starts_with(LEAVING)
                && !f.row.text.contains('{')
        });
        if found.is_empty() {
            return;
        }
        let chosen = found.swap_remove(self.rng.usize(0..found.len())).row;
        let out = self.stage.text(&chosen.text);
        let Ok(said) = conversation::send(house, Author::Staff(&self.staff), self.thread, out).await else {
            return;
        };
        if let Err(problem) = phrase::record_use(house, &self.staff, chosen.id, self.thread, said.seq).await {
            tracing::debug!(%problem, "a simulated use of a phrase was refused");
        }
    }

    /// A private note; one that names somebody names a colleague of the house.
    async fn note(&mut self, text: &str, names: bool) {
        let everybody: Vec<PersonId> = self.stage.lines.values().flatten().copied().collect();
        let colleague = everybody[self.rng.usize(0..everybody.len())];
        let mentions = if names { vec![colleague] } else { Vec::new() };
        let text = self.stage.note_for(text, colleague);
        let noted = conversation::note(&self.stage.house, &self.staff, self.thread, text, mentions).await;
        if let Err(problem) = noted {
            tracing::debug!(%problem, "a simulated note was refused");
        }
    }

    async fn is_owed(&self) -> bool {
        conversation::thread(&self.stage.house, &self.staff, self.thread)
            .await
            .is_ok_and(|row| row.live.owed_since.is_some() && row.live.holder == Some(self.staff.person))
    }

    async fn hand_on(&mut self, line: &str, note: &str) -> bool {
        let Some(colleagues) = self.stage.lines.get(line) else {
            return false;
        };
        let to = colleagues[self.rng.usize(0..colleagues.len())];
        if to == self.staff.person {
            return false;
        }
        conversation::transfer(
            &self.stage.house,
            &self.staff,
            self.thread,
            conversation::Destination::Person(to),
            note.to_owned(),
        )
        .await
        .is_ok()
    }
}
