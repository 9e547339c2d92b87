//! Facts and derived days.

use super::{a_person, a_shop, a_thread, at, contract, id, message, say};
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::{ShopId, Stamp};
use yingke_store::intake::{self, ChatLine};
use yingke_store::metric::{self, PartRow};
use yingke_store::{Result, Tx, buyer};

fn imported(shop: ShopId, n: u128, conversation: &str, when: i64) -> ChatLine {
    ChatLine {
        shop,
        channel: "web".to_owned(),
        conversation: conversation.to_owned(),
        buyer: "u1".to_owned(),
        agent: Some("小美".to_owned()),
        to_agent: None,
        at: at(when),
        sender: "agent",
        kind: EntryKind::Text,
        text: "答 案".to_owned(),
        automatic: true,
        identity: id(n),
    }
}

contract!(facts_come_by_conversation_time_and_sequence, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    say(tx, message(thread, Sender::Buyer(buyer), 1, "问 题", at(100)))?;
    say(tx, message(thread, Sender::Agent(agent), 2, "答", at(110)))?;
    say(tx, message(thread, Sender::Bot, 3, "机", at(111)))?;
    intake::store_lines(
        tx,
        &[
            imported(shop, 10, "c1", 60),
            imported(shop, 11, "c1", 50),
            imported(shop, 12, "", 70),
        ],
        at(900),
    )?;
    let mut facts = Vec::new();
    metric::facts(tx, thread, &mut facts)?;
    assert_eq!(facts.len(), 5 + 3);
    assert!(
        facts
            .windows(2)
            .all(|pair| (pair[0].conversation, pair[0].at, pair[0].seq)
                < (pair[1].conversation, pair[1].at, pair[1].seq))
    );
    let by_seq = |seq: i64| facts.iter().find(|f| f.seq == seq).unwrap();
    // open, question, assign, answer, bot; then three from the file.
    let question = by_seq(2);
    assert_eq!(
        (
            question.sender,
            question.author,
            question.words,
            question.automatic
        ),
        (metric::Sender::Buyer, buyer.0, 2, false)
    );
    assert!(!question.imported && !question.uncut);
    assert_eq!(
        (by_seq(3).kind, by_seq(3).to_agent),
        (EntryKind::Assign, Some(agent.0))
    );
    assert_eq!(
        (by_seq(4).sender, by_seq(4).author),
        (metric::Sender::Agent, agent.0)
    );
    assert_eq!(
        (by_seq(5).sender, by_seq(1).sender),
        (metric::Sender::Machine, metric::Sender::Machine)
    );
    assert!(by_seq(6).imported && !by_seq(6).uncut && by_seq(6).automatic);
    assert_eq!((by_seq(6).at, by_seq(7).at), (at(60), at(50)));
    assert!(by_seq(6).agent.is_some());
    assert!(
        by_seq(8).imported && by_seq(8).uncut,
        "a file without conversation ids"
    );
    // The list is emptied before it is filled.
    metric::facts(tx, thread, &mut facts)?;
    assert_eq!(facts.len(), 8);
    metric::facts(tx, id(99), &mut facts)?;
    assert!(facts.is_empty());
});

contract!(a_thread_is_of_its_shop, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (_, a) = a_thread(tx, one, "u1")?;
    let (_, b) = a_thread(tx, two, "u1")?;
    assert_eq!(metric::shop_of(tx, a)?, Some(one));
    assert_eq!(metric::shop_of(tx, b)?, Some(two));
    assert_eq!(metric::shop_of(tx, id(99))?, None);
});

contract!(changed_threads_come_in_order_of_change, |tx| {
    let shop = a_shop(tx, 1)?;
    let mut threads = Vec::new();
    for n in 1..=3u128 {
        let (buyer, thread) = a_thread(tx, shop, &format!("u{n}"))?;
        say(
            tx,
            message(thread, Sender::Buyer(buyer), n, "x", at(40 - 10 * n as i64)),
        )?;
        threads.push(thread);
    }
    let (_, silent) = a_thread(tx, shop, "silent")?;
    assert_eq!(
        metric::changed_since(tx, at(10), 9)?,
        [(threads[2], at(10)), (threads[1], at(20)), (threads[0], at(30))]
    );
    assert_eq!(
        metric::changed_since(tx, at(11), 9)?,
        [(threads[1], at(20)), (threads[0], at(30))]
    );
    assert_eq!(metric::changed_since(tx, at(10), 1)?, [(threads[2], at(10))]);
    assert!(metric::changed_since(tx, at(31), 9)?.is_empty());
    let mut all = metric::all_threads(tx)?;
    all.sort_unstable();
    threads.sort_unstable();
    assert_eq!(all, threads, "without the one that has no entry: {silent}");
});

contract!(threads_between_two_times, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    // An imported conversation from 10 to 20, a live one open since 50.
    intake::store_lines(
        tx,
        &[imported(one, 1, "c", 10), imported(one, 2, "c", 20)],
        at(900),
    )?;
    let (_, imported, _) = buyer::buyer_and_thread(tx, one, "web", "u1", "u1", at(0))?;
    let (who, live) = a_thread(tx, one, "u2")?;
    say(tx, message(live, Sender::Buyer(who), 9, "x", at(50)))?;
    let met = |tx: &mut Tx<'_>, from: i64, to: i64| -> Result<(bool, bool)> {
        let met = metric::threads_between(tx, one, at(from), at(to))?;
        assert!(met.iter().all(|t| *t == imported || *t == live));
        Ok((met.contains(&imported), met.contains(&live)))
    };
    assert_eq!(met(tx, 0, 10)?, (false, false), "the end is not in it");
    assert_eq!(met(tx, 0, 11)?, (true, false));
    assert_eq!(met(tx, 20, 21)?, (true, false));
    assert_eq!(met(tx, 21, 50)?, (false, false));
    assert_eq!(met(tx, 15, 51)?, (true, true));
    assert_eq!(met(tx, 100_000, 200_000)?, (false, true), "open without end");
    assert!(metric::threads_between(tx, two, at(0), at(100))?.is_empty());
});

