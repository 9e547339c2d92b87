//! What a caller may rely on, on both databases.

use crate::bed::{LANE, both, insert};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use yingke_kernel::{Fen, Problem, ProblemKind, ShopId, Stamp};
use yingke_store::{
    BatchJob, ConstraintKind, Dialect, Effect, Lane, OnConstraint, Result, Store, StoreError, Tx, Val, args,
};

both!(values_come_back_as_they_went, |bed| {
    let types = match bed.store.dialect() {
        Dialect::Sqlite => {
            "CREATE TABLE v (i INTEGER, t TEXT, id BLOB, b INTEGER, r REAL, y BLOB, z INTEGER) STRICT"
        }
        Dialect::Postgres => {
            "CREATE TABLE v (i BIGINT, t TEXT, id UUID, b BOOLEAN, r DOUBLE PRECISION, y BYTEA, z BIGINT)"
        }
    };
    bed.store.write_blocking(LANE, move |tx| tx.batch(types)).unwrap();
    let shop = ShopId::new(Stamp::from_secs(1_700_000_000));
    bed.store
        .write_blocking(LANE, move |tx| {
            tx.exec(
                "INSERT INTO v (i, t, id, b, r, y, z) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                args![
                    i64::MIN,
                    "亲，在吗 '$1'",
                    shop,
                    true,
                    0.25,
                    &[0u8, 255][..],
                    Some(Fen(-5))
                ],
            )?;
            // Parameters out of order and used twice.
            tx.exec(
                "INSERT INTO v (z, y, r, b, id, t, i) VALUES ($7, $6, $5, $4, $3, $2, CAST($1 AS BIGINT))",
                args![
                    7,
                    None::<&str>,
                    None::<ShopId>,
                    None::<bool>,
                    None::<f64>,
                    None::<&[u8]>,
                    Some(Stamp::from_micros(9))
                ],
            )
        })
        .unwrap();
    bed.store
        .read_blocking(|tx| {
            let mut first = true;
            tx.each("SELECT i, t, id, b, r, y, z FROM v ORDER BY i", &[], |row| {
                if first {
                    assert_eq!(row.int(0)?, i64::MIN);
                    assert_eq!(row.text(1)?, "亲，在吗 '$1'");
                    assert_eq!(row.id::<ShopId>(2)?, shop);
                    assert!(row.bool(3)?);
                    assert_eq!(row.real(4)?, 0.25);
                    assert_eq!(row.bytes(5)?, [0, 255]);
                    assert_eq!(row.opt_fen(6)?, Some(Fen(-5)));
                    // A wrong reading is an error that names the column, never a silent zero.
                    assert!(
                        matches!(row.int(1), Err(StoreError::Inconsistent(text)) if text.contains("column 1"))
                    );
                    assert!(row.int(99).is_err());
                } else {
                    assert_eq!(row.int(0)?, 7);
                    assert_eq!(row.opt_text(1)?, None);
                    assert_eq!(row.opt_id::<ShopId>(2)?, None);
                    assert_eq!(
                        (row.opt_bool(3)?, row.opt_real(4)?, row.opt_bytes(5)?),
                        (None, None, None)
                    );
                    assert_eq!(row.opt_stamp(6)?, Some(Stamp::from_micros(9)));
                    assert!(row.text(1).is_err());
                }
                first = false;
                Ok(())
            })
        })
        .unwrap();
});

both!(lists, |bed| {
    bed.store
        .write_blocking(LANE, |tx| {
            for id in 0..9 {
                insert(tx, id, &format!("n{id}"))?;
            }
            Ok(())
        })
        .unwrap();
    let got = |sql: &'static str, list: Val<'_>| {
        bed.store
            .read_blocking(|tx| tx.all(sql, &[list], |row| row.int(0)))
            .unwrap()
    };
    let in_list = "SELECT id FROM item WHERE id IN {list $1} ORDER BY id";
    assert_eq!(got(in_list, Val::Ints(&[3, 5, 77])), [3, 5]);
    assert_eq!(got(in_list, Val::Ints(&[])), [0i64; 0]);
    assert_eq!(
        got(
            "SELECT id FROM item WHERE id NOT IN {list $1} ORDER BY id",
            Val::Ints(&[0, 1, 2, 3, 4, 5])
        ),
        [6, 7, 8]
    );
    assert_eq!(
        got(
            "SELECT id FROM item WHERE name IN {list $1}",
            Val::Texts(&["n4", "it's"])
        ),
        [4]
    );
});

