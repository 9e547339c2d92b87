//! Simulated people at work, by the same use cases as real ones.
//!
//! A buyer brings a whole talk (`talk::write`) and speaks the buyer's part. The agent's part waits beside it: a simulated
//! agent who holds the conversation speaks it, a real one says what they like and the part is passed over.

use super::talk::{self, Act, By, Setting, Step, Subject};
use super::words::{Slots, Words};
use super::world::{Customer, World, yuan};
use super::{PLATFORM, People, told};
use anyhow::Result;
use fastrand::Rng;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use yingke_app::conversation::{self, Author, Outgoing};
use yingke_app::{Appeared, Caller, Effect, Guest, House, Staff, buyer, presence};
use yingke_domain::access::Role;
use yingke_domain::conversation::EntryKind;
use yingke_domain::presence::State;
use yingke_kernel::{ClientId, ConnectionId, FileId, PersonId, ShopId, ThreadId};

/// Sign of life of a simulated desk.
const RENEW: Duration = Duration::from_secs(15);
/// Simulated buyers of the platform.
const BUYERS: usize = 22;
/// Simulated buyers of the shop's page, who come to the person at the desk.
const MINE: usize = 8;
/// Of those, so many at a time.
const MINE_AT_ONCE: usize = 3;
/// How long a buyer waits for an answer.
const PATIENCE: Duration = Duration::from_secs(900);

type Heard = Arc<Appeared>;
/// What is still to be said in a thread.
type Parts = Arc<Mutex<HashMap<ThreadId, VecDeque<Step>>>>;

/// What everybody shares.
struct Stage {
    house: House,
    shop: ShopId,
    words: Words,
    world: Arc<World>,
    parts: Parts,
    /// Simulated agents by line, to hand on to.
    lines: HashMap<String, Vec<PersonId>>,
}

