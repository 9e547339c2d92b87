//! Faults of SQLite: a full disk, a failing commit, a second process.

use crate::bed::{Bed, LANE, insert};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use yingke_store::{Effect, FaultHooks, Lane, Role, Store, StoreConfig, StoreError, args};

fn limit_pages(bed: &Bed, pages: i64) {
    bed.store
        .write_blocking(Lane::Any, move |tx| {
            tx.opt(format!("PRAGMA max_page_count = {pages}"), &[], |row| row.int(0))
                .map(|_| ())
        })
        .unwrap();
}

fn pages(bed: &Bed) -> i64 {
    bed.store
        .write_blocking(Lane::Any, |tx| tx.one("PRAGMA page_count", &[], |row| row.int(0)))
        .unwrap()
}

#[test]
fn a_full_disk_in_a_group_fails_it_all_and_is_answered_so() {
    let bed = Bed::sqlite();
    bed.store
        .write_blocking(Lane::Any, |tx| insert(tx, 1_000, "before"))
        .unwrap();
    let room = pages(&bed) + 8;
    limit_pages(&bed, room);
    let hold = bed.hold(Lane::Any);
    let answers: Vec<_> = (0..20i64)
        .map(|id| {
            bed.store.write_queued(Lane::Any, move |tx| {
                insert(tx, id, &format!("n{id}"))?;
                tx.emit(Effect::Custom(id as u64));
                // The tenth fills the disk inside its savepoint.
                let size = if id == 10 { 400_000 } else { 10 };
                tx.exec(
                    "INSERT INTO filler (id, body) VALUES ($1, $2)",
                    args![id, &"x".repeat(size)],
                )
            })
        })
        .collect();
    drop(hold);
    let answers: Vec<_> = answers.into_iter().map(|a| a.wait()).collect();
    // Whoever was told "stored" must be found, whoever was not must not; the whole group fails when the transaction is gone.
    let stored = bed.items();
    for (id, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), stored.contains(&(id as i64)), "{id}: {answer:?}");
    }
    assert!(
        answers.iter().all(|a| matches!(a, Err(StoreError::Full))),
        "{answers:?}"
    );
    let told: Vec<u64> = answers
        .iter()
        .enumerate()
        .filter(|(_, a)| a.is_ok())
        .map(|(i, _)| i as u64)
        .collect();
    assert_eq!(bed.published(), told);
    assert!(stored.contains(&1_000));
    // With room again all is as before.
    limit_pages(&bed, 1_000_000);
    bed.store
        .write_blocking(Lane::Any, |tx| insert(tx, 2_000, "after"))
        .unwrap();
    assert!(bed.items().contains(&2_000));
}

#[test]
fn a_full_disk_spilled_from_the_cache_fails_the_whole_group() {
    // Rows that are many rather than large: the limit is met while earlier members of the group already wrote.
    let bed = Bed::sqlite();
    let room = pages(&bed) + 4;
    limit_pages(&bed, room);
    let hold = bed.hold(Lane::Any);
    let answers: Vec<_> = (0..200i64)
        .map(|id| {
            bed.store.write_queued(Lane::Any, move |tx| {
                tx.emit(Effect::Custom(id as u64));
                insert(tx, id, &format!("{id}-{}", "y".repeat(300)))
            })
        })
        .collect();
    drop(hold);
    let answers: Vec<_> = answers.into_iter().map(|a| a.wait()).collect();
    assert!(
        answers.iter().all(|a| matches!(a, Err(StoreError::Full))),
        "{answers:?}"
    );
    let stored = bed.items();
    let told: Vec<i64> = answers
        .iter()
        .enumerate()
        .filter(|(_, a)| a.is_ok())
        .map(|(i, _)| i as i64)
        .collect();
    assert_eq!(stored, told);
    assert_eq!(
        bed.published(),
        told.iter().map(|i| *i as u64).collect::<Vec<_>>()
    );
    limit_pages(&bed, 1_000_000);
    bed.store
        .write_blocking(Lane::Any, |tx| insert(tx, 2_000, "after"))
        .unwrap();
}

#[test]
fn a_transaction_that_is_gone_fails_every_member() {
    // ROLLBACK ends the transaction under the group, as a full disk may: earlier members believed themselves done.
    let bed = Bed::sqlite();
    let hold = bed.hold(Lane::Any);
    let answers: Vec<_> = (0..5i64)
        .map(|id| {
            bed.store.write_queued(Lane::Any, move |tx| {
                insert(tx, id, &format!("n{id}"))?;
                tx.emit(Effect::Custom(id as u64));
                if id == 3 {
                    tx.batch("ROLLBACK; SELECT broken FROM nowhere")?;
                }
                Ok(())
            })
        })
        .collect();
    drop(hold);
    assert!(answers.into_iter().all(|a| a.wait().is_err()));
    assert_eq!(bed.items(), [0i64; 0]);
    assert_eq!(bed.published(), [0u64; 0]);
    bed.store
        .write_blocking(Lane::Any, |tx| insert(tx, 9, "after"))
        .unwrap();
    assert_eq!(bed.items(), [9]);
}