fn part(day: i32, parts: &str, due: Option<Stamp>) -> PartRow {
    PartRow {
        day,
        parts: parts.to_owned(),
        due,
    }
}

fn parts(tx: &mut Tx<'_>, shop: ShopId, day: i32) -> Result<Vec<String>> {
    let mut all = Vec::new();
    metric::parts_of_day(tx, shop, day, |text| {
        all.push(text.to_owned());
        Ok(())
    })?;
    all.sort();
    Ok(all)
}

contract!(a_threads_parts_are_replaced_as_a_whole, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (a, b) = (id(101), id(102));
    let first = [part(20, "a20", None), part(21, "a21", Some(at(7)))];
    assert!(metric::replace_parts(tx, one, a, &first)?.is_empty());
    metric::replace_parts(tx, one, b, &[part(20, "b20", Some(at(9)))])?;
    metric::replace_parts(tx, two, id(103), &[part(20, "c20", None)])?;
    assert_eq!(parts(tx, one, 20)?, ["a20", "b20"]);
    assert_eq!(parts(tx, one, 21)?, ["a21"]);
    assert!(parts(tx, one, 22)?.is_empty());
    let mut due = metric::due_threads(tx)?;
    due.sort_unstable();
    assert_eq!(due, [(a, at(7)), (b, at(9))]);
    assert_eq!(metric::threads_of_day(tx, one, 20)?, [a, b]);
    assert_eq!(metric::threads_of_day(tx, two, 20)?, [id(103)]);
    assert_eq!(
        metric::days_between(tx, one, 0, 99)?,
        [21, 20],
        "newest first, each once"
    );
    assert_eq!(metric::days_between(tx, one, 20, 20)?, [20]);
    assert!(metric::days_between(tx, one, 22, 99)?.is_empty());

    let mut before = metric::replace_parts(
        tx,
        one,
        a,
        &[part(22, "a22", Some(at(3))), part(23, "a23", Some(at(2)))],
    )?;
    before.sort_unstable();
    assert_eq!(before, [20, 21]);
    assert_eq!(parts(tx, one, 20)?, ["b20"]);
    assert!(parts(tx, one, 21)?.is_empty());
    let mut due = metric::due_threads(tx)?;
    due.sort_unstable();
    assert_eq!(due, [(a, at(2)), (b, at(9))], "the earliest of each");
    metric::replace_parts(tx, one, a, &[])?;
    assert_eq!(metric::days_between(tx, one, 0, 99)?, [20]);
    // Who reads may refuse.
    let refused = metric::parts_of_day(tx, one, 20, |_| Err(yingke_store::StoreError::NotOne(7)));
    assert!(matches!(refused, Err(yingke_store::StoreError::NotOne(7))));
});

fn counts(tx: &mut Tx<'_>, cut: &str, from: i32, to: i32) -> Result<Vec<(ShopId, i32, String)>> {
    let mut all = Vec::new();
    metric::counts(tx, cut, from, to, |shop, day, rows| {
        all.push((shop, day, rows.to_owned()));
        Ok(())
    })?;
    Ok(all)
}

contract!(a_days_rows_are_replaced_as_a_whole, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let rows = |text: &str| text.to_owned();
    metric::replace_counts(tx, two, 20, &[("agent", rows("x"))])?;
    metric::replace_counts(tx, one, 21, &[("agent", rows("b")), ("shop", rows("s"))])?;
    metric::replace_counts(tx, one, 20, &[("agent", rows("a"))])?;
    assert_eq!(
        counts(tx, "agent", 20, 21)?,
        [(one, 20, rows("a")), (one, 21, rows("b")), (two, 20, rows("x"))]
    );
    assert_eq!(counts(tx, "shop", 0, 99)?, [(one, 21, rows("s"))]);
    assert!(counts(tx, "agent", 22, 99)?.is_empty());
    metric::replace_counts(tx, one, 21, &[("agent", rows("c"))])?;
    assert_eq!(counts(tx, "agent", 21, 21)?, [(one, 21, rows("c"))]);
    assert!(
        counts(tx, "shop", 0, 99)?.is_empty(),
        "a cut that is not given is gone"
    );
    assert_eq!(counts(tx, "agent", 20, 20)?.len(), 2, "other days and shops stay");
});

contract!(a_follower_remembers_how_far_it_came, |tx| {
    assert_eq!(metric::derived_until(tx, "figures")?, None);
    metric::set_derived_until(tx, "figures", at(1))?;
    metric::set_derived_until(tx, "other", at(2))?;
    metric::set_derived_until(tx, "figures", at(3))?;
    assert_eq!(metric::derived_until(tx, "figures")?, Some(at(3)));
    assert_eq!(metric::derived_until(tx, "other")?, Some(at(2)));
});