/// Starts everybody.
pub(crate) async fn start(
    house: &House,
    words: &Words,
    world: &Arc<World>,
    people: &People,
    seed: u64,
    stop: &CancellationToken,
) -> Result<()> {
    let mut rng = Rng::with_seed(seed);
    let mut lines: HashMap<String, Vec<PersonId>> = HashMap::new();
    for (agent, person) in words.people.agents.iter().zip(&people.simulated) {
        lines.entry(agent.line.clone()).or_default().push(*person);
    }
    let stage = Arc::new(Stage {
        house: house.clone(),
        shop: people.shop,
        words: words.clone(),
        world: world.clone(),
        parts: Parts::default(),
        lines,
    });
    let mut ears: HashMap<ThreadId, mpsc::UnboundedSender<Heard>> = HashMap::new();
    let mut actors = Vec::new();
    // Buyers who were here before come again; half of them were not.
    for (channel, count) in [(PLATFORM, BUYERS), (buyer::WEB, MINE)] {
        let known: Vec<usize> = (0..world.customers.len())
            .filter(|n| world.customers[*n].channel == channel)
            .collect();
        for _ in 0..count {
            let Some(customer) = known.get(rng.usize(0..known.len().max(1))).copied() else {
                continue;
            };
            let name = &world.customers[customer].name;
            let guest = buyer::known_by_name(house, people.shop, channel, name)
                .await
                .map_err(told)?;
            let (tell, hear) = mpsc::unbounded_channel();
            if ears.insert(guest.thread, tell).is_some() {
                continue;
            }
            actors.push((
                channel,
                Buyer {
                    stage: stage.clone(),
                    customer,
                    guest,
                    hear,
                    rng: rng.fork(),
                },
            ));
        }
    }
    let slots = Arc::new(tokio::sync::Semaphore::new(MINE_AT_ONCE));
    for (channel, actor) in actors {
        if channel == PLATFORM {
            tokio::spawn(until(stop.clone(), actor.live()));
        } else {
            tokio::spawn(until(stop.clone(), actor.live_for(people.agent, slots.clone())));
        }
    }
    let mut desks = HashMap::new();
    let directory = house.directory();
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
        tokio::spawn(until(stop.clone(), agent.work()));
    }
    drop(directory);
    let commits = house.subscribe();
    tokio::spawn(until(stop.clone(), listen(commits, ears, desks)));
    Ok(())
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
    fn words(&self, text: &str) -> Outgoing {
        Outgoing::text(ClientId::new(self.house.now()), text.to_owned())
    }

    /// A photograph that is sent in a thread.
    async fn photo(&self, caller: &Caller, look: super::picture::Look) -> Option<FileId> {
        let drawn = tokio::task::spawn_blocking(move || super::picture::draw(look))
            .await
            .ok()?
            .ok()?;
        let wish = yingke_app::file::Wish::Picture;
        yingke_app::file::store_upload(&self.house, caller, self.shop, wish, "", None, drawn.into())
            .await
            .ok()
            .map(|row| row.id)
    }

    /// Says one step of a part; false when the house refused it.
    async fn say(&self, author: Author<'_>, thread: ThreadId, step: &Step, rng: &mut Rng) -> bool {
        let out = match &step.act {
            Act::Text(text) => self.words(text),
            Act::Picture => {
                let caller = match author {
                    Author::Guest(guest) => Caller::Guest(guest.clone()),
                    Author::Staff(staff) => Caller::Staff(staff.clone()),
                    _ => return true,
                };
                let look = self.world.products[rng.usize(0..self.world.products.len())].look;
                let Some(file) = self.photo(&caller, look).await else {
                    return true;
                };
                Outgoing {
                    kind: EntryKind::Image,
                    file: Some(file),
                    ..self.words("")
                }
            }
            _ => return true,
        };
        conversation::send(&self.house, author, thread, out).await.is_ok()
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
            self.talk("小店", true).await;
            tokio::time::sleep(seconds(&mut self.rng, 20.0, 110.0)).await;
        }
    }

    /// As above, but only while the person at the desk is online, and a few at a time.
    async fn live_for(mut self, me: PersonId, slots: Arc<tokio::sync::Semaphore>) {
        let name = self
            .stage
            .house
            .directory()
            .person(me)
            .map(|p| p.name.clone())
            .unwrap_or_default();
        loop {
            if presence::state_of(&self.stage.house, me) == State::Online
                && let Ok(_place) = slots.acquire().await
            {
                tokio::time::sleep(seconds(&mut self.rng, 1.0, 12.0)).await;
                self.talk(&name, false).await;
                tokio::time::sleep(seconds(&mut self.rng, 20.0, 60.0)).await;
            }
            tokio::time::sleep(seconds(&mut self.rng, 1.0, 3.0)).await;
        }
    }

    /// A talk of one's own: what the buyer says, and beside it what a simulated agent would.
    fn compose(&mut self, agent: &str, hand_on: bool) -> Vec<Step> {
        let world = &self.stage.world;
        let rng = &mut self.rng;
        let last = world
            .orders
            .iter()
            .rposition(|o| o.customer == self.customer && o.paid.is_some());
        let subject = match (rng.u32(0..100), last) {
            (0..20, Some(_)) => Subject::Way,
            (20..40, Some(_)) => Subject::After,
            (97.., _) => Subject::Other,
            _ => Subject::Goods,
        };
        let order = last
            .filter(|_| matches!(subject, Subject::Way | Subject::After))
            .map(|n| &world.orders[n]);
        let product = order.map_or_else(|| rng.usize(0..world.products.len()), |o| o.product);
        let p = &world.products[product];
        let size = rng.usize(0..p.sizes.len());
        let mut slots = slots_of(p, size, &world.customers[self.customer], rng);
        slots.set("客", agent);
        slots.set("店", self.stage.words.people.shop.clone());
        if let Some(order) = order {
            slots.set("单", order.parcel.clone());
            slots.set(
                "尾",
                order.number[order.number.len().saturating_sub(4)..].to_owned(),
            );
        }
        let style = self.stage.words.people.agents[rng.usize(0..self.stage.words.people.agents.len())].style;
        let setting = Setting {
            words: &self.stage.words,
            subject,
            product: p,
            known: true,
            style,
            hand_on: hand_on && rng.u8(0..2) == 0,
            slots,
        };
        talk::write(&setting, rng).steps
    }

    async fn talk(&mut self, agent: &str, hand_on: bool) {
        let steps = self.compose(agent, hand_on);
        let thread = self.guest.thread;
        self.stage.parts.lock().insert(thread, steps.into());
        while self.hear.try_recv().is_ok() {}
        loop {
            let next = {
                let mut parts = self.stage.parts.lock();
                let Some(part) = parts.get_mut(&thread) else { break };
                match part.front() {
                    Some(step) if step.by == By::Buyer => part.pop_front(),
                    Some(_) => None,
                    None => break,
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
                    if !self
                        .stage
                        .say(Author::Guest(&self.guest), thread, &step, &mut self.rng)
                        .await
                    {
                        break;
                    }
                }
                None => {
                    if !self.answered().await {
                        break;
                    }
                }
            }
        }
        self.stage.parts.lock().remove(&thread);
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
                        while part.front().is_some_and(|s| s.by == By::Agent) {
                            part.pop_front();
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
                        .is_none_or(|p| p.front().is_none_or(|s| s.by == By::Buyer));
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
        if part.front().is_some_and(|s| s.by == By::Agent) {
            part.pop_front()
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
            .is_none_or(VecDeque::is_empty)
    }

    async fn speak(mut self, after: Duration) {
        tokio::time::sleep(after).await;
        let mut said = false;
        while let Some(step) = self.next() {
            if said {
                tokio::time::sleep(seconds(&mut self.rng, 1.5, 5.0)).await;
            }
            if let Act::Transfer(line, note) = &step.act {
                if self.hand_on(line, note).await {
                    return;
                }
                continue;
            }
            // Refused when somebody took the conversation over meanwhile: then it is theirs to answer.
            if !self
                .stage
                .say(Author::Staff(&self.staff), self.thread, &step, &mut self.rng)
                .await
            {
                return;
            }
            said |= matches!(step.act, Act::Text(_) | Act::Picture);
        }
        let over = self.is_over();
        if !said && over && self.is_owed().await {
            let out = self.stage.words("好的，有需要随时找我");
            let _ = conversation::send(&self.stage.house, Author::Staff(&self.staff), self.thread, out).await;
        }
        if over {
            tokio::time::sleep(seconds(&mut self.rng, 5.0, 25.0)).await;
            if self.is_over() && !self.is_owed().await {
                let _ = conversation::close(&self.stage.house, &self.staff, self.thread).await;
            }
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
