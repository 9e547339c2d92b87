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

mod orders_of_the_first_version {
    use super::*;
    use crate::bed::Bed;

    fn run(bed: Bed) {
        migrate::run_list(&bed.store, &migrate::MIGRATIONS[..2]).unwrap();
        let facts = r#"{"receiver":"某人","phone":"'138 0000-0001","address":"某省 某市","title":"挂毯","quantity":2,"carrier":"圆通","tracking":"YT1","total_fen":5,"province":"某省"}"#;
        bed.store
            .write_blocking(Lane::Any, move |tx| {
                let id = yingke_kernel::ShopId(uuid::Uuid::from_u128(1));
                tx.exec(
                    "INSERT INTO shop (id, code, name, zone, settings, secret, created_at) VALUES ($1, 'main', 'main', 'Asia/Shanghai', '{}', $2, 0)",
                    yingke_store::args![id, &b"secret"[..]],
                )?;
                for (n, facts) in [(1u128, facts), (2, r#"{"total_fen":7}"#)] {
                    let order = yingke_kernel::OrderId(uuid::Uuid::from_u128(n));
                    tx.exec(
                        "INSERT INTO orders (id, shop, platform, number, layout, gross_fen, refund_fen, net_fen, created_at, state, facts, digest, imported_at)
                         VALUES ($1, $2, 'taobao', $3, 'l', 5, 0, 5, 9, '卖家已发货， 等待买家确认', $4, $5, 9)",
                        yingke_store::args![order, id, &n.to_string(), facts, &b"digest"[..]],
                    )?;
                }
                Ok(())
            })
            .unwrap();
        migrate::run(&bed.store).unwrap();
        let (first, second) = bed
            .store
            .read_blocking(|tx| {
                let mut get =
                    |n| yingke_store::order::get(tx, yingke_kernel::OrderId(uuid::Uuid::from_u128(n)));
                Ok((get(1)?.unwrap().row, get(2)?.unwrap().row))
            })
            .unwrap();
        assert_eq!(first.receiver.as_deref(), Some("某人"));
        assert_eq!(first.phone.as_deref(), Some("13800000001"));
        assert_eq!(first.address.as_deref(), Some("某省 某市"));
        assert_eq!(first.parcel.as_deref(), Some("圆通 YT1"));
        assert_eq!(first.state.as_deref(), Some("卖家已发货，等待买家确认"));
        assert_eq!(
            (
                first.items.len(),
                first.items[0].title.as_str(),
                first.items[0].quantity
            ),
            (1, "挂毯", 2)
        );
        assert_eq!(first.items[0].price, None);
        assert!(
            !first.facts.contains("某人") && first.facts.contains("某省"),
            "{}",
            first.facts
        );
        assert_eq!(
            (second.receiver, second.phone, second.parcel, second.items.len()),
            (None, None, None, 0)
        );
    }

    #[test]
    fn sqlite() {
        run(Bed::bare_sqlite());
    }
    #[test]
    fn postgres() {
        if let Some(bed) = Bed::bare_postgres() {
            run(bed);
        }
    }
}

mod lines_of_people_before_seats {
    use super::*;
    use crate::bed::Bed;
    use yingke_domain::routing::Seat;
    use yingke_kernel::{PersonId, ShopId};
    use yingke_store::args;

    fn run(bed: Bed) {
        migrate::run_list(&bed.store, &migrate::MIGRATIONS[..9]).unwrap();
        let shop = |n| ShopId(uuid::Uuid::from_u128(n));
        let person = |n| PersonId(uuid::Uuid::from_u128(n));
        bed.store
            .write_blocking(Lane::Any, move |tx| {
                for n in [1u128, 2] {
                    tx.exec(
                        "INSERT INTO shop (id, code, name, zone, settings, secret, created_at) VALUES ($1, $2, 'x', 'Asia/Shanghai', '{}', $3, 0)",
                        args![shop(n), &n.to_string(), &b"secret"[..]],
                    )?;
                }
                for (n, line) in [(11u128, Some("售前")), (12, Some(" brides ")), (13, Some(" ")), (14, None)] {
                    tx.exec(
                        "INSERT INTO person (id, name, role, line, active, created_at) VALUES ($1, 'x', 'agent', $2, $3, 0)",
                        args![person(n), line, true],
                    )?;
                    tx.exec("INSERT INTO member (shop, person) VALUES ($1, $2)", args![shop(1), person(n)])?;
                }
                tx.exec("INSERT INTO member (shop, person) VALUES ($1, $2)", args![shop(2), person(11)])?;
                Ok(())
            })
            .unwrap();
        migrate::run(&bed.store).unwrap();
        let (seats, people) = bed
            .store
            .read_blocking(|tx| {
                Ok((
                    yingke_store::routing::seats(tx)?,
                    yingke_store::access::people(tx)?,
                ))
            })
            .unwrap();
        assert_eq!(
            seats,
            [
                (shop(1), person(11), Seat::on("pre_sales")),
                (shop(1), person(12), Seat::on("brides")),
                (shop(2), person(11), Seat::on("pre_sales")),
            ]
        );
        assert_eq!(people[0].line.as_deref(), Some("售前"), "it stays readable");
    }

    #[test]
    fn sqlite() {
        run(Bed::bare_sqlite());
    }
    #[test]
    fn postgres() {
        if let Some(bed) = Bed::bare_postgres() {
            run(bed);
        }
    }
}