both!(a_failing_closure_undoes_only_itself, |bed| {
    let hold = bed.hold(LANE);
    let answers: Vec<_> = (0..6)
        .map(|id| {
            bed.store.write_queued(LANE, move |tx| {
                insert(tx, id, &format!("n{id}"))?;
                tx.emit(Effect::Custom(id as u64));
                match id {
                    1 => Err(Problem::conflict("no", "this one refuses").into()),
                    3 => panic!("this one panics"),
                    4 => insert(tx, 100, "n0").map(|_| id), // the name is taken
                    _ => Ok(id),
                }
            })
        })
        .collect();
    drop(hold);
    let answers: Vec<_> = answers.into_iter().map(|a| a.wait()).collect();
    assert!(matches!(&answers[1], Err(StoreError::Problem(p)) if p.code == "no"));
    assert!(matches!(&answers[3], Err(StoreError::Panicked(text)) if text.contains("panics")));
    assert!(matches!(
        &answers[4],
        Err(StoreError::Constraint {
            kind: ConstraintKind::Unique,
            ..
        })
    ));
    for id in [0, 2, 5] {
        assert_eq!(*answers[id as usize].as_ref().unwrap(), id);
    }
    assert_eq!(bed.items(), [0, 2, 5]);
    assert_eq!(bed.published(), [0, 2, 5]);
});

both!(a_lone_failure_leaves_nothing, |bed| {
    let refused: Result<()> = bed.store.write_blocking(LANE, |tx| {
        insert(tx, 1, "a")?;
        tx.emit(Effect::Custom(1));
        Err(Problem::conflict("no", "refused").into())
    });
    assert!(refused.is_err());
    let panicked: Result<()> = bed.store.write_blocking(LANE, |tx| {
        insert(tx, 2, "b")?;
        panic!("out");
    });
    assert!(matches!(panicked, Err(StoreError::Panicked(_))));
    assert_eq!(bed.items(), [0i64; 0]);
    assert_eq!(bed.published(), [0u64; 0]);
    bed.store.write_blocking(LANE, |tx| insert(tx, 3, "c")).unwrap();
    assert_eq!(bed.items(), [3]);
});

both!(a_swallowed_failure_is_a_failure, |bed| {
    // PostgreSQL would answer COMMIT with a silent rollback; SQLite would store half. Both must refuse.
    let outcome = bed.store.write_blocking(LANE, |tx| {
        insert(tx, 1, "a")?;
        let _ = insert(tx, 1, "again");
        Ok(())
    });
    assert!(
        matches!(outcome, Err(StoreError::Constraint { .. })),
        "{outcome:?}"
    );
    assert_eq!(bed.items(), [0i64; 0]);
    let outcome = bed.store.write_blocking(LANE, |tx| {
        let _ = insert(tx, 1, "a").and_then(|_| insert(tx, 1, "b"));
        insert(tx, 2, "c")
    });
    assert!(
        matches!(&outcome, Err(StoreError::Inconsistent(text)) if text.contains("attempt")),
        "{outcome:?}"
    );
    assert_eq!(bed.items(), [0i64; 0]);
});

both!(an_attempt_may_fail_and_the_rest_go_on, |bed| {
    let second = bed
        .store
        .write_blocking(LANE, |tx| {
            insert(tx, 1, "a")?;
            tx.emit(Effect::Custom(1));
            let second = tx.attempt(|tx| {
                insert(tx, 2, "b")?;
                tx.emit(Effect::Custom(2));
                insert(tx, 3, "a")
            });
            tx.attempt(|tx| insert(tx, 4, "d"))?;
            let nested = tx.attempt(|tx| {
                let inner: Result<()> = tx.attempt(|tx| {
                    insert(tx, 5, "e")?;
                    Err(Problem::conflict("inner", "inner").into())
                });
                assert!(inner.is_err());
                insert(tx, 6, "f")
            });
            nested?;
            tx.emit(Effect::Custom(3));
            Ok(second.is_err())
        })
        .unwrap();
    assert!(second);
    assert_eq!(bed.items(), [1, 4, 6]);
    assert_eq!(bed.published(), [1, 3]);
});

