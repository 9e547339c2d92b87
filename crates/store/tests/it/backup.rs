//! Backups: what was there is there again, on either database, and an archive that is not whole is refused untouched.

use crate::bed::Bed;
use crate::contract::{a_person, a_shop, a_thread, at, id, message, say};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use yingke_domain::conversation::Sender;
use yingke_kernel::{FileId, ThreadId};
use yingke_store::backup::{self, Kind, Manifest, Progress};
use yingke_store::migrate::{self, MIGRATIONS};
use yingke_store::{Dialect, Lane, Result, Store, StoreConfig, StoreError, Tx, args};

fn silent(_: Progress) {}

fn write(store: &Store, folder: &Path, to: &Path) -> Result<Manifest> {
    backup::write(store, folder, to, at(0), &silent)
}

fn restore(archive: &Path, bed: &Bed, folder: &Path) -> Result<Manifest> {
    backup::restore(archive, &bed.store, folder, None, Arc::new(silent)).map(|(manifest, _)| manifest)
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(StoreError::Refused(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// Every row of every table, as text, in an order of its own.
fn everything(store: &Store) -> BTreeMap<String, Vec<String>> {
    let tables = backup::tables(MIGRATIONS).unwrap();
    store
        .read_blocking(|tx| {
            let mut all = BTreeMap::new();
            for table in &tables {
                if ["session", "link"].contains(&table.name.as_str()) {
                    continue;
                }
                let names: Vec<String> = table.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
                let select = format!("SELECT {} FROM \"{}\"", names.join(", "), table.name);
                let mut rows = tx.all(select, &[], |row| {
                    let mut text = Vec::new();
                    for (i, column) in table.columns.iter().enumerate() {
                        text.push(match column.kind {
                            Kind::Id => format!("{:?}", row.opt_uuid(i)?),
                            Kind::Int => format!("{:?}", row.opt_int(i)?),
                            Kind::Bool => format!("{:?}", row.opt_bool(i)?),
                            Kind::Text => format!("{:?}", row.opt_text(i)?),
                            Kind::Real => format!("{:?}", row.opt_real(i)?),
                            Kind::Bytes => format!("{:?}", row.opt_bytes(i)?),
                        });
                    }
                    Ok(text.join(" | "))
                })?;
                rows.sort();
                all.insert(table.name.clone(), rows);
            }
            Ok(all)
        })
        .unwrap()
}

/// Words that try the archive's form, and each database's.
const WORDS: [&str; 8] = [
    "在吗",
    "tab\tand\nline\r\nend",
    "back\\slash \\N \\x41 \\.",
    "\"quoted\" 'twice' $1 {list $2}",
    "",
    "👩‍👩‍👧‍👦 émoji",
    "\u{1}\u{7f}\u{85}\u{2028}",
    "[null,true]",
];

/// A house with something in it, from a seed: threads with messages, people, files.
fn furnish(bed: &Bed, folder: &Path, threads: u128, messages: &[u8]) -> Vec<ThreadId> {
    let words = messages.to_vec();
    let made = bed
        .store
        .write_blocking(Lane::Any, move |tx: &mut Tx<'_>| {
            let shop = a_shop(tx, 1)?;
            let person = a_person(tx, 2)?;
            tx.exec(
                "INSERT INTO session (token_hash, person, created_at, seen_at, expires_at, agent) VALUES ($1, $2, 1, 1, 1, 'x')",
                args![&vec![1u8, 2, 3], person],
            )?;
            let mut made = Vec::new();
            for n in 0..threads {
                let (buyer, thread) = a_thread(tx, shop, &format!("buyer {n}"))?;
                for (i, word) in words.iter().enumerate() {
                    let text = WORDS[usize::from(*word) % WORDS.len()];
                    let job = message(
                        thread,
                        Sender::Buyer(buyer),
                        n * 1_000 + i as u128,
                        text,
                        at(i as i64),
                    );
                    say(tx, job)?;
                }
                made.push(thread);
            }
            for n in 0..3 {
                let row = yingke_store::file::FileRow {
                    id: id(100 + n),
                    shop,
                    thread: None,
                    author: person.0,
                    kind: "image/jpeg".to_owned(),
                    width: 3,
                    height: -1,
                    bytes: i64::MAX,
                    name: String::new(),
                    secs: 0,
                };
                yingke_store::file::insert(tx, &row, at(0))?;
            }
            Ok(made)
        })
        .unwrap();
    for n in 0..3 {
        let name = id::<FileId>(100 + n).to_string();
        let place = folder.join("files").join(&name[name.len() - 2..]);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join(name), vec![n as u8; 10_000 * (n as usize)]).unwrap();
    }
    made
}

fn houses() -> Vec<(Bed, bool)> {
    [Some(Bed::house_sqlite()), Bed::house_postgres(2)]
        .into_iter()
        .flatten()
        .map(|bed| {
            let postgres = bed.store.dialect() == Dialect::Postgres;
            (bed, postgres)
        })
        .collect()
}

fn empties() -> Vec<Bed> {
    [Some(Bed::bare_sqlite()), Bed::bare_postgres()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn what_was_there_is_there_again_on_either_database() {
    let mut runner = TestRunner::new(Config {
        cases: 3,
        ..Config::default()
    });
    runner
        .run(
            &(1u128..4, proptest::collection::vec(any::<u8>(), 0..40)),
            |(threads, messages)| {
                for (from, _) in houses() {
                    let (old, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
                    furnish(&from, old.path(), threads, &messages);
                    let archive = place.path().join("house.tar");
                    let written = write(&from.store, old.path(), &archive).unwrap();
                    let before = everything(&from.store);
                    assert_eq!(
                        written.rows(),
                        before.values().map(|rows| rows.len() as u64).sum::<u64>()
                    );
                    assert_eq!((written.files(), written.gone.len()), (3, 0));
                    for to in empties() {
                        let new = tempfile::tempdir().unwrap();
                        let read = restore(&archive, &to, new.path()).unwrap();
                        assert_eq!(read, written);
                        assert_eq!(everything(&to.store), before);
                        let sessions = to.store.read_blocking(|tx| {
                            tx.one("SELECT COUNT(*) FROM session", &[], |row| row.int(0))
                        });
                        assert_eq!(sessions.unwrap(), 0, "nobody comes back signed in");
                        for part in written
                            .parts
                            .iter()
                            .filter(|part| part.path.starts_with("files/"))
                        {
                            let [a, b] =
                                [&old, &new].map(|dir| std::fs::read(dir.path().join(&part.path)).unwrap());
                            assert!(a == b);
                        }
                        // The next backup of it says the same.
                        let again = place.path().join("again.tar");
                        let twice = write(&to.store, new.path(), &again).unwrap();
                        assert_eq!(twice.tables, written.tables);
                        std::fs::remove_file(again).unwrap();
                    }
                }
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn messages_go_on_while_it_is_written_and_none_of_before_is_missing() {
    for (bed, _) in houses() {
        let (folder, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let threads = furnish(&bed, folder.path(), 4, &[0, 1, 2]);
        let archive = place.path().join("house.tar");
        let stop = std::sync::atomic::AtomicBool::new(false);
        let acknowledged = std::sync::Mutex::new(BTreeMap::<ThreadId, i64>::new());
        let known = std::thread::scope(|scope| {
            for thread in &threads {
                let (bed, stop, acknowledged) = (&bed, &stop, &acknowledged);
                scope.spawn(move || {
                    let buyer = bed
                        .store
                        .read_blocking(|tx| yingke_store::conversation::get(tx, *thread))
                        .unwrap()
                        .unwrap()
                        .buyer;
                    for n in 0u128.. {
                        if stop.load(std::sync::atomic::Ordering::SeqCst) {
                            break;
                        }
                        let job = message(*thread, Sender::Buyer(buyer), 50_000 + n, "写", at(n as i64));
                        let seq = bed.store.append_queued(job).wait().unwrap().seq;
                        acknowledged.lock().unwrap().insert(*thread, seq);
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < threads.len() {
                std::thread::yield_now();
            }
            let known = acknowledged.lock().unwrap().clone();
            let written = write(&bed.store, folder.path(), &archive).unwrap();
            // It went on: more was acknowledged since.
            let later = acknowledged.lock().unwrap().clone();
            assert!(known.iter().all(|(thread, seq)| later[thread] > *seq));
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
            assert!(written.rows_of("entry") > 0);
            known
        });
        for to in empties() {
            let new = tempfile::tempdir().unwrap();
            // This also looks at every sequence.
            restore(&archive, &to, new.path()).unwrap();
            for (thread, seq) in &known {
                let there = to
                    .store
                    .read_blocking(|tx| yingke_store::conversation::get(tx, *thread))
                    .unwrap()
                    .unwrap();
                assert!(there.live.last_seq >= *seq);
            }
        }
    }
}

/// An archive of a small house, and where it lies.
fn an_archive() -> (tempfile::TempDir, PathBuf) {
    let bed = Bed::house_sqlite();
    let place = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    furnish(&bed, folder.path(), 2, &[0, 1, 2, 3, 4, 5, 6, 7]);
    let archive = place.path().join("house.tar");
    write(&bed.store, folder.path(), &archive).unwrap();
    (place, archive)
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused_and_nothing_is_touched() {
    let (place, archive) = an_archive();
    let whole = std::fs::read(&archive).unwrap();
    let original = backup::verify(&archive, &silent).unwrap();
    let hurt = place.path().join("hurt.tar");
    let mut dice = 7_u64;
    let mut roll = |below: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) as usize % below
    };
    let mut said = std::collections::BTreeSet::new();
    for _ in 0..150 {
        let mut bytes = whole.clone();
        let (place, bit) = (roll(bytes.len()), roll(8));
        bytes[place] ^= 1 << bit;
        std::fs::write(&hurt, &bytes).unwrap();
        match backup::verify(&hurt, &silent) {
            // Padding between the parts, and words of tar's headers that nobody reads.
            Ok(read) => assert_eq!(read, original, "bit {bit} of byte {place}"),
            Err(StoreError::Refused(text)) => {
                assert!(
                    text.contains("hurt.tar") && text.contains("another copy"),
                    "{text}"
                );
                said.insert(text.split(" in ").nth(1).unwrap_or_default().to_owned());
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(said.len() > 3, "the place is named: {said:?}");
    let end = whole.len();
    for cut in [0, 1, 511, 512, 5_000, end / 3, end / 2, end - 4_000, end - 1_600] {
        std::fs::write(&hurt, &whole[..cut]).unwrap();
        let text = refusal(backup::verify(&hurt, &silent));
        assert!(
            text.contains("cut off") || text.contains("damaged"),
            "{cut}: {text}"
        );
    }
    for to in empties() {
        let folder = tempfile::tempdir().unwrap();
        refusal(restore(&hurt, &to, folder.path()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(migrate::status(&to.store).unwrap().at, 0);
    }
    std::fs::write(&hurt, "this is a letter, not an archive".repeat(100)).unwrap();
    assert!(
        refusal(backup::verify(&hurt, &silent)).contains("no backup")
            || refusal(backup::verify(&hurt, &silent)).contains("damaged")
    );
    assert!(refusal(backup::verify(Path::new("/nowhere.tar"), &silent)).contains("/nowhere.tar"));
}

#[test]
fn a_house_that_is_not_empty_is_left_alone() {
    let (_place, archive) = an_archive();
    for (bed, _) in houses() {
        let folder = tempfile::tempdir().unwrap();
        let text = refusal(restore(&archive, &bed, folder.path()));
        assert!(text.contains("not empty") && text.contains("--replace"), "{text}");
    }
}

#[test]
fn tables_of_before_are_moved_aside_with_what_they_hold() {
    let (_place, archive) = an_archive();
    let Some(bed) = Bed::house_postgres(1) else { return };
    let folder = tempfile::tempdir().unwrap();
    bed.store
        .write_blocking(Lane::Any, |tx| a_shop(tx, 77).map(drop))
        .unwrap();
    let again = |name: &str, folder: &Path| {
        backup::restore(&archive, &bed.store, folder, Some(name), Arc::new(silent))
            .unwrap()
            .1
    };
    assert!(again("aside_one", folder.path()));
    let count = |from: &'static str| {
        bed.store
            .read_blocking(|tx| tx.one(from, &[], |row| row.int(0)))
            .unwrap()
    };
    assert_eq!(
        count("SELECT COUNT(*) FROM aside_one.shop WHERE code = 'shop-77'"),
        1
    );
    assert_eq!(count("SELECT COUNT(*) FROM shop WHERE code = 'shop-1'"), 1);
    assert_eq!(count("SELECT COUNT(*) FROM shop WHERE code = 'shop-77'"), 0);
}

#[test]
fn an_older_schema_is_migrated_forward_and_a_newer_one_is_refused() {
    let place = tempfile::tempdir().unwrap();
    for (n, old) in empties().into_iter().enumerate() {
        migrate::run_list(&old.store, &MIGRATIONS[..1]).unwrap();
        old.store
            .write_blocking(Lane::Any, |tx| {
                a_shop(tx, 1)?;
                tx.exec(
                    "INSERT INTO buyer (id, shop, channel, external, name, created_at) VALUES ($1, $2, 'web', 'x', '小明', 1)",
                    args![id::<ThreadId>(5), id::<ThreadId>(1)],
                )
            })
            .unwrap();
        let archive = place.path().join(format!("{n}.tar"));
        let written = write(&old.store, place.path(), &archive).unwrap();
        assert_eq!((written.schema, written.migrations.len()), (1, 1));
        for to in empties() {
            let folder = tempfile::tempdir().unwrap();
            restore(&archive, &to, folder.path()).unwrap();
            assert!(migrate::status(&to.store).unwrap().waiting.is_empty());
            let (name, remark) = to
                .store
                .read_blocking(|tx| {
                    tx.one("SELECT name, remark FROM buyer", &[], |row| {
                        Ok((row.string(0)?, row.string(1)?))
                    })
                })
                .unwrap();
            assert_eq!((name.as_str(), remark.as_str()), ("小明", ""));
        }
    }
    // The manifest of a house of tomorrow.
    let bed = Bed::house_sqlite();
    bed.store
        .write_blocking(Lane::Any, |tx| {
            tx.exec(
                "INSERT INTO schema_migration (number, name, checksum, at) VALUES (9999, '9999_tomorrow', 'x', 1)",
                &[],
            )
        })
        .unwrap();
    let text = refusal(write(
        &bed.store,
        place.path(),
        &place.path().join("tomorrow.tar"),
    ));
    assert!(text.contains("newer"), "{text}");
    assert!(!place.path().join("tomorrow.tar").exists());
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let bed = Bed::house_sqlite();
    let place = tempfile::tempdir().unwrap();
    let archive = place.path().join("house.tar");
    std::fs::write(&archive, "mine").unwrap();
    assert!(refusal(write(&bed.store, place.path(), &archive)).contains("exists"));
    assert_eq!(std::fs::read(&archive).unwrap(), b"mine");
    let text = refusal(write(&bed.store, place.path(), Path::new("/nowhere/house.tar")));
    assert!(text.contains("make its folder"), "{text}");
    // Read by its owner only; and nothing but it is left.
    let fine = place.path().join("fine.tar");
    write(&bed.store, place.path(), &fine).unwrap();
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(
        std::fs::metadata(&fine).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 2);
}

#[test]
fn a_damaged_database_gets_no_backup() {
    let bed = Bed::house_sqlite();
    let folder = tempfile::tempdir().unwrap();
    furnish(&bed, folder.path(), 30, &[0; 100]);
    let yingke_store::Target::Sqlite { path } = bed.config.target.clone() else {
        unreachable!("a SQLite bed")
    };
    let config: StoreConfig = bed.config.clone();
    bed.store.close();
    let mut bytes = std::fs::read(&path).unwrap();
    // Pages that hold what was said, and no others: a damaged schema would be refused when it is opened, which is not meant here.
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let said = WORDS[0].as_bytes();
    let mut damaged = 0;
    for page in bytes.chunks_mut(size).skip(1) {
        if page.windows(said.len()).any(|w| w == said) {
            page.iter_mut().for_each(|byte| *byte ^= 0x5a);
            damaged += 1;
        }
    }
    assert!(damaged > 0, "no page holds {:?}", WORDS[0]);
    std::fs::write(&path, bytes).unwrap();
    let store = Store::open(config, Arc::new(|_| {})).unwrap();
    let text = refusal(write(&store, folder.path(), &folder.path().join("house.tar")));
    assert!(text.contains("damaged"), "{text}");
}

/// A table that nobody decided about would be missing after a restore.
#[test]
fn every_table_and_column_of_both_databases_is_known_or_derived() {
    let known: BTreeMap<String, Vec<(String, Kind)>> = backup::tables(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|table| {
            let columns = table.columns.into_iter().map(|c| (c.name, c.kind)).collect();
            (table.name, columns)
        })
        .collect();
    for (bed, postgres) in houses() {
        let columns = if postgres {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name IN (SELECT tablename FROM pg_tables)"
        } else {
            "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' \
             AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
        };
        let found = bed
            .store
            .read_blocking(|tx| {
                tx.all(columns, &[], |row| {
                    Ok((row.string(0)?, row.string(1)?, row.string(2)?))
                })
            })
            .unwrap();
        let mut seen = 0;
        for (table, column, kind) in &found {
            if backup::is_derived(table) {
                continue;
            }
            let there = known.get(table).unwrap_or_else(|| {
                panic!("the table {table} would not be in a backup: see backup::is_derived")
            });
            if backup::is_derived(&format!("{table}.{column}")) {
                continue;
            }
            let (_, wanted) = there
                .iter()
                .find(|(name, _)| name == column)
                .unwrap_or_else(|| panic!("the column {table}.{column} would not be in a backup"));
            let fits = match wanted {
                Kind::Id => ["BLOB", "uuid"].contains(&kind.as_str()),
                Kind::Int => ["INTEGER", "bigint"].contains(&kind.as_str()),
                Kind::Bool => ["INTEGER", "boolean"].contains(&kind.as_str()),
                Kind::Text => ["TEXT", "text"].contains(&kind.as_str()),
                Kind::Real => ["REAL", "double precision"].contains(&kind.as_str()),
                Kind::Bytes => ["BLOB", "bytea"].contains(&kind.as_str()),
            };
            assert!(fits, "{table}.{column} is {kind}, {wanted:?} in a backup");
            seen += 1;
        }
        assert_eq!(
            seen,
            known.values().map(Vec::len).sum::<usize>(),
            "what a backup has is there"
        );
    }
}
