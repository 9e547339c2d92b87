//! What only PostgreSQL does: lanes that meet, connections that break.

use crate::bed::{Bed, LANE, insert};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use yingke_store::{Effect, Lane, Store, StoreConfig, StoreError, args};

fn lane(n: u8) -> Lane {
    let mut id = [0u8; 16];
    id[15] = n;
    Lane::Thread(id)
}

#[test]
fn a_conflict_runs_the_whole_group_again() {
    let Some(bed) = Bed::postgres(2) else { return };
    let hold = bed.hold(LANE);
    let tries = Arc::new(AtomicUsize::new(0));
    let answers: Vec<_> = (0..5i64)
        .map(|id| {
            let tries = tries.clone();
            bed.store.write_queued(LANE, move |tx| {
                insert(tx, id, &format!("n{id}"))?;
                tx.emit(Effect::Custom(id as u64));
                if id == 3 && tries.fetch_add(1, Ordering::SeqCst) < 2 {
                    tx.batch("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")?;
                }
                Ok(())
            })
        })
        .collect();
    drop(hold);
    answers.into_iter().for_each(|a| a.wait().unwrap());
    assert_eq!(tries.load(Ordering::SeqCst), 3);
    assert_eq!(bed.items(), [0, 1, 2, 3, 4]);
    assert_eq!(
        bed.published(),
        [0, 1, 2, 3, 4],
        "effects of undone runs are not published"
    );
}

#[test]
fn a_conflict_without_end_is_answered_busy() {
    let Some(bed) = Bed::postgres(1) else { return };
    let hold = bed.hold(LANE);
    let bad = bed.store.write_queued(LANE, |tx| {
        tx.batch("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")
    });
    let good = bed.store.write_queued(LANE, |tx| insert(tx, 1, "a"));
    drop(hold);
    assert!(matches!(bad.wait(), Err(StoreError::Busy(_))));
    good.wait().unwrap();
    assert_eq!(bed.items(), [1]);
}

#[test]
fn lanes_that_deadlock_both_get_through() {
    let Some(bed) = Bed::postgres(2) else { return };
    bed.store
        .write_blocking(LANE, |tx| {
            insert(tx, 1, "a")?;
            insert(tx, 2, "b")
        })
        .unwrap();
    // The first time round each takes its first row, then waits for the other's: the server ends one of them.
    let met = Arc::new(std::sync::Barrier::new(2));
    let answers: Vec<_> = [(0u8, [1i64, 2]), (1, [2, 1])]
        .into_iter()
        .map(|(n, order)| {
            let (met, first) = (met.clone(), AtomicUsize::new(0));
            bed.store.write_queued(lane(n), move |tx| {
                let add = "UPDATE item SET n = n + 1 WHERE id = $1";
                tx.exec(add, args![order[0]])?;
                if first.fetch_add(1, Ordering::SeqCst) == 0 {
                    met.wait();
                }
                tx.exec(add, args![order[1]])
            })
        })
        .collect();
    answers.into_iter().for_each(|a| assert_eq!(a.wait().unwrap(), 1));
    let counts = bed
        .store
        .read_blocking(|tx| tx.all("SELECT n FROM item ORDER BY id", &[], |r| r.int(0)))
        .unwrap();
    assert_eq!(counts, [2, 2]);
}