both!(constraints_have_one_name, |bed| {
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    let refused = |sql: &'static str| {
        bed.store
            .write_blocking(LANE, move |tx| tx.exec(sql, &[]))
            .expect_err(sql)
    };
    for (sql, name) in [
        ("INSERT INTO item (id, name, n) VALUES (2, 'a', 0)", "item_name"),
        ("INSERT INTO item (id, name, n) VALUES (1, 'b', 0)", "item_pkey"),
        (
            "INSERT INTO item (id, name, n) VALUES (3, 'c', -1)",
            "item_n_range",
        ),
        (
            "INSERT INTO item (id, name, n) VALUES (4, NULL, 0)",
            "item_name_not_null",
        ),
        ("INSERT INTO part (id, item) VALUES (1, 99)", "part_item_fkey"),
    ] {
        let error = refused(sql);
        assert!(error.is_constraint(name), "{name}: {error:?}");
        assert!(!error.is_constraint("something_else"), "{name}");
    }
    let friendly = bed.store.write_blocking(LANE, |tx| {
        insert(tx, 9, "a").on_constraint("item_name", || {
            Problem::conflict("name_taken", "choose another name")
        })
    });
    assert!(matches!(friendly, Err(StoreError::Problem(p)) if p.code == "name_taken"));
});

both!(a_deferred_violation_fails_only_the_guilty, |bed| {
    let hold = bed.hold(LANE);
    let answers: Vec<_> = (0..4)
        .map(|id| {
            bed.store.write_queued(LANE, move |tx| {
                tx.emit(Effect::Custom(id as u64));
                if id == 2 {
                    tx.exec("INSERT INTO part (id, item) VALUES (1, 999)", &[])
                } else {
                    insert(tx, id, &format!("n{id}"))
                }
            })
        })
        .collect();
    drop(hold);
    let done: Vec<bool> = answers.into_iter().map(|a| a.wait().is_ok()).collect();
    assert_eq!(done, [true, true, false, true]);
    assert_eq!(bed.items(), [0, 1, 3]);
    assert_eq!(bed.published(), [0, 1, 3]);
});

