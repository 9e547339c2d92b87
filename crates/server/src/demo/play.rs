//! Simulated people at work, by the same use cases as real ones.

use super::words::{Script, Talk};
use super::{PLATFORM, told};
use anyhow::Result;
use fastrand::Rng;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use yingke_app::conversation::{self, Author, Outgoing};
use yingke_app::{Appeared, Effect, Guest, House, Staff, buyer, presence};
use yingke_domain::conversation::EntryKind;
use yingke_domain::presence::State;
use yingke_kernel::{ClientId, ConnectionId, PersonId, ThreadId};

/// Sign of life of a simulated desk.
const RENEW: Duration = Duration::from_secs(15);
/// Simulated buyers who come to the person at the desk, at a time.
const MINE_AT_ONCE: usize = 3;

type Heard = Arc<Appeared>;

/// Starts everybody.
pub(crate) async fn start(
    house: &House,
    script: &Script,
    agents: &[PersonId],
    me: PersonId,
    seed: u64,
    stop: &CancellationToken,
) -> Result<()> {
    let mut rng = Rng::with_seed(seed);
    let directory = house.directory();
    let shop = directory
        .shop_by_code("main")
        .map(|s| s.id)
        .ok_or_else(|| anyhow::anyhow!("no shop"))?;
    let mut ears: HashMap<ThreadId, mpsc::UnboundedSender<Heard>> = HashMap::new();
    let talks = Arc::new(script.talks.clone());
    let mut mine = Vec::new();
    for (names, channel, who) in [
        (&script.buyers, PLATFORM, None),
        (&script.mine, buyer::WEB, Some(me)),
    ] {
        for name in names {
            let guest = buyer::known_by_name(house, shop, channel, name)
                .await
                .map_err(told)?;
            let (tell, hear) = mpsc::unbounded_channel();
            ears.insert(guest.thread, tell);
            match who {
                None => {
                    let buyer = Buyer {
                        house: house.clone(),
                        guest,
                        hear,
                        talks: talks.clone(),
                        rng: rng.fork(),
                    };
                    tokio::spawn(until(stop.clone(), buyer.live()));
                }
                Some(me) => mine.push((guest, hear, me)),
            }
        }
    }
    let slots = Arc::new(tokio::sync::Semaphore::new(MINE_AT_ONCE));
    for (guest, hear, me) in mine {
        let buyer = Buyer {
            house: house.clone(),
            guest,
            hear,
            talks: talks.clone(),
            rng: rng.fork(),
        };
        tokio::spawn(until(stop.clone(), buyer.live_for(me, slots.clone())));
    }
    let mut desks = HashMap::new();
    for person in agents {
        let name = directory
            .person(*person)
            .map(|p| p.name.clone())
            .unwrap_or_default();
        let staff = Staff {
            person: *person,
            name,
            role: yingke_domain::access::Role::Agent,
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
        let agent = Agent {
            house: house.clone(),
            staff,
            hear,
            talks: talks.clone(),
            rng: rng.fork(),
        };
        tokio::spawn(until(stop.clone(), agent.work()));
    }
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

fn words(house: &House, text: &str) -> Outgoing {
    Outgoing {
        client_id: ClientId::new(house.now()),
        kind: EntryKind::Text,
        text: text.to_owned(),
        file: None,
    }
}

struct Buyer {
    house: House,
    guest: Guest,
    hear: mpsc::UnboundedReceiver<Heard>,
    talks: Arc<Vec<Talk>>,
    rng: Rng,
}

impl Buyer {
    /// Comes, asks, waits for each answer, goes, and comes again some time.
    async fn live(mut self) {
        // The first ones are there from the first second.
        let first = self.rng.f64() * 40.0;
        tokio::time::sleep(Duration::from_secs_f64(if first < 16.0 {
            first / 8.0
        } else {
            first
        }))
        .await;
        loop {
            self.talk().await;
            tokio::time::sleep(seconds(&mut self.rng, 8.0, 70.0)).await;
        }
    }

    /// As above, but only while the person at the desk is online, and a few at a time.
    async fn live_for(mut self, me: PersonId, slots: Arc<tokio::sync::Semaphore>) {
        loop {
            if presence::state_of(&self.house, me) == State::Online
                && let Ok(_place) = slots.acquire().await
            {
                tokio::time::sleep(seconds(&mut self.rng, 1.0, 12.0)).await;
                self.talk().await;
                tokio::time::sleep(seconds(&mut self.rng, 20.0, 60.0)).await;
            }
            tokio::time::sleep(seconds(&mut self.rng, 1.0, 3.0)).await;
        }
    }

    async fn talk(&mut self) {
        let pick = self.rng.usize(0..self.talks.len());
        let talk = self.talks[pick].clone();
        for (question, _) in &talk.lines {
            while self.hear.try_recv().is_ok() {}
            if conversation::send(
                &self.house,
                Author::Guest(&self.guest),
                self.guest.thread,
                words(&self.house, question),
            )
            .await
            .is_err()
            {
                return;
            }
            if !self.answered().await {
                return;
            }
            tokio::time::sleep(seconds(&mut self.rng, 3.0, 14.0)).await;
        }
    }

    /// Waits for a person's answer; false when the conversation was closed instead, or nobody answers for long.
    async fn answered(&mut self) -> bool {
        let wait = async {
            while let Some(appeared) = self.hear.recv().await {
                for entry in &appeared.entries {
                    if entry.sender == "agent" && entry.kind.is_message() {
                        return true;
                    }
                    if entry.kind == EntryKind::Close {
                        return false;
                    }
                }
            }
            false
        };
        tokio::time::timeout(Duration::from_secs(900), wait)
            .await
            .unwrap_or(false)
    }
}

struct Agent {
    house: House,
    staff: Staff,
    hear: mpsc::UnboundedReceiver<Heard>,
    talks: Arc<Vec<Talk>>,
    rng: Rng,
}

impl Agent {
    async fn work(mut self) {
        let mut renew = tokio::time::interval(RENEW);
        loop {
            tokio::select! {
                _ = renew.tick() => {
                    if let Err(problem) = presence::renew(&self.house, self.staff.person).await {
                        tracing::warn!(%problem, "a simulated desk could not be renewed");
                    }
                }
                heard = self.hear.recv() => {
                    let Some(heard) = heard else { return };
                    let thread = heard.thread.id;
                    if heard.thread.live.owed_since.is_some() && heard.entries.iter().any(|e| e.sender == "buyer" || matches!(e.kind, EntryKind::Assign | EntryKind::Transfer)) {
                        let answer = self.answer_to(&heard.thread.last_text);
                        // Mostly quick, sometimes busy with somebody else.
                        let busy = self.rng.f64() < 0.12;
                        let after = if busy { seconds(&mut self.rng, 35.0, 140.0) } else { seconds(&mut self.rng, 2.5, 22.0) };
                        let last = self.ends_with(&heard.thread.last_text);
                        tokio::spawn(reply(self.house.clone(), self.staff.clone(), thread, answer, after, last));
                    }
                }
            }
        }
    }

    fn answer_to(&mut self, question: &str) -> String {
        let known = self
            .talks
            .iter()
            .flat_map(|t| &t.lines)
            .find(|(q, _)| q == question);
        match known {
            Some((_, answer)) if self.rng.f64() < 0.3 => format!("{answer}～"),
            Some((_, answer)) => answer.clone(),
            None => "收到，我看一下马上回您".to_owned(),
        }
    }

    /// Whether this question ends its talk, so that the conversation can be closed after the answer.
    fn ends_with(&self, question: &str) -> bool {
        self.talks
            .iter()
            .any(|t| t.lines.last().is_some_and(|(q, _)| q == question))
    }
}

async fn reply(house: House, staff: Staff, thread: ThreadId, answer: String, after: Duration, last: bool) {
    tokio::time::sleep(after).await;
    // Refused when somebody took the conversation over meanwhile: then it is theirs to answer.
    if conversation::send(&house, Author::Staff(&staff), thread, words(&house, &answer))
        .await
        .is_err()
    {
        return;
    }
    if last {
        tokio::time::sleep(Duration::from_secs(6)).await;
        let _ = conversation::close(&house, &staff, thread).await;
    }
}
