//! Acknowledged means on disk: whatever was answered survives a power cut at any moment.

use crate::bed::{Bed, insert};
use crate::vfs::Disk;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use yingke_store::{FaultHooks, Lane, Store, StoreConfig, args};

fn bed_on(disk: &Disk, synchronous_off: bool) -> Bed {
    Bed::with(|config| StoreConfig {
        faults: FaultHooks {
            vfs: Some(disk.name.clone()),
            on_open: Some(Arc::new(move |conn, _| {
                if synchronous_off {
                    conn.execute_batch("PRAGMA synchronous = OFF").unwrap();
                }
            })),
        },
        ..config
    })
}

/// What is found after the power is back: the items, each with its filler.
fn found_after(folder: &std::path::Path) -> BTreeSet<i64> {
    let store = Store::open(StoreConfig::sqlite(folder.join("yingke.db")), Arc::new(|_| {})).unwrap();
    let sound = store
        .read_blocking(|tx| tx.one("PRAGMA integrity_check", &[], |row| row.string(0)))
        .unwrap();
    assert_eq!(sound, "ok");
    let Ok(items) = store.read_blocking(|tx| tx.all("SELECT id FROM item", &[], |row| row.int(0))) else {
        return BTreeSet::new(); // not even the tables
    };
    let fillers = store
        .read_blocking(|tx| tx.all("SELECT id FROM filler", &[], |row| row.int(0)))
        .unwrap();
    let (items, fillers) = (BTreeSet::from_iter(items), BTreeSet::from_iter(fillers));
    assert_eq!(items, fillers, "a transaction is whole or not there");
    items
}

/// A small generator, so that a failing case can be run again from its seed.
fn dice(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    }
}

/// Several writers at once; `look` is called while they write, with what had been acknowledged *before*. It may make them pause
/// once it has its picture, so that looking at it does not fill the disk meanwhile.
fn write_while(bed: &Bed, size: usize, mut look: impl FnMut(BTreeSet<i64>, &AtomicBool) -> bool) {
    let (stop, pause, next) = (AtomicBool::new(false), AtomicBool::new(false), AtomicI64::new(0));
    let told = Mutex::new(BTreeSet::new());
    let body = "b".repeat(size);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    if pause.load(Ordering::SeqCst) {
                        std::thread::sleep(Duration::from_millis(1));
                        continue;
                    }
                    let id = next.fetch_add(1, Ordering::SeqCst);
                    let body = body.clone();
                    let done = bed.store.write_blocking(Lane::Any, move |tx| {
                        insert(tx, id, &format!("n{id}"))?;
                        tx.exec("INSERT INTO filler (id, body) VALUES ($1, $2)", args![id, &body])
                    });
                    done.unwrap();
                    told.lock().unwrap().insert(id);
                }
            });
        }
        loop {
            let before = told.lock().unwrap().clone();
            let more = look(before, &pause);
            pause.store(false, Ordering::SeqCst);
            if !more {
                break;
            }
        }
        stop.store(true, Ordering::SeqCst);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_survives_a_power_cut(
        seed in any::<u64>(),
        size in prop_oneof![Just(10usize), Just(3_000), Just(20_000)],
        // Of 8 loose changes, so many reached the disk on their own.
        lucky in 0u64..=8,
    ) {
        let disk = Disk::new();
        let bed = bed_on(disk, false);
        let mut roll = dice(seed);
        let (mut looks, mut waits) = (0, 0);
        write_while(&bed, size, |before, pause| {
            std::thread::sleep(Duration::from_millis(roll() % 30));
            // With large bodies: power cuts around and after the copying of the log into the database.
            if size > 10_000 && disk.flushed_len("yingke.db") < 1_000_000 && waits < 2_000 {
                waits += 1;
                return true;
            }
            let folder = tempfile::tempdir().unwrap();
            // Whatever is under way goes on; nothing new is begun.
            pause.store(true, Ordering::SeqCst);
            disk.after_power_cut(folder.path(), || roll() % 8 < lucky);
            let found = found_after(folder.path());
            let lost: Vec<&i64> = before.difference(&found).collect();
            assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
            looks += 1;
            looks < 6
        });
        prop_assert!(!bed.items().is_empty());
        prop_assert!(disk.flushes.load(Ordering::Relaxed) > 0);
        if size > 10_000 {
            prop_assert!(disk.flushed_len("yingke.db") >= 1_000_000, "no checkpoint was met");
        }
    }
}

#[test]
fn the_test_can_fail_without_flushing_something_is_lost() {
    let disk = Disk::new();
    let bed = bed_on(disk, true);
    let mut lost = 0;
    write_while(&bed, 10, |before, pause| {
        if before.len() < 200 {
            std::thread::sleep(Duration::from_millis(5));
            return true;
        }
        let folder = tempfile::tempdir().unwrap();
        pause.store(true, Ordering::SeqCst);
        disk.after_power_cut(folder.path(), || false);
        lost = before.difference(&found_after(folder.path())).count();
        false
    });
    assert!(lost > 0, "synchronous=OFF lost nothing: the disk does not forget");
}