both!(parameters_are_counted, |bed| {
    for args in [args![1i64], args![1i64, "a", 0, 0]] as [&[Val<'_>]; 2] {
        let args: Vec<Val<'static>> = args.iter().map(|_| Val::Int(1)).collect();
        let error = bed
            .store
            .write_blocking(LANE, move |tx| {
                tx.exec("INSERT INTO item (id, name, n) VALUES ($1, $2, $3)", &args)
            })
            .unwrap_err();
        assert!(
            matches!(&error, StoreError::Inconsistent(text) if text.contains("takes 3")),
            "{error:?}"
        );
    }
    assert!(matches!(
        bed.store
            .read_blocking(|tx| tx.one("SELECT id FROM item", &[], |row| row.int(0))),
        Err(StoreError::NotOne(0))
    ));
});

both!(order_of_one_caller_is_kept, |bed| {
    // Several callers at once, each with frames of its own thread; each thread's numbers must come out 0, 1, 2 …
    bed.store
        .write_blocking(LANE, |tx| {
            tx.batch(
                "CREATE TABLE entry (thread BIGINT, seq BIGINT, value BIGINT, PRIMARY KEY (thread, seq))",
            )
        })
        .unwrap();
    std::thread::scope(|scope| {
        for thread in 0..6i64 {
            let store = &bed.store;
            scope.spawn(move || {
                let mut lane = [0u8; 16];
                lane[15] = thread as u8;
                let answers: Vec<_> = (0..60i64)
                    .map(|value| {
                        store.write_queued(Lane::Thread(lane), move |tx| {
                            let seq = tx.one(
                                "SELECT CAST(COUNT(*) AS BIGINT) FROM entry WHERE thread = $1",
                                args![thread],
                                |row| row.int(0),
                            )?;
                            tx.exec(
                                "INSERT INTO entry (thread, seq, value) VALUES ($1, $2, $3)",
                                args![thread, seq, value],
                            )?;
                            tx.emit(Effect::Custom((thread * 1_000 + value) as u64));
                            Ok(seq)
                        })
                    })
                    .collect();
                for (answer, value) in answers.into_iter().zip(0..) {
                    assert_eq!(answer.wait().unwrap(), value);
                }
            });
        }
    });
    let crossed = bed
        .store
        .read_blocking(|tx| {
            tx.one("SELECT COUNT(*) FROM entry WHERE seq <> value", &[], |row| {
                row.int(0)
            })
        })
        .unwrap();
    assert_eq!(crossed, 0);
    let published = bed.published();
    assert_eq!(published.len(), 360);
    for thread in 0..6u64 {
        let own: Vec<u64> = published
            .iter()
            .filter(|n| **n / 1_000 == thread)
            .map(|n| n % 1_000)
            .collect();
        assert_eq!(own, (0..60).collect::<Vec<_>>());
    }
    let (groups, jobs, waiting) = bed.store.figures();
    assert!(
        groups < jobs,
        "{groups} transactions for {jobs} jobs: nothing was grouped"
    );
    assert_eq!(waiting, 0);
});

both!(effects_come_before_answers, |bed| {
    for n in 0..50 {
        bed.store
            .write_blocking(LANE, move |tx| {
                tx.emit(Effect::Custom(n));
                insert(tx, n as i64, &format!("n{n}"))
            })
            .unwrap();
        assert_eq!(bed.published().last(), Some(&n));
    }
});

both!(a_reader_sees_one_moment, |bed| {
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    let store = bed.store.clone();
    bed.store
        .read_blocking(move |tx| {
            let count = |tx: &mut Tx<'_>| tx.one("SELECT COUNT(*) FROM item", &[], |row| row.int(0));
            assert_eq!(count(tx)?, 1);
            store.write_blocking(LANE, |tx| insert(tx, 2, "b")).unwrap();
            assert_eq!(count(tx)?, 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(bed.items(), [1, 2]);
});

both!(a_reader_cannot_write, |bed| {
    assert!(bed.store.read_blocking(|tx| insert(tx, 1, "a")).is_err());
    assert_eq!(bed.items(), [0i64; 0]);
});

both!(a_report_is_stopped_in_time, |bed| {
    let endless = "WITH RECURSIVE n(x) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT x + 1 FROM n WHERE x < 4000000000) SELECT COUNT(*) FROM n";
    let begun = Instant::now();
    let outcome = bed.store.report_blocking(
        |tx| tx.one(endless, &[], |row| row.int(0)),
        Duration::from_millis(200),
    );
    assert!(matches!(outcome, Err(StoreError::TimedOut(200))), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    // The connection is as good as before, without the old clock.
    for _ in 0..4 {
        let quick = bed.store.report_blocking(
            |tx| tx.one("SELECT COUNT(*) FROM item", &[], |r| r.int(0)),
            Duration::from_secs(5),
        );
        assert_eq!(quick.unwrap(), 0);
    }
});

both!(the_line_is_bounded_by_admission, |bed| {
    // The bound of the bed is 4096; the background's a sixteenth of it.
    let hold = bed.hold(LANE);
    let lane = LANE;
    let mut answers: Vec<_> = (0..4_100)
        .map(|_| bed.store.write_queued(lane, |_| Ok(())))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(5), answers[4_000].admitted())
            .await
            .unwrap();
        let last = answers.last_mut().unwrap();
        assert!(
            tokio::time::timeout(Duration::from_millis(50), last.admitted())
                .await
                .is_err(),
            "no bound"
        );
    });
    // The receiver was used up by the failed wait: another one behind it is admitted once the line moves.
    let mut behind = bed.store.write_queued(lane, |_| Ok(()));
    drop(hold);
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(20), behind.admitted())
            .await
            .unwrap()
    });
    behind.wait().unwrap();
    for answer in answers {
        answer.wait().unwrap();
    }
});

