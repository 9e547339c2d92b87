//! People, accounts, sessions, links, audit.

use super::{a_person, a_shop, at, contract, id, same};
use yingke_store::access::{self, AccountRow, AuditFilter, AuditRow, PersonRow, TotpRow};

fn person(n: u128, login: Option<&str>) -> PersonRow {
    PersonRow {
        id: id(n),
        login: login.map(str::to_owned),
        name: format!("人 {n}"),
        role: "agent".to_owned(),
        line: Some("售后".to_owned()),
        capacity: Some(7),
        active: true,
        has_password: false,
        grade: Some("middle".to_owned()),
    }
}

contract!(people_come_oldest_first, |tx| {
    assert!(access::people(tx)?.is_empty());
    let bare = PersonRow {
        line: None,
        capacity: None,
        active: false,
        ..person(1, None)
    };
    access::insert_person(tx, &person(3, Some("c")), Some("hash"), at(1))?;
    access::insert_person(tx, &bare, None, at(2))?;
    // Two nobodies: no login is no clash. The same moment: by id.
    access::insert_person(tx, &person(5, None), None, at(0))?;
    access::insert_person(tx, &person(4, None), None, at(0))?;
    let with_password = PersonRow {
        has_password: true,
        ..person(3, Some("c"))
    };
    same(
        access::people(tx)?,
        vec![person(4, None), person(5, None), with_password, bare],
    );
});

contract!(a_login_is_taken_once, |tx| {
    access::insert_person(tx, &person(1, Some("a")), Some("one"), at(0))?;
    access::insert_person(tx, &person(2, None), None, at(1))?;
    let taken = tx.attempt(|tx| access::insert_person(tx, &person(3, Some("a")), None, at(2)));
    assert!(taken.is_err_and(|e| e.is_constraint("person_login_key")));
    let taken = tx.attempt(|tx| access::set_credentials(tx, id(2), "a", "B", "two"));
    assert!(taken.is_err_and(|e| e.is_constraint("person_login_key")));
    access::set_credentials(tx, id(2), "b", "B", "two")?;
    assert_eq!(
        access::person_by_login(tx, "b")?,
        Some((id(2), Some("two".to_owned())))
    );
    assert_eq!(access::people(tx)?[1].name, "B");
    assert!(access::people(tx)?[1].has_password);
});

contract!(who_may_sign_in_is_found_by_login, |tx| {
    access::insert_person(tx, &person(1, Some("a")), Some("one"), at(0))?;
    access::insert_person(tx, &person(2, Some("b")), None, at(0))?;
    assert_eq!(
        access::person_by_login(tx, "a")?,
        Some((id(1), Some("one".to_owned())))
    );
    assert_eq!(access::person_by_login(tx, "b")?, Some((id(2), None)));
    assert_eq!(access::person_by_login(tx, "A")?, None);
    let gone = PersonRow {
        name: "New".to_owned(),
        role: "supervisor".to_owned(),
        line: None,
        capacity: None,
        active: false,
        ..person(1, Some("a"))
    };
    access::update_person(tx, &gone)?;
    assert_eq!(access::person_by_login(tx, "a")?, None, "deactivated");
    // Neither login nor password are changed by it.
    same(
        access::people(tx)?,
        vec![
            PersonRow {
                has_password: true,
                ..gone
            },
            person(2, Some("b")),
        ],
    );
});

contract!(members_are_a_set, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    for (shop, person) in [(two, p), (one, q), (one, p), (one, q)] {
        access::insert_member(tx, shop, person)?;
    }
    assert_eq!(access::members(tx)?, [(one, p), (one, q), (two, p)]);
    let nobody = tx.attempt(|tx| access::insert_member(tx, one, id(99)));
    assert!(nobody.is_err_and(|e| e.is_constraint("member_person_fkey")));
    access::delete_member(tx, one, p)?;
    // Who does not work there leaves nothing behind.
    access::delete_member(tx, one, p)?;
    assert_eq!(access::members(tx)?, [(one, q), (two, p)]);
});

