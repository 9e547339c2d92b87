//! How fast messages are stored: many callers write into many threads for a few seconds.
//!
//! `cargo run --release -p yingke-store --example append -- sqlite` (a folder of its own), `… -- /some/folder/x.db`,
//! `… -- postgres` (a cluster of its own), `… -- postgres://user@host/database` (must be empty or the house's).
//! Then, each optional: `clients=64 threads=200 secs=5 inflight=1 lanes=4`.

#![expect(clippy::print_stdout, reason = "a command that says what it measured")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_domain::policy::Policy;
use yingke_kernel::{BuyerId, ClientId, Clock, ConversationId, ShopId, SystemClock, ThreadId};
use yingke_store::{AppendJob, Lane, Store, StoreConfig, StoreError, Target, buyer, migrate, shop};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut target = None;
    let mut numbers = BTreeMap::from([
        ("clients", 64u64),
        ("threads", 200),
        ("secs", 5),
        ("inflight", 1),
        ("lanes", 4),
    ]);
    for word in std::env::args().skip(1) {
        match word.split_once('=') {
            Some((name, number)) if numbers.contains_key(name) => {
                if let Some(slot) = numbers.get_mut(name) {
                    *slot = number
                        .parse::<u64>()
                        .map_err(|e| format!("{name}={number}: {e}; wanted a whole number"))?
                        .max(1);
                }
            }
            _ => target = Some(word),
        }
    }
    let target =
        target.ok_or("which database? sqlite, a path, postgres, or postgres://user@host/database")?;
    let folder = tempfile::tempdir()?;
    let mut database = None;
    let config = match target.as_str() {
        "sqlite" => StoreConfig::sqlite(folder.path().join("yingke.db")),
        "postgres" => {
            let own = yingke_testkit::postgres::Cluster::shared()
                .ok_or("PostgreSQL is not installed here")?
                .database()?;
            let config = StoreConfig::postgres(own.url());
            database = Some(own);
            config
        }
        url if url.starts_with("postgres") => StoreConfig::postgres(url),
        path => StoreConfig::sqlite(path),
    };
    let config = match config.target {
        Target::Postgres { url, .. } => StoreConfig {
            target: Target::Postgres {
                url,
                lanes: numbers["lanes"] as usize,
            },
            ..StoreConfig::postgres("")
        },
        Target::Sqlite { .. } => config,
    };
    let published = Arc::new(AtomicU64::new(0));
    let counted = published.clone();
    let store = Store::open(
        config,
        Arc::new(move |effects| {
            counted.fetch_add(effects.len() as u64, Ordering::Relaxed);
        }),
    )?;
    migrate::run(&store)?;
    let threads = prepare(&store, numbers["threads"])?;
    measure(&store, &threads, &numbers, &published)?;
    store.close();
    drop(database);
    Ok(())
}

/// A shop with so many buyers, each with a thread.
fn prepare(store: &Store, count: u64) -> Result<Vec<(BuyerId, ThreadId)>, StoreError> {
    store.write_blocking(Lane::Any, move |tx| {
        let now = SystemClock.now();
        let id = ShopId::new(now);
        let row = shop::ShopRow {
            id,
            code: format!("speed-{id}"),
            name: "speed".to_owned(),
            zone: "Asia/Shanghai".to_owned(),
            settings: "{}".to_owned(),
            secret: vec![0; 32],
        };
        shop::insert(tx, &row, now)?;
        (0..count)
            .map(|n| {
                let name = format!("buyer {n}");
                buyer::buyer_and_thread(tx, id, "web", &name, &name, now).map(|found| (found.0, found.1))
            })
            .collect()
    })
}

fn measure(
    store: &Store,
    threads: &[(BuyerId, ThreadId)],
    numbers: &BTreeMap<&str, u64>,
    published: &AtomicU64,
) -> Result<(), Failure> {
    let policy = Arc::new(Policy::parse(Policy::default_text())?.conversation);
    let lines = Arc::new(BTreeMap::new());
    let (stop, done, waited) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let inflight = numbers["inflight"] as usize;
    let (groups, jobs, _) = store.figures();
    let (begun, cpu) = (Instant::now(), cpu_micros());
    std::thread::scope(|scope| -> Result<(), Failure> {
        let mut clients = Vec::new();
        for client in 0..numbers["clients"] as usize {
            let (policy, lines, stop, done, waited) = (&policy, &lines, &stop, &done, &waited);
            clients.push(scope.spawn(move || -> Result<(), StoreError> {
                let mut waiting = VecDeque::new();
                let mut turn = client;
                loop {
                    let over = stop.load(Ordering::Relaxed);
                    while !over && waiting.len() < inflight {
                        turn += 7;
                        let (buyer, thread) = threads[turn % threads.len()];
                        let now = SystemClock.now();
                        let job = AppendJob {
                            thread,
                            sender: Sender::Buyer(buyer),
                            client_id: ClientId::new(now),
                            kind: EntryKind::Text,
                            text: format!("请问今天能发货吗，我想早点收到 {turn}"),
                            file: None,
                            automatic: false,
                            at: now,
                            new_conversation: ConversationId::new(now),
                            policy: policy.clone(),
                            lines: lines.clone(),
                            data: None,
                            quote: None,
                            ground: yingke_store::Ground::default(),
                        };
                        waiting.push_back((Instant::now(), store.append_queued(job)));
                    }
                    let Some((sent, answer)) = waiting.pop_front() else {
                        return Ok(());
                    };
                    answer.wait()?;
                    waited.fetch_add(sent.elapsed().as_micros() as u64, Ordering::Relaxed);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        std::thread::sleep(Duration::from_secs(numbers["secs"]));
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().map_err(|_| "a client panicked")??;
        }
        Ok(())
    })?;
    let (took, done) = (begun.elapsed(), done.load(Ordering::Relaxed));
    let cpu = cpu_micros().zip(cpu).map_or_else(String::new, |(now, then)| {
        format!(
            " ({:.1} µs of this process's CPU)",
            (now - then) as f64 / done.max(1) as f64
        )
    });
    let (groups_now, jobs_now, _) = store.figures();
    println!(
        "{} messages in {:.2} s: {:.0}/s, {:.1} µs each{cpu}; {:.1} a transaction; answered after {:.2} ms on average; {} published",
        done,
        took.as_secs_f64(),
        done as f64 / took.as_secs_f64(),
        took.as_micros() as f64 / done.max(1) as f64,
        (jobs_now - jobs) as f64 / (groups_now - groups).max(1) as f64,
        waited.load(Ordering::Relaxed) as f64 / done.max(1) as f64 / 1_000.0,
        published.load(Ordering::Relaxed),
    );
    Ok(())
}

/// CPU time of this process, where the system tells it: what is left to compare when the machine is busy with other things.
fn cpu_micros() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the bracket that closes the name: state is field 0, user and system time are 11 and 12, in hundredths of a second.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) * 10_000)
}