#[test]
fn a_failing_commit_fails_the_whole_group() {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = broken.clone();
    let bed = Bed::with(|config| StoreConfig {
        faults: FaultHooks {
            on_open: Some(Arc::new(move |conn, role| {
                if role == Role::Writer {
                    let switch = switch.clone();
                    // True turns the commit into a rollback.
                    conn.commit_hook(Some(move || switch.load(Ordering::SeqCst)))
                        .unwrap();
                }
            })),
            ..FaultHooks::default()
        },
        ..config
    });
    bed.store
        .write_blocking(LANE, |tx| insert(tx, 100, "before"))
        .unwrap();
    let hold = bed.hold(LANE);
    let answers: Vec<_> = (0..4i64)
        .map(|id| {
            bed.store.write_queued(LANE, move |tx| {
                tx.emit(Effect::Custom(id as u64));
                insert(tx, id, &format!("n{id}"))
            })
        })
        .collect();
    broken.store(true, Ordering::SeqCst);
    drop(hold);
    assert!(answers.into_iter().all(|a| a.wait().is_err()));
    broken.store(false, Ordering::SeqCst);
    assert_eq!(bed.items(), [100]);
    assert_eq!(bed.published(), [0u64; 0]);
    bed.store
        .write_blocking(LANE, |tx| insert(tx, 200, "after"))
        .unwrap();
    assert_eq!(bed.items(), [100, 200]);
}

#[test]
fn one_folder_one_process() {
    let bed = Bed::sqlite();
    let second = Store::open(bed.config.clone(), Arc::new(|_| {}));
    assert!(matches!(second, Err(StoreError::Refused(text)) if text.contains("a running server holds")));
    bed.store.close();
    drop(bed.store);
    Store::open(bed.config.clone(), Arc::new(|_| {})).unwrap();
}

#[test]
fn a_missing_folder_is_refused_with_words() {
    let config = StoreConfig::sqlite("/nowhere/at/all/yingke.db");
    assert!(
        matches!(Store::open(config, Arc::new(|_| {})), Err(StoreError::Refused(text)) if text.contains("create it"))
    );
}

#[test]
fn without_write_ahead_logging_it_does_not_start() {
    // A database in memory cannot log: the settings read back tell.
    let error = Store::open(
        StoreConfig {
            faults: FaultHooks {
                vfs: Some("memdb".to_owned()),
                ..FaultHooks::default()
            },
            ..StoreConfig::sqlite(
                tempfile::tempdir()
                    .unwrap()
                    .path()
                    .join("x.db")
                    .with_file_name("yingke-x"),
            )
        },
        Arc::new(|_| {}),
    );
    assert!(error.is_err());
    let dir = tempfile::tempdir().unwrap();
    let error = Store::open(
        StoreConfig {
            faults: FaultHooks {
                vfs: Some("memdb".to_owned()),
                ..FaultHooks::default()
            },
            ..StoreConfig::sqlite(dir.path().join("yingke.db"))
        },
        Arc::new(|_| {}),
    )
    .unwrap_err();
    assert!(
        matches!(&error, StoreError::Refused(text) if text.contains("journal_mode=memory")),
        "{error:?}"
    );
}

#[test]
fn a_backup_is_one_moment_while_work_goes_on() {
    let bed = Bed::sqlite();
    let stop = Arc::new(AtomicBool::new(false));
    let to = tempfile::tempdir().unwrap();
    let copy = to.path().join("copy.db");
    std::thread::scope(|scope| {
        let (store, stop_it) = (bed.store.clone(), stop.clone());
        scope.spawn(move || {
            // Two rows at a time: a copy of one moment holds an even number.
            for id in 0.. {
                if stop_it.load(Ordering::SeqCst) {
                    break;
                }
                store
                    .write_blocking(Lane::Any, move |tx| {
                        insert(tx, id * 2, &format!("a{id}"))?;
                        insert(tx, id * 2 + 1, &format!("b{id}"))
                    })
                    .unwrap();
            }
        });
        while bed.store.figures().1 < 50 {
            std::thread::yield_now();
        }
        let count =
            |tx: &mut yingke_store::Tx<'_>| tx.one("SELECT COUNT(*) FROM item", &[], |row| row.int(0));
        let begun = bed.store.figures().1;
        let steps = std::sync::atomic::AtomicU64::new(0);
        let seen = bed.store.snapshot(
            &copy,
            &|_, _| {
                steps.fetch_add(1, Ordering::SeqCst);
            },
            |tx| {
                let first = count(tx)?;
                // Work goes on meanwhile, and does not show.
                let now = bed.store.figures().1;
                while bed.store.figures().1 < now + 20 {
                    std::thread::yield_now();
                }
                assert_eq!(count(tx)?, first);
                Ok(first)
            },
        );
        stop.store(true, Ordering::SeqCst);
        let seen = seen.unwrap();
        assert!(bed.store.figures().1 > begun && steps.load(Ordering::SeqCst) > 0);
        assert!(seen >= 80 && seen % 2 == 0, "{seen}");
    });
    assert_eq!(
        std::fs::read_dir(to.path()).unwrap().count(),
        0,
        "the copy is gone"
    );
    std::fs::write(&copy, "").unwrap();
    let there = bed.store.snapshot(&copy, &|_, _| {}, |_| Ok(()));
    assert!(matches!(there, Err(StoreError::Refused(text)) if text.contains("exists")));
}