contract!(an_account_is_made_once, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let person = a_person(tx, 11)?;
    let first = access::account(tx, one, "taobao", "店铺:小美", at(0))?;
    assert_eq!(access::account(tx, one, "taobao", "店铺:小美", at(1))?, first);
    let others = [
        access::account(tx, one, "taobao", "店铺:小丽", at(1))?,
        access::account(tx, one, "jd", "店铺:小美", at(1))?,
        access::account(tx, two, "taobao", "店铺:小美", at(1))?,
    ];
    access::bind_account(tx, first, Some(person))?;
    let row = |account, shop, channel: &str, name: &str, person| AccountRow {
        id: account,
        shop,
        channel: channel.to_owned(),
        name: name.to_owned(),
        person,
    };
    let all = |person| {
        vec![
            row(others[1], one, "jd", "店铺:小美", None),
            row(others[0], one, "taobao", "店铺:小丽", None),
            row(first, one, "taobao", "店铺:小美", person),
            row(others[2], two, "taobao", "店铺:小美", None),
        ]
    };
    same(access::accounts(tx)?, all(Some(person)));
    access::bind_account(tx, first, None)?;
    same(access::accounts(tx)?, all(None));
});

contract!(a_session_holds_until_its_end, |tx| {
    let (p, q) = (a_person(tx, 1)?, a_person(tx, 2)?);
    access::insert_session(tx, b"one", p, at(0), at(100), ("Firefox", "203.0.*.*"))?;
    access::insert_session(tx, b"two", p, at(0), at(50), ("", ""))?;
    access::insert_session(tx, b"three", q, at(0), at(100), ("", ""))?;
    assert_eq!(
        access::session(tx, b"one", at(99))?,
        Some((p, at(0), at(100), at(0)))
    );
    assert_eq!(access::session(tx, b"one", at(100))?, None, "over at its end");
    assert_eq!(access::session(tx, b"none", at(0))?, None);
    access::touch_session(tx, b"one", at(90), at(190))?;
    assert_eq!(
        access::session(tx, b"one", at(100))?,
        Some((p, at(90), at(190), at(0)))
    );
    let twice = tx.attempt(|tx| access::insert_session(tx, b"one", q, at(0), at(9), ("", "")));
    assert!(twice.is_err_and(|e| e.is_constraint("session_pkey")));

    access::delete_expired_sessions(tx, at(50))?;
    assert_eq!(access::session(tx, b"two", at(0))?, None);
    assert!(access::session(tx, b"one", at(0))?.is_some());
    access::delete_session(tx, b"one")?;
    assert_eq!(access::session(tx, b"one", at(0))?, None);
    assert!(access::session(tx, b"three", at(0))?.is_some());
    access::insert_session(tx, b"four", q, at(0), at(100), ("", ""))?;
    access::insert_session(tx, b"five", p, at(0), at(100), ("", ""))?;
    access::delete_sessions_of(tx, q)?;
    for gone in [&b"three"[..], b"four"] {
        assert_eq!(access::session(tx, gone, at(0))?, None);
    }
    assert!(access::session(tx, b"five", at(0))?.is_some());
});

contract!(a_deactivated_persons_session_is_none, |tx| {
    let p = a_person(tx, 1)?;
    access::insert_session(tx, b"one", p, at(0), at(100), ("", ""))?;
    let gone = PersonRow {
        active: false,
        ..person(1, None)
    };
    access::update_person(tx, &gone)?;
    assert_eq!(access::session(tx, b"one", at(1))?, None);
});

contract!(a_link_works_once, |tx| {
    let p = a_person(tx, 1)?;
    access::insert_link(tx, b"invite", "invite", Some(p), at(0), at(100))?;
    access::insert_link(tx, b"owner", "owner", None, at(0), at(100))?;
    assert!(access::link(tx, b"none")?.is_none());
    let owner = access::link(tx, b"owner")?.unwrap();
    assert_eq!(
        (owner.purpose.as_str(), owner.person, owner.name, owner.used_at),
        ("owner", None, None, None)
    );
    assert!(!access::use_link(tx, b"invite", at(100))?, "over at its end");
    assert!(access::use_link(tx, b"invite", at(50))?);
    assert!(!access::use_link(tx, b"invite", at(51))?, "used");
    assert!(!access::use_link(tx, b"none", at(1))?);
    let used = access::link(tx, b"invite")?.unwrap();
    assert_eq!(
        (used.person, used.name.as_deref(), used.expires_at, used.used_at),
        (Some(p), Some("Person 1"), at(100), Some(at(50)))
    );
    let twice = tx.attempt(|tx| access::insert_link(tx, b"owner", "owner", None, at(0), at(1)));
    assert!(twice.is_err_and(|e| e.is_constraint("link_pkey")));
});