fn told(tx: &mut Tx<'_>, n: u64) -> Result<()> {
    tx.emit(Effect::Custom(n));
    Ok(())
}

struct Put {
    id: i64,
    ran: Arc<AtomicUsize>,
}

impl BatchJob for Put {
    type Out = usize;
    /// Refuses ids below zero by itself, fails as a whole on 13, panics on 17; answers the size of its call.
    fn run(tx: &mut Tx<'_>, jobs: &mut [Self]) -> Vec<Result<usize>> {
        let size = jobs.len();
        let mut outcomes = Vec::new();
        for job in jobs {
            job.ran.fetch_add(1, Ordering::SeqCst);
            assert_ne!(job.id, 17, "seventeen");
            outcomes.push(if job.id < 0 {
                Err(Problem::invalid("negative", "no ids below zero").into())
            } else {
                let name = if job.id == 13 {
                    "taken".to_owned()
                } else {
                    format!("n{}", job.id)
                };
                insert(tx, job.id, &name).map(|_| {
                    tx.emit(Effect::Custom(job.id as u64));
                    size
                })
            });
        }
        outcomes
    }
}

fn put(store: &Store, ids: &[i64]) -> Vec<Result<usize>> {
    let ran = Arc::new(AtomicUsize::new(0));
    let answers: Vec<_> = ids
        .iter()
        .map(|id| {
            store.batch_queued(
                LANE,
                Put {
                    id: *id,
                    ran: ran.clone(),
                },
            )
        })
        .collect();
    answers.into_iter().map(|a| a.wait()).collect()
}

both!(waiting_jobs_of_a_kind_are_one_call, |bed| {
    let hold = bed.hold(LANE);
    let ran = Arc::new(AtomicUsize::new(0));
    let job = |id| bed.store.batch_queued(LANE, Put { id, ran: ran.clone() });
    let first: Vec<_> = [1, 2, -1, 3].map(job).into();
    let between = bed.store.write_queued(LANE, |tx| {
        tx.all("SELECT id FROM item ORDER BY id", &[], |row| row.int(0))
    });
    let second: Vec<_> = [4, 5].map(job).into();
    drop(hold);
    let sizes: Vec<_> = first.into_iter().map(|a| a.wait().ok()).collect();
    assert_eq!(sizes, [Some(4), Some(4), None, Some(4)]);
    assert_eq!(
        between.wait().unwrap(),
        [1, 2, 3],
        "a closure between two batches runs between them"
    );
    assert!(second.into_iter().all(|a| a.wait().unwrap() == 2));
    assert_eq!(bed.items(), [1, 2, 3, 4, 5]);
    assert_eq!(bed.published(), [1, 2, 3, 4, 5]);
    assert_eq!(ran.load(Ordering::SeqCst), 6);
});

both!(a_bad_job_of_a_batch_fails_only_itself, |bed| {
    bed.store
        .write_blocking(LANE, |tx| insert(tx, 99, "taken"))
        .unwrap();
    for (bad, good) in [(13, [1, 2]), (17, [3, 4])] {
        let hold = bed.hold(LANE);
        let store = bed.store.clone();
        let answers = std::thread::spawn(move || put(&store, &[good[0], bad, good[1]]));
        while bed.store.figures().2 < 3 {
            std::thread::yield_now();
        }
        drop(hold);
        let answers = answers.join().unwrap();
        assert_eq!(answers[0].as_ref().ok(), Some(&1), "{answers:?}");
        assert!(answers[1].is_err());
        assert_eq!(answers[2].as_ref().ok(), Some(&1), "{answers:?}");
    }
    assert_eq!(bed.items(), [1, 2, 3, 4, 99]);
    assert_eq!(bed.published(), [1, 2, 3, 4]);
});

both!(background_lets_interactive_pass, |bed| {
    // One lane only would be needed on PostgreSQL; there the order between lanes is nobody's promise.
    if bed.store.dialect() == Dialect::Postgres {
        return;
    }
    let hold = bed.hold(Lane::Any);
    let slow: Vec<_> = (0..20u64)
        .map(|n| {
            bed.store
                .write_queued(Lane::Background, move |tx| told(tx, 1_000 + n))
        })
        .collect();
    let quick = bed.store.write_queued(Lane::Any, |tx| told(tx, 1));
    drop(hold);
    quick.wait().unwrap();
    slow.into_iter().for_each(|a| a.wait().unwrap());
    assert_eq!(bed.published()[0], 1);
});