#[test]
fn a_broken_connection_is_made_anew() {
    let Some(bed) = Bed::postgres(1) else { return };
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    bed.items();
    // Every connection but the asking one is ended, idle readers and the lane's later own included.
    let end = "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'yingke'";
    let ended = bed
        .store
        .write_blocking(LANE, move |tx| tx.one(end, &[], |row| row.int(0)))
        .unwrap();
    assert!(ended >= 1);
    assert_eq!(bed.items(), [1], "a reader connects anew");
    // The lane's own connection ends in the middle of a transaction, before COMMIT: it is run again.
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    bed.store
        .write_blocking(LANE, move |tx| {
            insert(tx, 2, "b")?;
            tx.emit(Effect::Custom(2));
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                tx.opt("SELECT pg_terminate_backend(pg_backend_pid())", &[], |_| Ok(()))?;
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    assert_eq!(bed.items(), [1, 2]);
    assert_eq!(bed.published(), [2]);
}

#[test]
fn a_commit_of_unknown_outcome_is_called_so() {
    let Some(bed) = Bed::postgres(1) else { return };
    bed.store
        .write_blocking(LANE, |tx| {
            // A trigger at the commit ends the connection while COMMIT is under way.
            tx.batch(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
                 CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON filler DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
            )
        })
        .unwrap();
    let outcome = bed.store.write_blocking(LANE, |tx| {
        tx.emit(Effect::Custom(1));
        tx.exec("INSERT INTO filler (id, body) VALUES (1, 'x')", &[])
    });
    assert!(matches!(outcome, Err(StoreError::Unknown(_))), "{outcome:?}");
    assert_eq!(bed.published(), [0u64; 0]);
    bed.store
        .write_blocking(LANE, |tx| insert(tx, 1, "after"))
        .unwrap();
}

#[test]
fn a_server_that_does_not_fit_is_refused_with_words() {
    let refused = |url: &str| match Store::open(StoreConfig::postgres(url), Arc::new(|_| {})) {
        Err(StoreError::Refused(text)) => text,
        other => panic!("{other:?}"),
    };
    assert!(refused("postgres://x@127.0.0.1:1/nothing").contains("cannot be reached"));
    assert!(refused("postgres://x@localhost/y?sslmode=full").contains("verify-full"));
    assert!(refused("what is this").contains("wanted postgres://"));
}

#[test]
fn a_wrong_type_is_an_error_that_names_it() {
    let Some(bed) = Bed::postgres(1) else { return };
    let error = bed
        .store
        .write_blocking(LANE, |tx| {
            tx.exec(
                "INSERT INTO item (id, name, n) VALUES ($1, $2, $3)",
                args!["a", "b", 0],
            )
        })
        .unwrap_err();
    assert!(error.to_string().contains("int8"), "{error}");
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    std::thread::sleep(Duration::from_millis(1));
}

#[test]
fn columns_of_many_rows() {
    let Some(bed) = Bed::postgres(1) else { return };
    let rows = bed
        .store
        .write_blocking(LANE, |tx| {
            let (ids, names): (Vec<Option<i64>>, Vec<Option<&str>>) =
                (vec![Some(1), None], vec![None, Some("b")]);
            let (keys, flags) = (vec![None, Some([9u8; 16])], vec![true, false]);
            tx.all(
                "SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::uuid[], $4::boolean[])",
                args![&ids, &names, &keys, &flags],
                |row| {
                    Ok((
                        row.opt_int(0)?,
                        row.opt_string(1)?,
                        row.opt_uuid(2)?.is_some(),
                        row.bool(3)?,
                    ))
                },
            )
        })
        .unwrap();
    assert_eq!(
        rows,
        [
            (Some(1), None, false, true),
            (None, Some("b".to_owned()), true, false)
        ]
    );
}

/// Another store on the database of the bed.
fn second(bed: &Bed) -> yingke_store::Result<Store> {
    Store::open(bed.config.clone(), Arc::new(|_| {}))
}

/// A connection of nobody's store, on a thread that may block.
fn apart<T: Send + 'static>(bed: &Bed, run: impl FnOnce(&mut postgres::Client) -> T + Send + 'static) -> T {
    let yingke_store::Target::Postgres { url, .. } = &bed.config.target else {
        unreachable!("a bed on PostgreSQL")
    };
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    run(&mut client)
}

/// The server's lock as the database shows it: who holds it, and its number.
const HOLDER: &str = "SELECT pid, (classid::bigint << 32) | objid::bigint FROM pg_locks \
    WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never came: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn one_database_one_server() {
    let Some(bed) = Bed::postgres(2) else { return };
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    match second(&bed) {
        Err(StoreError::Refused(text)) => assert!(text.contains("another server works on this"), "{text}"),
        other => panic!("{other:?}"),
    }
    // The first one was not harmed; when it is gone, its place is free at once.
    bed.store.write_blocking(LANE, |tx| insert(tx, 2, "b")).unwrap();
    bed.store.close();
    let next = second(&bed).unwrap();
    next.write_blocking(LANE, |tx| insert(tx, 3, "c")).unwrap();
    assert!(second(&bed).is_err());
}

#[test]
fn a_lost_lock_is_taken_again() {
    let Some(bed) = Bed::postgres(2) else { return };
    let before: i32 = apart(&bed, |client| {
        let pid: i32 = client.query_one(HOLDER, &[]).unwrap().get(0);
        client
            .execute("SELECT pg_terminate_backend($1)", &[&pid])
            .unwrap();
        pid
    });
    until("the lock held by a new connection", || {
        apart(&bed, move |client| {
            let held = client.query_opt(HOLDER, &[]).unwrap();
            held.is_some_and(|row| row.get::<_, i32>(0) != before)
        })
    });
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    assert!(matches!(second(&bed), Err(StoreError::Refused(_))));
}

#[test]
fn a_lock_lost_to_another_ends_the_writing() {
    let Some(bed) = Bed::postgres(2) else { return };
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    let yingke_store::Target::Postgres { url, .. } = bed.config.target.clone() else {
        unreachable!("a bed on PostgreSQL")
    };
    // Somebody waits in line for the lock and has it the moment the store's connection ends.
    let mut rival = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let (pid, lock): (i32, i64) = apart(&bed, |client| {
        let row = client.query_one(HOLDER, &[]).unwrap();
        (row.get(0), row.get(1))
    });
    let waiting = std::thread::spawn(move || {
        rival.execute("SELECT pg_advisory_lock($1)", &[&lock]).unwrap();
        rival
    });
    until("the rival in line", || {
        apart(&bed, |client| {
            client
                .query_one(
                    "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
                    &[],
                )
                .unwrap()
                .get::<_, i64>(0)
                > 0
        })
    });
    apart(&bed, move |client| {
        client
            .execute("SELECT pg_terminate_backend($1)", &[&pid])
            .unwrap();
    });
    let rival = waiting.join().unwrap();
    until("the store closed", || {
        let wrote = bed
            .store
            .write_blocking(LANE, |tx| tx.opt("SELECT 1", &[], |_| Ok(())));
        matches!(wrote, Err(StoreError::Closed))
    });
    assert!(matches!(
        bed.store.read_blocking(|tx| tx.one("SELECT 1", &[], |_| Ok(()))),
        Err(StoreError::Closed)
    ));
    drop(rival);
}