contract!(owners_who_can_sign_in_are_counted, |tx| {
    assert_eq!(access::count_owners(tx)?, 0);
    let owner = |n| PersonRow {
        role: "owner".to_owned(),
        ..person(n, None)
    };
    access::insert_person(tx, &owner(1), Some("hash"), at(0))?;
    access::insert_person(tx, &owner(2), None, at(0))?;
    access::insert_person(tx, &person(3, None), Some("hash"), at(0))?;
    assert_eq!(access::count_owners(tx)?, 1);
    access::insert_person(tx, &owner(4), Some("hash"), at(0))?;
    assert_eq!(access::count_owners(tx)?, 2);
    access::update_person(
        tx,
        &PersonRow {
            active: false,
            ..owner(1)
        },
    )?;
    assert_eq!(access::count_owners(tx)?, 1);
});

contract!(the_audit_is_read_backward_page_by_page, |tx| {
    let p = a_person(tx, 1)?;
    let line = |n: u128| AuditRow {
        id: id(n),
        at: at(n as i64),
        person: n.is_multiple_of(2).then_some(p),
        act: "person.invite".to_owned(),
        subject: format!("subject {n}"),
        detail: r#"{"a":1}"#.to_owned(),
    };
    assert!(access::audit_page(tx, &AuditFilter::before(id(u128::MAX)), 10)?.is_empty());
    for n in [3, 1, 5, 2, 4] {
        access::audit(tx, &line(n))?;
    }
    same(
        access::audit_page(tx, &AuditFilter::before(id(u128::MAX)), 2)?,
        vec![line(5), line(4)],
    );
    same(
        access::audit_page(tx, &AuditFilter::before(id(4)), 2)?,
        vec![line(3), line(2)],
    );
    same(
        access::audit_page(tx, &AuditFilter::before(id(2)), 2)?,
        vec![line(1)],
    );
    assert!(access::audit_page(tx, &AuditFilter::before(id(1)), 2)?.is_empty());
});

contract!(sessions_are_listed_and_ended, |tx| {
    let (p, q) = (a_person(tx, 1)?, a_person(tx, 2)?);
    access::insert_session(tx, b"one", p, at(0), at(100), ("Firefox", "203.0.*.*"))?;
    access::insert_session(tx, b"two", p, at(1), at(100), ("", ""))?;
    access::insert_session(tx, b"old", p, at(0), at(5), ("", ""))?;
    access::insert_session(tx, b"other", q, at(0), at(100), ("", ""))?;
    let hashes = |rows: Vec<access::SessionRow>| rows.into_iter().map(|r| r.hash).collect::<Vec<_>>();
    let rows = access::sessions_of(tx, p, at(50))?;
    assert_eq!(
        (rows[1].agent.as_str(), rows[1].address.as_str()),
        ("Firefox", "203.0.*.*")
    );
    assert_eq!(
        hashes(rows),
        [b"two".to_vec(), b"one".to_vec()],
        "last used first, the ended one is gone"
    );
    assert_eq!(access::delete_other_sessions(tx, p, b"one")?, 2);
    assert_eq!(hashes(access::sessions_of(tx, p, at(2))?), [b"one".to_vec()]);
    assert_eq!(access::sessions_of(tx, q, at(2))?.len(), 1);
});