both!(closing_does_what_waits_and_refuses_the_rest, |bed| {
    let hold = bed.hold(LANE);
    let waiting: Vec<_> = (0..30)
        .map(|id| {
            bed.store
                .write_queued(LANE, move |tx| insert(tx, id, &format!("n{id}")))
        })
        .collect();
    let store = bed.store.clone();
    let closing = std::thread::spawn(move || store.close());
    std::thread::sleep(Duration::from_millis(50));
    drop(hold);
    closing.join().unwrap();
    assert!(waiting.into_iter().all(|a| a.wait().is_ok()));
    assert!(matches!(
        bed.store.write_blocking(LANE, |_| Ok(())),
        Err(StoreError::Closed)
    ));
    assert!(matches!(
        bed.store.read_blocking(|_| Ok(())),
        Err(StoreError::Closed)
    ));
    let problem = Problem::from(StoreError::Closed);
    assert_eq!(problem.kind, ProblemKind::Unavailable);
});

both!(from_async_code, |bed| {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let writes: Vec<_> = (0..40)
            .map(|id| {
                let store = bed.store.clone();
                tokio::spawn(async move {
                    store
                        .write(Lane::Any, move |tx| insert(tx, id, &format!("n{id}")))
                        .await
                })
            })
            .collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        let count = bed
            .store
            .read(|tx| tx.one("SELECT COUNT(*) FROM item", &[], |row| row.int(0)))
            .await;
        assert_eq!(count.unwrap(), 40);
        let report = bed
            .store
            .report(
                |tx| tx.one("SELECT COUNT(*) FROM item", &[], |row| row.int(0)),
                Duration::from_secs(5),
            )
            .await;
        assert_eq!(report.unwrap(), 40);
        let panicked: Result<()> = bed.store.read(|_| panic!("reader")).await;
        assert!(matches!(panicked, Err(StoreError::Panicked(_))));
        // A server closes its store from async code, and drops it there.
        bed.store.close();
        drop(bed);
    });
});

both!(many_rows_stream, |bed| {
    bed.store
        .write_blocking(LANE, |tx| {
            let rows: Vec<Vec<Val<'_>>> = (0..5_000i64)
                .map(|id| vec![Val::Int(id), Val::Text("body")])
                .collect();
            tx.exec_many("INSERT INTO filler (id, body) VALUES ($1, $2)", &rows)
        })
        .unwrap();
    let mut sum = 0;
    bed.store
        .read_blocking(|tx| {
            tx.each("SELECT id FROM filler ORDER BY id", &[], |row| {
                sum += row.int(0)?;
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(sum, 4_999 * 5_000 / 2);
    // A reader's own refusal ends it, and the transaction is still sound.
    bed.store
        .read_blocking(|tx| {
            let stopped = tx.each("SELECT id FROM filler", &[], |_| {
                Err(Problem::not_found("row").into())
            });
            assert!(matches!(stopped, Err(StoreError::Problem(_))));
            tx.one("SELECT COUNT(*) FROM filler", &[], |row| row.int(0))
        })
        .unwrap();
});

both!(built_statements, |bed| {
    bed.store.write_blocking(LANE, |tx| insert(tx, 1, "a")).unwrap();
    for n in 0..300 {
        let sql = format!("SELECT id + {n} FROM item WHERE name = $1");
        assert_eq!(
            bed.store
                .read_blocking(|tx| tx.one(sql, args!["a"], |row| row.int(0)))
                .unwrap(),
            1 + n
        );
    }
    let shape = bed
        .store
        .read_blocking(|tx| tx.describe("SELECT id, name FROM item WHERE n = $2 AND id = $1"))
        .unwrap();
    assert_eq!((shape.parameters, shape.columns), (2, 2));
    assert!(
        bed.store
            .read_blocking(|tx| tx.describe("SELECT nothing FROM nowhere"))
            .is_err()
    );
});
