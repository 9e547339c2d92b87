//! The lean path of messages: numbers without hole or double, repeats, refusals, effects in order, and what a crash leaves.

use super::{a_person, a_shop, a_thread, at, contract, id, in_both_houses, message, policy, same, say};
use crate::bed::{Bed, LANE};
use crate::vfs::Disk;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use uuid::Uuid;
use yingke_domain::conversation::{EntryKind, Live, Sender, receive};
use yingke_kernel::{BuyerId, ClientId, PersonId, ThreadId};
use yingke_store::conversation::EntryRow;
use yingke_store::{
    AppendJob, Appended, Effect, FaultHooks, Result, Store, StoreConfig, StoreError, Tx, append, conversation,
};

fn code(outcome: &Result<Appended>) -> &str {
    match outcome {
        Ok(appended) if appended.repeat => "repeat",
        Ok(_) => "stored",
        Err(StoreError::Problem(problem)) => problem.code,
        Err(other) => panic!("{other:?}"),
    }
}

/// What the rules say to somebody who is not the holder.
const HELD: &str = yingke_domain::conversation::ConversationError::HeldByOther(PersonId(Uuid::nil())).code();

fn entries(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<EntryRow>> {
    conversation::entries_after(tx, thread, 0, 100_000)
}

contract!(a_group_is_answered_in_order, |tx| {
    let shop = a_shop(tx, 1)?;
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let (a, one) = a_thread(tx, shop, "u1")?;
    let (b, two) = a_thread(tx, shop, "u2")?;
    let (buyer, other) = (Sender::Buyer(a), Sender::Buyer(b));
    let mut jobs = vec![
        message(one, buyer, 1, "first", at(0)),
        message(two, other, 1, "the same id in another thread", at(0)),
        message(one, Sender::Agent(p), 1, "the same id of another author", at(1)),
        message(one, buyer, 1, "first", at(2)),
        message(one, buyer, 1, "not what it was", at(2)),
        message(one, Sender::Agent(q), 5, "held by another", at(3)),
        message(id(99), buyer, 6, "nowhere", at(3)),
        AppendJob {
            kind: EntryKind::Close,
            ..message(one, buyer, 7, "no message", at(3))
        },
        AppendJob {
            kind: EntryKind::Card,
            ..message(one, buyer, 1, "first", at(2))
        },
        message(one, buyer, 8, "last", at(4)),
    ];
    let answers = append::append_group(tx, &mut jobs);
    let codes: Vec<&str> = answers.iter().map(code).collect();
    assert_eq!(
        codes,
        [
            "stored",
            "stored",
            "stored",
            "repeat",
            "client_id_reused",
            HELD,
            "not_found",
            "not_a_message",
            "client_id_reused",
            "stored"
        ]
    );
    // open 1, first 2, assign 3, agent 4, last 5
    let numbers: Vec<i64> = answers.iter().flatten().map(|a| a.seq).collect();
    assert_eq!(numbers, [2, 2, 4, 2, 5]);
    assert_eq!(answers[3].as_ref().unwrap().at, at(0), "the first answer's time");
    let stored: Vec<(i64, &str, String)> = entries(tx, one)?
        .into_iter()
        .map(|e| (e.seq, e.kind.as_str(), e.text))
        .collect();
    assert_eq!(
        stored,
        [
            (1, "open", String::new()),
            (2, "text", "first".to_owned()),
            (3, "assign", String::new()),
            (4, "text", "the same id of another author".to_owned()),
            (5, "text", "last".to_owned())
        ]
    );
    let row = conversation::get(tx, one)?.unwrap();
    assert_eq!((row.live.last_seq, row.rev, row.conversations), (5, 3, 1));
    assert_eq!(
        (row.unread, row.last_text.as_str(), row.changed_at),
        (1, "last", at(4))
    );
    assert!(append::append_group(tx, &mut []).is_empty());
});

contract!(a_repeat_is_known_in_a_later_group, |tx| {
    let shop = a_shop(tx, 1)?;
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let file = yingke_store::file::FileRow {
        id: id(500),
        shop,
        thread: Some(thread),
        author: buyer.0,
        kind: "image/png".to_owned(),
        width: 1,
        height: 2,
        bytes: 3,
        name: String::new(),
        secs: 0,
    };
    yingke_store::file::insert(tx, &file, at(0))?;
    let picture = AppendJob {
        kind: EntryKind::Image,
        file: Some((file.id, file.about())),
        ..message(thread, Sender::Buyer(buyer), 1, "", at(0))
    };
    let mine = message(thread, Sender::Agent(p), 2, "答", at(1));
    assert_eq!(say(tx, picture.clone())?.seq, 2);
    assert_eq!(say(tx, mine.clone())?.seq, 4);
    let again = AppendJob {
        at: at(50),
        new_conversation: id(777),
        ..picture.clone()
    };
    assert_eq!(
        say(tx, again)?,
        Appended {
            seq: 2,
            at: at(0),
            repeat: true
        }
    );
    let other_picture = AppendJob {
        file: Some((id(501), file.about())),
        ..picture.clone()
    };
    assert_eq!(code(&say(tx, other_picture)), "client_id_reused");
    // The conversation went to another person: what was answered stays answered, what is new is refused.
    let row = conversation::get(tx, thread)?.unwrap();
    let change = yingke_domain::conversation::transfer(
        row.live.clone(),
        p,
        yingke_domain::conversation::Target::Person(q),
        Sender::Agent(p),
        at(2),
    )
    .unwrap();
    conversation::apply(tx, row, change, conversation::Note::default(), at(2))?;
    assert_eq!(say(tx, mine.clone())?.seq, 4);
    let changed = AppendJob {
        text: "其他".to_owned(),
        ..mine
    };
    assert_eq!(code(&say(tx, changed)), "client_id_reused");
    let fresh = message(thread, Sender::Agent(p), 3, "x", at(3));
    assert_eq!(code(&say(tx, fresh)), HELD);
    // A repeat long after closing time opens nothing.
    let late = AppendJob {
        at: at(1_000_000),
        ..picture
    };
    assert_eq!(say(tx, late)?.seq, 2);
    assert_eq!(entries(tx, thread)?.len(), 5);
});

contract!(what_is_overdue_is_closed_by_the_next_message, |tx| {
    let shop = a_shop(tx, 1)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let lines = Arc::new(BTreeMap::from([("web".to_owned(), "presale".to_owned())]));
    let ask = |n, when| AppendJob {
        lines: lines.clone(),
        ..message(thread, Sender::Buyer(buyer), n, "问", at(when))
    };
    let mut jobs = vec![ask(1, 0), ask(2, 1_001), ask(3, 1_002)];
    let answers = append::append_group(tx, &mut jobs);
    // open 1, message 2; close 3 at its due time, open 4, message 5; message 6
    assert_eq!(
        answers.iter().flatten().map(|a| a.seq).collect::<Vec<_>>(),
        [2, 5, 6]
    );
    let stored = entries(tx, thread)?;
    assert_eq!((stored[2].kind, stored[2].at), (EntryKind::Close, at(1_000)));
    let row = conversation::get(tx, thread)?.unwrap();
    assert_eq!(
        (row.conversations, row.live.line.as_deref()),
        (2, Some("presale"))
    );
    let conversations = tx.all(
        "SELECT opened_at, closed_at FROM conversation ORDER BY opened_at",
        &[],
        |row| Ok((row.stamp(0)?, row.opt_stamp(1)?)),
    )?;
    assert_eq!(conversations, [(at(0), Some(at(1_000))), (at(1_001), None)]);
});

in_both_houses!(what_is_refused_leaves_nothing, |bed| {
    let ((buyer, thread), agent) = bed
        .store
        .write_blocking(LANE, |tx| {
            let shop = a_shop(tx, 1)?;
            let found = a_thread(tx, shop, "u1")?;
            let agent = a_person(tx, 11)?;
            say(tx, message(found.1, Sender::Buyer(found.0), 1, "问", at(0)))?;
            say(tx, message(found.1, Sender::Agent(agent), 2, "答", at(1)))?;
            Ok((found, agent))
        })
        .unwrap();
    let before = bed.store.read_blocking(|tx| entries(tx, thread)).unwrap();
    bed.effects.lock().unwrap().clear();
    let bad = |n| message(thread, Sender::Agent(id(12)), n, "not theirs", at(2));
    // Alone, a whole group of refusals, and refusals among others.
    assert_eq!(code(&bed.store.append_queued(bad(10)).wait()), HELD);
    let hold = bed.hold(LANE);
    let queued: Vec<_> = (11..14).map(|n| bed.store.append_queued(bad(n))).collect();
    drop(hold);
    for answer in queued {
        assert_eq!(code(&answer.wait()), HELD);
    }
    same(
        bed.store.read_blocking(|tx| entries(tx, thread)).unwrap(),
        before.clone(),
    );
    assert!(bed.effects.lock().unwrap().is_empty());
    let hold = bed.hold(LANE);
    let queued = [
        bad(20),
        message(thread, Sender::Buyer(buyer), 21, "谢谢", at(3)),
        bad(22),
        message(thread, Sender::Agent(agent), 23, "不客气", at(4)),
    ]
    .map(|job| bed.store.append_queued(job));
    drop(hold);
    let codes = queued.map(|answer| code(&answer.wait()).to_owned());
    assert_eq!(codes, [HELD, "stored", HELD, "stored"]);
    let after = bed.store.read_blocking(|tx| entries(tx, thread)).unwrap();
    assert_eq!(after.len(), before.len() + 2);
    assert_eq!(bed.effects.lock().unwrap().len(), 2);
});

in_both_houses!(work_between_messages_keeps_its_turn, |bed| {
    let (buyer, thread) = bed
        .store
        .write_blocking(LANE, |tx| {
            let shop = a_shop(tx, 1)?;
            a_thread(tx, shop, "u1")
        })
        .unwrap();
    let hold = bed.hold(LANE);
    let ask = |n: u128| {
        bed.store
            .append_queued(message(thread, Sender::Buyer(buyer), n, "x", at(n as i64)))
    };
    let (first, second) = (ask(1), ask(2));
    let seen = bed.store.write_queued(thread.into(), move |tx| {
        Ok(conversation::get(tx, thread)?.unwrap().live.last_seq)
    });
    let third = ask(3);
    drop(hold);
    assert_eq!(
        [
            first.wait().unwrap().seq,
            second.wait().unwrap().seq,
            seen.wait().unwrap(),
            third.wait().unwrap().seq
        ],
        [2, 3, 3, 4]
    );
});

/// What a random caller brings.
#[derive(Debug, Clone)]
struct Step {
    thread: usize,
    /// 0 the buyer, 1 and 2 two people, 3 the answering machine.
    who: u8,
    client: u128,
    text: u8,
    kind: EntryKind,
    automatic: bool,
    /// Seconds since the step before: sometimes back, sometimes past the closing times.
    pause: i64,
    /// A new group begins here.
    cut: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        8 => Just(EntryKind::Text),
        1 => Just(EntryKind::Card),
        1 => Just(EntryKind::Close)
    ];
    let pause = prop_oneof![6 => 0i64..5, 2 => 90i64..130, 1 => 990i64..1_200, 1 => -40i64..0];
    (
        (0usize..3, 0u8..4, 0u128..9, 0u8..2),
        (kind, prop::bool::weighted(0.1), pause, prop::bool::weighted(0.25)),
    )
        .prop_map(
            |((thread, who, client, text), (kind, automatic, pause, cut))| Step {
                thread,
                who,
                client,
                text,
                kind,
                automatic,
                pause,
                cut,
            },
        )
}

