//! The router on random desks: whoever waits, waits because nobody who may serve them is free.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use yingke_app::conversation::{self as talk, Author, Outgoing};
use yingke_app::{Guest, Staff, ThreadRow};
use yingke_domain::access::Role;
use yingke_domain::presence::State;
use yingke_kernel::{ClientId, PersonId, Stamp, ThreadId};
use yingke_testkit::{Bed, TestHouse, block_on, eventually};

#[derive(Debug, Clone)]
enum Deed {
    /// A buyer who is new, or comes again.
    Write(usize),
    /// The holder answers.
    Answer(usize),
    /// The holder closes.
    Close(usize),
    /// A desk changes its state.
    Be(usize, State),
    /// A desk falls silent: its lease runs out.
    Vanish(usize),
    /// It is there again.
    Return(usize),
    /// Somebody takes a conversation.
    Take(usize, usize),
    /// Somebody passes it on, or back to the queue.
    Pass(usize, Option<usize>),
}

const DESKS: usize = 4;
const BUYERS: usize = 12;
const CAPACITY: [Option<u32>; DESKS] = [Some(1), Some(2), Some(3), Some(1)];

fn deed() -> impl Strategy<Value = Deed> {
    let state = prop_oneof![4 => Just(State::Online), 1 => Just(State::Suspended), 1 => Just(State::Away), 1 => Just(State::Offline)];
    prop_oneof![
        10 => (0..BUYERS).prop_map(Deed::Write),
        4 => (0..BUYERS).prop_map(Deed::Answer),
        5 => (0..BUYERS).prop_map(Deed::Close),
        4 => (0..DESKS, state).prop_map(|(d, s)| Deed::Be(d, s)),
        1 => (0..DESKS).prop_map(Deed::Vanish),
        2 => (0..DESKS).prop_map(Deed::Return),
        2 => (0..DESKS, 0..BUYERS).prop_map(|(d, b)| Deed::Take(d, b)),
        2 => (0..BUYERS, prop::option::of(0..DESKS)).prop_map(|(b, d)| Deed::Pass(b, d)),
    ]
}

struct Floor {
    home: TestHouse,
    desks: Vec<Staff>,
    buyers: Vec<Guest>,
    /// Desks that give signs of life.
    there: BTreeSet<usize>,
}

