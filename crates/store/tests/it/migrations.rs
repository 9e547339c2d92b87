//! Migrations: all or none, and a refusal touches nothing.

use crate::bed::both;
use yingke_store::{Lane, StoreError, migrate};

const ONE: (&str, &str) = (
    "0001_one",
    "CREATE TABLE one (id {ID} PRIMARY KEY, n {INT} NOT NULL){STRICT};",
);
const TWO: (&str, &str) = (
    "0002_two",
    "CREATE TABLE two (b {BOOL}, y {BYTES}, r {REAL}){STRICT};",
);

both!(from_nothing_and_onward, |bed| {
    let first = migrate::run_list(&bed.store, &[ONE]).unwrap();
    assert_eq!(
        (first.from, first.to, first.applied.as_slice()),
        (0, 1, &["0001_one".to_owned()][..])
    );
    let again = migrate::run_list(&bed.store, &[ONE]).unwrap();
    assert_eq!((again.from, again.to, again.applied.len()), (1, 1, 0));
    let second = migrate::run_list(&bed.store, &[ONE, TWO]).unwrap();
    assert_eq!(
        (second.from, second.to, second.applied.as_slice()),
        (1, 2, &["0002_two".to_owned()][..])
    );
});

both!(newer_changed_or_missing_is_refused, |bed| {
    migrate::run_list(&bed.store, &[ONE, TWO]).unwrap();
    let refused = |list| match migrate::run_list(&bed.store, list) {
        Err(StoreError::Refused(text)) => text,
        other => panic!("{other:?}"),
    };
    assert!(refused(&[ONE]).contains("newer than this program"));
    assert!(refused(&[("0001_one", "CREATE TABLE other (id {ID});"), TWO]).contains("another text"));
    bed.store
        .write_blocking(Lane::Any, |tx| {
            tx.exec("DELETE FROM schema_migration WHERE number = 1", &[])
        })
        .unwrap();
    assert!(refused(&[ONE, TWO]).contains("lacks migration 1"));
});

both!(a_failing_file_leaves_nothing, |bed| {
    let broken = migrate::run_list(
        &bed.store,
        &[
            ONE,
            ("0002_broken", "CREATE TABLE fine (n {INT}); CREATE NONSENSE;"),
        ],
    );
    assert!(broken.unwrap_err().to_string().contains("0002_broken"));
    let tables = bed.store.read_blocking(|tx| tx.describe("SELECT * FROM one"));
    assert!(tables.is_err(), "the first file was rolled back with the second");
    migrate::run_list(&bed.store, &[ONE, TWO]).unwrap();
});

both!(the_house_itself, |bed| {
    // The bed's tables have names of their own.
    let before = migrate::status(&bed.store).unwrap();
    assert_eq!((before.at, before.waiting.len()), (0, migrate::MIGRATIONS.len()));
    let report = migrate::run(&bed.store).unwrap();
    assert_eq!(report.applied.len(), migrate::MIGRATIONS.len());
    assert_eq!(migrate::status(&bed.store).unwrap().waiting.len(), 0);
    assert_eq!(migrate::run(&bed.store).unwrap().applied.len(), 0);
});