/// What must come of it, told step by step by the rules alone.
#[derive(Default)]
struct Told {
    live: HashMap<ThreadId, Live>,
    first: HashMap<(ThreadId, Uuid, ClientId), (AppendJob, Appended)>,
    stored: HashMap<ThreadId, i64>,
}

impl Told {
    fn tell(&mut self, job: &AppendJob) -> std::result::Result<Appended, String> {
        let key = (job.thread, conversation::author(job.sender), job.client_id);
        if let Some((first, answer)) = self.first.get(&key) {
            return if (first.kind, &first.text) == (job.kind, &job.text) {
                Ok(Appended {
                    repeat: true,
                    ..*answer
                })
            } else {
                Err("client_id_reused".to_owned())
            };
        }
        let live = self.live.entry(job.thread).or_default();
        let received = receive(
            live.clone(),
            job.sender,
            job.kind,
            job.automatic,
            job.at,
            &job.policy,
            job.new_conversation,
        )
        .map_err(|refusal| refusal.code().to_owned())?;
        let answer = Appended {
            seq: received.seq,
            at: received.at,
            repeat: false,
        };
        *live = received.live;
        *self.stored.entry(job.thread).or_default() += 1;
        self.first.insert(key, (job.clone(), answer));
        Ok(answer)
    }
}