#[test]
fn the_log_does_not_grow_without_end() {
    let bed = Bed::sqlite();
    let body = "z".repeat(50_000);
    for round in 0..60i64 {
        let body = body.clone();
        bed.store
            .write_blocking(Lane::Any, move |tx| {
                for i in 0..20 {
                    tx.exec(
                        "INSERT INTO filler (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                        args![(round * 20 + i) % 100, &body],
                    )?;
                }
                Ok(())
            })
            .unwrap();
    }
    let yingke_store::Target::Sqlite { path } = &bed.config.target else {
        unreachable!("a SQLite bed")
    };
    let log = path.with_extension("db-wal");
    let before = std::fs::metadata(&log).unwrap().len();
    assert!(before < 40_000_000, "{before} bytes of log for 60 MB written");
    bed.store.close();
    drop(bed.store);
    assert!(
        !log.exists() || std::fs::metadata(&log).unwrap().len() == 0,
        "closing empties the log"
    );
}

/// Writes 3 MB at a time until stopped; the longest wait for an answer.
fn hurry(bed: &Bed, stop: &AtomicBool) -> std::time::Duration {
    let mut longest = std::time::Duration::ZERO;
    for round in 0i64.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        // Another text each time: what stays the same is not written.
        let body = round.to_string().repeat(60_000 / round.to_string().len());
        let begun = std::time::Instant::now();
        bed.store
            .write_blocking(Lane::Any, move |tx| {
                for i in 0..50 {
                    tx.exec(
                        "INSERT INTO filler (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                        args![(round * 50 + i) % 200, &body],
                    )?;
                }
                Ok(())
            })
            .unwrap();
        longest = longest.max(begun.elapsed());
    }
    longest
}

/// The log cannot be cut while somebody reads an old state; that must not hold up who writes.
#[test]
fn a_long_report_holds_the_log_and_nobody_else() {
    let bed = Bed::sqlite();
    let yingke_store::Target::Sqlite { path } = &bed.config.target else {
        unreachable!("a SQLite bed")
    };
    let log = path.with_extension("db-wal");
    let size = || std::fs::metadata(&log).map_or(0, |m| m.len());
    let stop = AtomicBool::new(false);
    /// However the test ends, the writer does.
    struct End<'s>(&'s AtomicBool);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let longest = std::thread::scope(|scope| {
        let _end = End(&stop);
        let writer = scope.spawn(|| hurry(&bed, &stop));
        bed.store
            .report_blocking(
                |tx| {
                    let begun = std::time::Instant::now();
                    let first = tx.one("SELECT COUNT(*) FROM filler", &[], |row| row.int(0))?;
                    while size() < 120_000_000 && begun.elapsed() < std::time::Duration::from_secs(40) {
                        std::thread::sleep(std::time::Duration::from_millis(5));
                    }
                    // It is one state to the end.
                    assert_eq!(
                        tx.one("SELECT COUNT(*) FROM filler", &[], |row| row.int(0))?,
                        first
                    );
                    Ok(())
                },
                std::time::Duration::from_secs(60),
            )
            .unwrap();
        assert!(size() >= 70_000_000, "the log was held: {} bytes", size());
        let begun = std::time::Instant::now();
        while size() > 70_000_000 && begun.elapsed() < std::time::Duration::from_secs(40) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        stop.store(true, Ordering::SeqCst);
        writer.join().unwrap()
    });
    assert!(
        size() <= 70_000_000,
        "the log was not cut after the report: {} bytes",
        size()
    );
    // Waiting for a reader with the writer's lock in hand took seconds each time.
    assert!(longest < std::time::Duration::from_secs(2), "{longest:?}");
}