contract!(a_time_step_and_a_recovery_code_are_good_once, |tx| {
    let p = a_person(tx, 1)?;
    assert_eq!(access::totp(tx, p)?, None);
    access::put_totp(tx, p, b"first", at(1))?;
    access::put_totp(tx, p, b"second", at(2))?;
    let begun = TotpRow {
        secret: b"second".to_vec(),
        confirmed_at: None,
        step: 0,
    };
    assert_eq!(access::totp(tx, p)?, Some(begun));
    assert!(access::totp_people(tx)?.is_empty());
    assert!(access::use_totp_step(tx, p, 7, at(3))?);
    assert!(!access::use_totp_step(tx, p, 7, at(4))?, "used");
    assert!(
        !access::use_totp_step(tx, p, 6, at(4))?,
        "older than the one used"
    );
    assert!(access::use_totp_step(tx, p, 8, at(5))?);
    assert_eq!(access::totp(tx, p)?.and_then(|row| row.confirmed_at), Some(at(3)));
    assert_eq!(access::totp_people(tx)?, [p]);

    access::put_recovery_codes(tx, p, &[[1; 32], [2; 32]])?;
    assert!(access::use_recovery_code(tx, p, &[1; 32], at(6))?);
    assert!(!access::use_recovery_code(tx, p, &[1; 32], at(7))?);
    assert!(!access::use_recovery_code(tx, p, &[9; 32], at(7))?);
    assert_eq!(access::count_recovery_codes(tx, p)?, 1);
    access::put_recovery_codes(tx, p, &[[3; 32]])?;
    assert!(!access::use_recovery_code(tx, p, &[2; 32], at(8))?);
    access::delete_totp(tx, p)?;
    assert_eq!(access::totp(tx, p)?, None);
    assert_eq!(access::count_recovery_codes(tx, p)?, 0);
});

contract!(a_person_leaves_a_shop_and_gets_another_password, |tx| {
    let (shop, p) = (a_shop(tx, 1)?, a_person(tx, 1)?);
    access::insert_member(tx, shop, p)?;
    access::delete_member(tx, shop, p)?;
    assert!(access::members(tx)?.is_empty());
    assert_eq!(access::password_of(tx, p)?.as_deref(), Some("hash"));
    access::set_password(tx, p, "other")?;
    assert_eq!(access::password_of(tx, p)?.as_deref(), Some("other"));
    assert_eq!(access::password_of(tx, id(9))?, None);
    let gone = PersonRow {
        id: p,
        active: false,
        ..person(1, Some("a"))
    };
    access::update_person(tx, &gone)?;
    assert_eq!(access::password_of(tx, p)?, None);
    access::activate_person(tx, p)?;
    assert!(access::people(tx)?[0].active);
});

contract!(the_trail_is_filtered, |tx| {
    let (p, q) = (a_person(tx, 1)?, a_person(tx, 2)?);
    for (n, who, act, subject) in [
        (1, Some(p), "person.invite", "x"),
        (2, Some(q), "person.change", "x"),
        (3, None, "access.sign_in", "y"),
        (4, Some(p), "access.sign_in", "x"),
    ] {
        let line = AuditRow {
            id: id(n),
            at: at(n as i64),
            person: who,
            act: act.to_owned(),
            subject: subject.to_owned(),
            detail: String::new(),
        };
        access::audit(tx, &line)?;
    }
    let all = AuditFilter::before(id(u128::MAX));
    let mut found = |filter: AuditFilter| -> yingke_store::Result<Vec<i64>> {
        Ok(access::audit_page(tx, &filter, 9)?
            .iter()
            .map(|l| (l.at.micros() - at(0).micros()) / (at(1).micros() - at(0).micros()))
            .collect())
    };
    assert_eq!(found(all.clone())?, [4, 3, 2, 1]);
    assert_eq!(
        found(AuditFilter {
            person: Some(p),
            ..all.clone()
        })?,
        [4, 1]
    );
    assert_eq!(
        found(AuditFilter {
            act: "person.".to_owned(),
            ..all.clone()
        })?,
        [2, 1]
    );
    assert_eq!(
        found(AuditFilter {
            act: "access.sign_in".to_owned(),
            ..all.clone()
        })?,
        [4, 3]
    );
    assert_eq!(
        found(AuditFilter {
            act: "access.sign".to_owned(),
            ..all.clone()
        })?,
        Vec::<i64>::new()
    );
    assert_eq!(
        found(AuditFilter {
            subject: "y".to_owned(),
            ..all.clone()
        })?,
        [3]
    );
    assert_eq!(
        found(AuditFilter {
            from: at(2),
            to: at(4),
            ..all
        })?,
        [3, 2]
    );
});