fn plays_out(bed: &Bed, steps: &[Step]) -> std::result::Result<(), TestCaseError> {
    let threads: Vec<(BuyerId, ThreadId)> = bed
        .store
        .write_blocking(LANE, |tx| {
            let shop = yingke_kernel::ShopId::new(at(0));
            let row = yingke_store::shop::ShopRow {
                id: shop,
                code: shop.to_string(),
                name: String::new(),
                zone: String::new(),
                settings: "{}".to_owned(),
                secret: Vec::new(),
            };
            yingke_store::shop::insert(tx, &row, at(0))?;
            (0..3).map(|n| a_thread(tx, shop, &format!("u{n}"))).collect()
        })
        .unwrap();
    bed.effects.lock().unwrap().clear();
    let (mut told, mut now) = (Told::default(), 0);
    let mut group: Vec<AppendJob> = Vec::new();
    let mut play = |group: &mut Vec<AppendJob>| -> std::result::Result<(), TestCaseError> {
        let hold = bed.hold(LANE);
        let queued: Vec<_> = group
            .iter()
            .map(|job| bed.store.append_queued(job.clone()))
            .collect();
        drop(hold);
        for (answer, job) in queued.into_iter().zip(group.drain(..)) {
            let wanted = told.tell(&job);
            let got = match answer.wait() {
                Ok(appended) => Ok(appended),
                Err(StoreError::Problem(problem)) => Err(problem.code.to_owned()),
                Err(other) => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            prop_assert_eq!(got, wanted, "{:?}", job);
        }
        Ok(())
    };
    for (n, step) in steps.iter().enumerate() {
        now += step.pause;
        if step.cut && !group.is_empty() {
            play(&mut group)?;
        }
        let (buyer, thread) = threads[step.thread];
        let sender = match step.who {
            0 => Sender::Buyer(buyer),
            1 => Sender::Agent(id(11)),
            2 => Sender::Agent(id(12)),
            _ => Sender::Bot,
        };
        group.push(AppendJob {
            kind: step.kind,
            automatic: step.automatic,
            new_conversation: yingke_kernel::ConversationId::new(at(n as i64)),
            ..message(
                thread,
                sender,
                step.client,
                ["甲", "乙"][step.text as usize],
                at(10_000 + now),
            )
        });
    }
    play(&mut group)?;
    is_sound(bed, &threads, &told)
}

/// No hole, no double; the row says what the entries say; what was published is what is stored, in order.
fn is_sound(
    bed: &Bed,
    threads: &[(BuyerId, ThreadId)],
    told: &Told,
) -> std::result::Result<(), TestCaseError> {
    let effects = bed.effects.lock().unwrap().clone();
    for (_, thread) in threads {
        let thread = *thread;
        let (stored, row) = bed
            .store
            .read_blocking(|tx| Ok((entries(tx, thread)?, conversation::get(tx, thread)?.unwrap())))
            .unwrap();
        let numbers: Vec<i64> = stored.iter().map(|e| e.seq).collect();
        prop_assert_eq!(&numbers, &(1..=numbers.len() as i64).collect::<Vec<_>>());
        prop_assert!(
            stored.windows(2).all(|pair| pair[0].at <= pair[1].at),
            "time goes backward"
        );
        let live = told.live.get(&thread).cloned().unwrap_or_default();
        prop_assert_eq!(&row.live, &live);
        let messages = stored.iter().filter(|e| e.client_id.is_some()).count() as i64;
        let wanted = told.stored.get(&thread).copied().unwrap_or(0);
        prop_assert_eq!((messages, row.rev), (wanted, wanted));
        for ((of, author, client), (job, answer)) in &told.first {
            if *of == thread {
                let entry = stored
                    .get(answer.seq as usize - 1)
                    .map(|e| (e.author, e.client_id, &e.text, e.at));
                prop_assert_eq!(entry, Some((*author, Some(*client), &job.text, answer.at)));
            }
        }
        let opened = stored.iter().filter(|e| e.kind == EntryKind::Open).count() as i64;
        prop_assert_eq!(row.conversations, opened);
        let mut published = Vec::new();
        for effect in &effects {
            if let Effect::Appeared(a) = effect
                && a.thread.id == thread
            {
                published.extend(a.entries.iter().map(|e| e.seq));
                prop_assert_eq!(Some(a.thread.live.last_seq), published.last().copied());
            }
        }
        prop_assert_eq!(published, numbers);
    }
    Ok(())
}

in_both_houses!(
    any_mix_of_senders_threads_and_repeats_is_told_by_the_rules,
    |bed| {
        // One house for all cases: each has a shop of its own.
        let config = ProptestConfig {
            cases: 64,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        TestRunner::new(config)
            .run(&prop::collection::vec(step(), 1..60), |steps| {
                plays_out(&bed, &steps)
            })
            .unwrap_or_else(|e| panic!("{e}"));
    }
);

/// Callers who repeat what was not answered, as clients do: the same client id, until it is stored.
fn insist(store: &Store, job: &AppendJob) -> Result<Appended> {
    loop {
        match store.append_queued(job.clone()).wait() {
            Err(StoreError::Unavailable(_) | StoreError::Unknown(_) | StoreError::Busy(_)) => {}
            other => return other,
        }
    }
}

struct Crowd {
    threads: Vec<(BuyerId, ThreadId)>,
    people: [PersonId; 1],
    told: Mutex<Vec<(ThreadId, ClientId, i64)>>,
    stop: AtomicBool,
}

impl Crowd {
    fn gather(store: &Store) -> Self {
        let threads = store
            .write_blocking(LANE, |tx| {
                let shop = a_shop(tx, 1)?;
                a_person(tx, 11)?;
                (0..8).map(|n| a_thread(tx, shop, &format!("u{n}"))).collect()
            })
            .unwrap();
        Self {
            threads,
            people: [id(11)],
            told: Mutex::default(),
            stop: AtomicBool::new(false),
        }
    }

    /// Four callers write until told to stop (or so many messages), each into all threads; meanwhile `look` is called.
    fn write_while(&self, store: &Store, most: u128, look: impl FnOnce()) {
        std::thread::scope(|scope| {
            for caller in 0..4u128 {
                scope.spawn(move || {
                    for n in 0..most {
                        if self.stop.load(Ordering::SeqCst) {
                            break;
                        }
                        let (buyer, thread) = self.threads[((n + caller) % 8) as usize];
                        let sender = if (n + caller) % 3 == 0 {
                            Sender::Agent(self.people[0])
                        } else {
                            Sender::Buyer(buyer)
                        };
                        let number = caller * 1_000_000 + n;
                        let job = AppendJob {
                            new_conversation: yingke_kernel::ConversationId::new(at(0)),
                            ..message(thread, sender, number, &format!("m{number}"), at(n as i64 / 10))
                        };
                        let answer = insist(store, &job).unwrap();
                        self.told
                            .lock()
                            .unwrap()
                            .push((thread, job.client_id, answer.seq));
                    }
                });
            }
            look();
            self.stop.store(true, Ordering::SeqCst);
        });
    }

    /// What was acknowledged before is there under its number; numbers are whole; no client id is there twice.
    fn check(&self, store: &Store, acknowledged: &[(ThreadId, ClientId, i64)]) -> usize {
        let mut total = 0;
        let mut places = HashMap::new();
        for (_, thread) in &self.threads {
            let thread = *thread;
            let (stored, row) = store
                .read_blocking(|tx| Ok((entries(tx, thread)?, conversation::get(tx, thread)?.unwrap())))
                .unwrap();
            let numbers: Vec<i64> = stored.iter().map(|e| e.seq).collect();
            assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
            assert_eq!(row.live.last_seq, numbers.len() as i64);
            for e in stored {
                if let Some(client) = e.client_id {
                    total += 1;
                    assert_eq!(places.insert((thread, client), e.seq), None, "twice: {client}");
                }
            }
        }
        for (thread, client, seq) in acknowledged {
            assert_eq!(
                places.get(&(*thread, *client)),
                Some(seq),
                "acknowledged and not there"
            );
        }
        total
    }
}

#[test]
fn acknowledged_messages_survive_a_power_cut() {
    let disk = Disk::new();
    let bed = Bed::bare_with(|config| StoreConfig {
        faults: FaultHooks {
            vfs: Some(disk.name.clone()),
            on_open: None,
        },
        ..config
    })
    .migrated();
    let crowd = Crowd::gather(&bed.store);
    crowd.write_while(&bed.store, u128::MAX, || {
        for cut in 0..8u64 {
            std::thread::sleep(Duration::from_millis(15 + cut * 7));
            let acknowledged = crowd.told.lock().unwrap().clone();
            let folder = tempfile::tempdir().unwrap();
            let mut roll = cut;
            disk.after_power_cut(folder.path(), || {
                roll = roll
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (roll >> 33) % 8 < cut
            });
            let after = Store::open(
                StoreConfig::sqlite(folder.path().join("yingke.db")),
                Arc::new(|_| {}),
            )
            .unwrap();
            let found = crowd.check(&after, &acknowledged);
            assert!(found >= acknowledged.len());
            // The house goes on where it was: a repeat is known, the next number is the next.
            if let Some((thread, client, seq)) = acknowledged.last().copied() {
                let entry = after
                    .read_blocking(|tx| conversation::entry_at(tx, thread, seq))
                    .unwrap()
                    .unwrap();
                let sender = if entry.sender == "buyer" {
                    Sender::Buyer(BuyerId(entry.author))
                } else {
                    Sender::Agent(PersonId(entry.author))
                };
                let job = AppendJob {
                    client_id: client,
                    ..message(thread, sender, 0, &entry.text, at(99))
                };
                assert_eq!(after.append_queued(job).wait().unwrap().seq, seq);
            }
        }
    });
    assert!(crowd.told.lock().unwrap().len() > 100);
}

#[test]
fn connections_that_are_killed_lose_and_double_nothing() {
    let Some(bed) = Bed::house_postgres(4) else { return };
    let crowd = Crowd::gather(&bed.store);
    let yingke_store::Target::Postgres { url, .. } = bed.config.target.clone() else {
        unreachable!("a bed on PostgreSQL")
    };
    crowd.write_while(&bed.store, u128::MAX, || {
        // Whoever is writing is ended, wherever in its transaction; the one that holds the server's lock is not.
        let kill = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() \
            AND pid = (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' \
            AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory') ORDER BY random() LIMIT 1)";
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let (mut killed, begun) = (0, Instant::now());
        // A kill, then some messages, then the next: so many of each, however slow the machine.
        while killed < 20 && begun.elapsed() < Duration::from_secs(60) {
            let before = crowd.told.lock().unwrap().len();
            while crowd.told.lock().unwrap().len() < before + 10 && begun.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(1));
            }
            killed += client.query_one(kill, &[]).unwrap().get::<_, i64>(0);
        }
        assert!(killed > 0, "nobody was met while writing");
    });
    let acknowledged = crowd.told.lock().unwrap().clone();
    assert!(acknowledged.len() > 50, "only {} written", acknowledged.len());
    assert_eq!(crowd.check(&bed.store, &acknowledged), acknowledged.len());
}