impl Floor {
    async fn rows(&self) -> Vec<ThreadRow> {
        talk::open_rows(&self.home.house, &self.desks[0]).await.unwrap()
    }
    async fn row(&self, buyer: usize) -> ThreadRow {
        talk::thread_of_guest(&self.home.house, &self.buyers[buyer])
            .await
            .unwrap()
    }
    fn state(&self, person: PersonId) -> State {
        yingke_app::presence::state_of(&self.home.house, person)
    }
    fn staff(&self, person: PersonId) -> &Staff {
        self.desks.iter().find(|d| d.person == person).unwrap()
    }
    async fn holder(&self, buyer: usize) -> Option<&Staff> {
        let row = self.row(buyer).await;
        row.live.holder.map(|person| self.staff(person))
    }
    /// What is wrong with the desks as they stand, if anything.
    async fn wrong(&self) -> Option<String> {
        let rows = self.rows().await;
        let mut loads: BTreeMap<PersonId, u32> = BTreeMap::new();
        for holder in rows.iter().filter_map(|row| row.live.holder) {
            *loads.entry(holder).or_default() += 1;
        }
        let waiting: Vec<&ThreadRow> = rows
            .iter()
            .filter(|row| row.live.holder.is_none() && row.live.queued_since.is_some())
            .collect();
        let free: Vec<&Staff> = (0..DESKS)
            .map(|d| &self.desks[d])
            .zip(CAPACITY)
            .filter(|(desk, capacity)| {
                self.state(desk.person).takes_new()
                    && loads.get(&desk.person).copied().unwrap_or(0) < capacity.unwrap()
            })
            .map(|(desk, _)| desk)
            .collect();
        if let (Some(row), Some(desk)) = (waiting.first(), free.first()) {
            return Some(format!(
                "{} waits although {} is free; loads {loads:?}",
                row.id, desk.name
            ));
        }
        for row in &rows {
            if let Some(holder) = row.live.holder
                && row.live.owed_since.is_some()
                && !self.state(holder).holds()
            {
                return Some(format!(
                    "{} is owed an answer by {}, who is not there",
                    row.id,
                    self.staff(holder).name
                ));
            }
        }
        let told = yingke_app::presence::list(&self.home.house, self.home.shop());
        for colleague in told {
            let load = loads.get(&colleague.person).copied().unwrap_or(0);
            if colleague.load != load {
                return Some(format!(
                    "{} holds {load}, the desk says {}",
                    colleague.name, colleague.load
                ));
            }
        }
        // Whoever wrote while nobody was there comes first (R-DESK-11).
        let rank = |w: &ThreadRow| (w.left_at.is_none(), w.left_at.or(w.live.queued_since), w.id);
        for row in &waiting {
            let place = talk::queue_place(&self.home.house, row.id);
            let before = waiting.iter().filter(|w| rank(w) < rank(row)).count();
            if place != before as i64 + 1 {
                return Some(format!("{} has place {place}, {before} are before it", row.id));
            }
        }
        None
    }
    async fn settle(&self) {
        for attempt in 0.. {
            let Some(wrong) = self.wrong().await else { return };
            assert!(attempt < 150, "{wrong}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn floor(bed: &Bed) -> Floor {
    let home = TestHouse::start(bed);
    let (mut desks, mut buyers) = (Vec::new(), Vec::new());
    for (n, capacity) in CAPACITY.into_iter().enumerate() {
        desks.push(
            home.person(&format!("客服{n}"), Role::Supervisor, None, capacity)
                .await,
        );
    }
    for _ in 0..BUYERS {
        buyers.push(home.buyer().await);
    }
    Floor {
        home,
        desks,
        buyers,
        there: BTreeSet::new(),
    }
}

fn words(at: Stamp) -> Outgoing {
    Outgoing::text(ClientId::new(at), "在吗".to_owned())
}

async fn happen(floor: &mut Floor, bed: &Bed, deed: &Deed) {
    let house = floor.home.house.clone();
    // Whoever came when is told apart by a second.
    bed.clock().advance_secs(1);
    let there: Vec<PersonId> = floor.there.iter().map(|d| floor.desks[*d].person).collect();
    floor.home.renew(&there).await;
    match deed {
        Deed::Write(b) => {
            let guest = &floor.buyers[*b];
            let _sent = talk::send(&house, Author::Guest(guest), guest.thread, words(bed.now()))
                .await
                .unwrap();
        }
        Deed::Answer(b) => {
            if let Some(holder) = floor.holder(*b).await {
                let _or_gone = talk::send(
                    &house,
                    Author::Staff(holder),
                    floor.buyers[*b].thread,
                    words(bed.now()),
                )
                .await;
            }
        }
        Deed::Close(b) => {
            if let Some(holder) = floor.holder(*b).await {
                let _or_gone = talk::close(&house, holder, floor.buyers[*b].thread).await;
            }
        }
        Deed::Be(d, state) => {
            floor.home.sit(&floor.desks[*d], *state).await;
            floor.there.insert(*d);
        }
        Deed::Vanish(d) => {
            floor.there.remove(d);
            let others: Vec<PersonId> = floor.there.iter().map(|d| floor.desks[*d].person).collect();
            for _ in 0..2 {
                bed.clock().advance_secs(23);
                floor.home.renew(&others).await;
            }
        }
        Deed::Return(d) => {
            let connection = yingke_kernel::ConnectionId::new(bed.now());
            yingke_app::presence::connect(&house, floor.desks[*d].person, connection)
                .await
                .unwrap();
            floor.there.insert(*d);
        }
        Deed::Take(d, b) => {
            if floor.there.contains(d) {
                let _or_refused = talk::take(&house, &floor.desks[*d], floor.buyers[*b].thread).await;
            }
        }
        Deed::Pass(b, to) => {
            if let Some(holder) = floor.holder(*b).await {
                let to = to.map_or(talk::Destination::Queue, |d| {
                    talk::Destination::Person(floor.desks[d].person)
                });
                let _or_refused =
                    talk::transfer(&house, holder, floor.buyers[*b].thread, to, String::new()).await;
            }
        }
    }
}

fn days(cases: u32, bed: impl Fn() -> Option<Bed>) {
    let config = Config {
        cases,
        max_shrink_iters: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let done = TestRunner::new(config).run(&prop::collection::vec(deed(), 40..100), |deeds| {
        let Some(bed) = bed() else { return Ok(()) };
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            block_on(async {
                let mut floor = floor(&bed).await;
                // Some in a hurry, one on top of the other; then the desks must come to rest.
                for some in deeds.chunks(5) {
                    for deed in some {
                        happen(&mut floor, &bed, deed).await;
                    }
                    floor.settle().await;
                }
                floor.home.stop().await;
            });
        }));
        tried.map_err(|panic| {
            let words = panic.downcast_ref::<String>().cloned();
            TestCaseError::fail(words.unwrap_or_else(|| "a panic without words".to_owned()))
        })
    });
    if let Err(error) = done {
        panic!("{error}");
    }
}

#[test]
fn nobody_waits_while_somebody_is_free_on_sqlite() {
    days(10, || Some(Bed::sqlite()));
}

#[test]
fn nobody_waits_while_somebody_is_free_on_postgres() {
    days(4, Bed::postgres);
}

#[test]
fn whoever_came_first_is_served_first_and_capacity_is_never_exceeded() {
    block_on(async {
        let bed = Bed::sqlite();
        let floor = floor(&bed).await;
        for guest in &floor.buyers {
            bed.clock().advance_secs(1);
            let _sent = talk::send(
                &floor.home.house,
                Author::Guest(guest),
                guest.thread,
                words(bed.now()),
            )
            .await
            .unwrap();
        }
        // All at once, desks of three, two and one; seven places, twelve buyers: the first seven.
        let mut sits = tokio::task::JoinSet::new();
        for desk in floor.desks.clone() {
            let home = floor.home.clone();
            sits.spawn(async move { home.sit(&desk, State::Online).await });
        }
        let _connections = sits.join_all().await;
        floor.settle().await;
        let held = |rows: &[ThreadRow]| {
            rows.iter()
                .filter(|r| r.live.holder.is_some())
                .map(|r| r.id)
                .collect::<BTreeSet<_>>()
        };
        let first: BTreeSet<ThreadId> = floor.buyers.iter().take(7).map(|b| b.thread).collect();
        assert_eq!(held(&floor.rows().await), first);
        // One after the other is done; the next in the line gets the place.
        for (n, guest) in floor.buyers.iter().enumerate().take(5) {
            let holder = floor.holder(n).await.unwrap();
            talk::close(&floor.home.house, holder, guest.thread)
                .await
                .unwrap();
            let next = &floor.buyers[7 + n];
            eventually("the next one is served", || async {
                floor.row(7 + n).await.live.holder.is_some()
            })
            .await;
            assert!(held(&floor.rows().await).contains(&next.thread));
            floor.settle().await;
        }
        let Floor { home, .. } = floor;
        home.stop().await;
    });
}