#[test]
fn a_thread_that_changes_meanwhile_is_ruled_anew() {
    let Some(bed) = Bed::house_postgres(1) else { return };
    let (buyer, thread) = bed
        .store
        .write_blocking(LANE, |tx| {
            let shop = a_shop(tx, 1)?;
            let found = a_thread(tx, shop, "u1")?;
            say(tx, message(found.1, Sender::Buyer(found.0), 1, "x", at(0)))?;
            Ok(found)
        })
        .unwrap();
    bed.effects.lock().unwrap().clear();
    let yingke_store::Target::Postgres { url, .. } = bed.config.target.clone() else {
        unreachable!("a bed on PostgreSQL")
    };
    let connect = || postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let (mut other, mut watch) = (connect(), connect());
    // Somebody changes the row and has not committed yet: the message has read the old row and waits for the new one.
    let mut change = other.transaction().unwrap();
    change
        .execute("UPDATE thread SET rev = rev + 1, buyer_read = 2", &[])
        .unwrap();
    let answer = bed
        .store
        .append_queued(message(thread, Sender::Buyer(buyer), 2, "y", at(1)));
    let begun = Instant::now();
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watch.query_one(waiting, &[]).unwrap().get::<_, i64>(0) == 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the message never waited"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    change.commit().unwrap();
    assert_eq!(answer.wait().unwrap().seq, 3);
    let row = bed
        .store
        .read_blocking(|tx| Ok(conversation::get(tx, thread)?.unwrap()))
        .unwrap();
    assert_eq!((row.rev, row.buyer_read, row.live.last_seq), (3, 2, 3));
    let effects = bed.effects.lock().unwrap().clone();
    let [Effect::Appeared(appeared)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!((appeared.thread.buyer_read, appeared.thread.rev), (2, 3));
}

#[test]
fn lanes_beside_each_other_keep_every_threads_numbers() {
    let beds = [Some(Bed::house_sqlite()), Bed::house_postgres(4)];
    for bed in beds.into_iter().flatten() {
        let crowd = Crowd::gather(&bed.store);
        crowd.write_while(&bed.store, 200, || {
            while crowd.told.lock().unwrap().len() < 800 {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let acknowledged = crowd.told.lock().unwrap().clone();
        assert_eq!(acknowledged.len(), 800);
        assert_eq!(crowd.check(&bed.store, &acknowledged), 800);
        // Effects of a thread come in the order of its numbers, whatever lanes do beside it.
        let effects = bed.effects.lock().unwrap().clone();
        for (_, thread) in &crowd.threads {
            let published: Vec<i64> = effects
                .iter()
                .filter_map(|effect| match effect {
                    Effect::Appeared(a) if a.thread.id == *thread => Some(a),
                    _ => None,
                })
                .flat_map(|a| a.entries.iter().map(|e| e.seq))
                .collect();
            assert_eq!(published, (1..=published.len() as i64).collect::<Vec<_>>());
        }
    }
}

#[test]
fn the_policy_of_the_tests_is_theirs() {
    // The tests above reckon with these two.
    assert_eq!((policy().idle_close_secs, policy().owed_close_secs), (100, 1_000));
}
