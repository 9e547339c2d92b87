//! Threads, conversations, entries.

use super::{a_person, a_shop, a_thread, at, contract, id, in_both_houses, message, policy, same, say};
use crate::bed::LANE;
use uuid::Uuid;
use yingke_domain::conversation::{self as rules, Closer, EntryKind, Sender};
use yingke_domain::policy::Policy;
use yingke_domain::stage::Stage;
use yingke_kernel::{ConversationId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::conversation::{self, Note, ThreadRow};
use yingke_store::file::{self, FileRow};
use yingke_store::{AppendJob, Effect, Result, StoreError, Tx};

/// A thread in which a buyer said something at `when`.
fn asked(tx: &mut Tx<'_>, shop: ShopId, n: u128, when: i64) -> Result<ThreadId> {
    let (buyer, thread) = a_thread(tx, shop, &format!("u{n}"))?;
    say(
        tx,
        message(thread, Sender::Buyer(buyer), n, &format!("问 {n}"), at(when)),
    )?;
    Ok(thread)
}

fn row(tx: &mut Tx<'_>, thread: ThreadId) -> Result<ThreadRow> {
    conversation::get(tx, thread).map(|t| t.unwrap())
}

fn give(tx: &mut Tx<'_>, thread: ThreadId, to: PersonId, when: i64) -> Result<ThreadRow> {
    let t = row(tx, thread)?;
    let change = rules::assign(t.live.clone(), to, Sender::System, at(when)).unwrap();
    conversation::apply(tx, t, change, Note::default(), at(when))
}

fn close(tx: &mut Tx<'_>, thread: ThreadId, by: PersonId, when: i64) -> Result<ThreadRow> {
    let t = row(tx, thread)?;
    let change = rules::close(t.live.clone(), Closer::Agent(by), at(when)).unwrap();
    conversation::apply(tx, t, change, Note::default(), at(when))
}

#[test]
fn characters_without_white_space_are_counted() {
    for (text, count) in [
        ("", 0),
        (" \n\t\u{3000}", 0),
        ("亲 在吗", 3),
        ("a b\u{a0}c", 3),
        ("👍🏻", 2),
    ] {
        assert_eq!(conversation::words(text), count, "{text:?}");
    }
}

#[test]
fn the_author_is_whoever_has_an_id() {
    assert_eq!(conversation::author(Sender::Buyer(id(1))), Uuid::from_u128(1));
    assert_eq!(conversation::author(Sender::Agent(id(2))), Uuid::from_u128(2));
    for house in [Sender::Bot, Sender::Auto, Sender::System] {
        assert_eq!(conversation::author(house), Uuid::nil());
    }
}

contract!(a_thread_comes_back_as_the_change_left_it, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let thread = asked(tx, shop, 1, 10)?;
    assert!(conversation::get(tx, id(99))?.is_none());
    let given = give(tx, thread, agent, 12)?;
    same(row(tx, thread)?, given.clone());
    assert_eq!(
        (given.live.holder, given.live.holder_since),
        (Some(agent), at(12))
    );
    assert_eq!(given.live.owed_since, Some(at(10)));
    assert_eq!(
        (given.last_text.as_str(), given.last_from.as_str()),
        ("问 1", "buyer")
    );
    assert_eq!(
        (given.unread, given.conversations, given.changed_at),
        (1, 1, at(12))
    );
    let closed = close(tx, thread, agent, 20)?;
    same(row(tx, thread)?, closed.clone());
    assert_eq!((closed.live.conversation, closed.live.holder), (None, None));
});

contract!(several_threads_come_by_id, |tx| {
    let shop = a_shop(tx, 1)?;
    let mut threads = Vec::new();
    for n in 1..=4 {
        threads.push(asked(tx, shop, n, n as i64)?);
    }
    let ids: Vec<[u8; 16]> = [3, 0, 2].iter().map(|i: &usize| threads[*i].bytes()).collect();
    let got = conversation::get_many(tx, &[&ids[..], &[[9; 16]]].concat())?;
    let mut wanted = vec![threads[3], threads[0], threads[2]];
    wanted.sort_unstable();
    assert_eq!(got.iter().map(|t| t.id).collect::<Vec<_>>(), wanted);
    for t in got {
        same(row(tx, t.id)?, t);
    }
    assert!(conversation::get_many(tx, &[])?.is_empty());
});

contract!(open_ones_come_longest_silent_first, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let agent = a_person(tx, 11)?;
    let late = asked(tx, one, 1, 30)?;
    let early = asked(tx, one, 2, 10)?;
    let closed = asked(tx, one, 3, 20)?;
    close(tx, closed, agent, 21)?;
    asked(tx, two, 4, 5)?;
    a_thread(tx, one, "silent")?;
    let open = conversation::open(tx, one)?;
    assert_eq!(open.iter().map(|t| t.id).collect::<Vec<_>>(), [early, late]);
    assert!(conversation::open(tx, id(99))?.is_empty());
});

contract!(what_is_over_by_itself_is_due, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    // 1000 seconds with an answer owed, 100 without.
    let owed = asked(tx, shop, 1, 0)?;
    let answered = asked(tx, shop, 2, 0)?;
    say(tx, message(answered, Sender::Agent(agent), 3, "答", at(5)))?;
    assert!(conversation::due(tx, at(104), 9)?.is_empty());
    assert_eq!(conversation::due(tx, at(105), 9)?, [answered]);
    let mut both = conversation::due(tx, at(1_000), 9)?;
    both.sort_unstable();
    let mut wanted = [owed, answered];
    wanted.sort_unstable();
    assert_eq!(both, wanted);
    assert_eq!(conversation::due(tx, at(1_000), 1)?.len(), 1);
    close(tx, answered, agent, 50)?;
    assert_eq!(conversation::due(tx, at(1_000), 9)?, [owed]);
});

contract!(threads_are_paged_newest_first_without_hole_or_double, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let agent = a_person(tx, 11)?;
    let mut wanted: Vec<(Stamp, ThreadId, bool)> = Vec::new();
    for n in 1..=9u128 {
        // Three at a time share a moment.
        let thread = asked(tx, one, n, (n as i64 / 3) * 10)?;
        let closed = n % 2 == 0;
        let last = if closed {
            close(tx, thread, agent, (n as i64 / 3) * 10)?.live.last_at
        } else {
            row(tx, thread)?.live.last_at
        };
        wanted.push((last, thread, closed));
    }
    asked(tx, two, 20, 5)?;
    a_thread(tx, one, "silent")?;
    wanted.sort_unstable();
    wanted.reverse();
    for closed_only in [false, true] {
        for limit in [1, 2, 4, 100] {
            let (mut before, mut met) = ((at(1_000_000), id(u128::MAX)), Vec::new());
            loop {
                let page = conversation::page(tx, one, closed_only, before, limit)?;
                assert!(page.len() as i64 <= limit);
                let Some(last) = page.last() else { break };
                before = (last.live.last_at, last.id);
                met.extend(page.iter().map(|t| t.id));
            }
            let all: Vec<ThreadId> = wanted
                .iter()
                .filter(|(_, _, closed)| *closed || !closed_only)
                .map(|(_, thread, _)| *thread)
                .collect();
            assert_eq!(met, all, "{limit} at a time, closed only: {closed_only}");
        }
    }
});

contract!(entries_are_read_forward_and_backward, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let picture = FileRow {
        id: id(500),
        shop,
        thread: Some(thread),
        author: buyer.0,
        kind: "image/png".to_owned(),
        width: 640,
        height: 480,
        bytes: 9,
        name: String::new(),
        secs: 0,
    };
    file::insert(tx, &picture, at(0))?;
    say(tx, message(thread, Sender::Buyer(buyer), 1, "一 二", at(0)))?;
    let with_picture = AppendJob {
        kind: EntryKind::Image,
        file: Some((picture.id, picture.about())),
        text: String::new(),
        ..message(thread, Sender::Buyer(buyer), 2, "", at(1))
    };
    say(tx, with_picture)?;
    let automatic = AppendJob {
        automatic: true,
        ..message(thread, Sender::Agent(agent), 3, "[自动]", at(2))
    };
    say(tx, automatic)?;
    // open, message, picture, assign, message
    let all = conversation::entries_after(tx, thread, 0, 100)?;
    let kinds: Vec<(i64, &str, &str)> = all
        .iter()
        .map(|e| (e.seq, e.kind.as_str(), e.sender.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (1, "open", "system"),
            (2, "text", "buyer"),
            (3, "image", "buyer"),
            (4, "assign", "agent"),
            (5, "text", "agent")
        ]
    );
    let (first, image, last) = (&all[1], &all[2], &all[4]);
    assert_eq!(
        (first.text.as_str(), first.words, first.author),
        ("一 二", 2, buyer.0)
    );
    assert_eq!((first.client_id, first.at), (Some(id(1)), at(0)));
    assert!(conversation::is_sent(tx, thread, agent, id(3))?);
    assert!(!conversation::is_sent(tx, thread, agent, id(1))?, "the buyer's");
    assert!(!conversation::is_sent(tx, id(998), agent, id(3))?, "elsewhere");
    assert_eq!(
        (image.file, image.about.clone()),
        (Some(picture.id), Some(picture.about()))
    );
    assert_eq!(
        (last.author, last.automatic, all[3].to_agent),
        (agent.0, true, Some(agent.0))
    );
    assert!(!first.automatic && first.about.is_none());

    let numbers = |entries: Vec<conversation::EntryRow>| entries.iter().map(|e| e.seq).collect::<Vec<_>>();
    assert_eq!(numbers(conversation::entries_after(tx, thread, 2, 2)?), [3, 4]);
    assert_eq!(numbers(conversation::entries_after(tx, thread, 5, 2)?), [0i64; 0]);
    assert_eq!(numbers(conversation::entries_before(tx, thread, 4, 2)?), [2, 3]);
    assert_eq!(
        numbers(conversation::entries_before(tx, thread, 100, 100)?),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(
        numbers(conversation::entries_before(tx, thread, 1, 9)?),
        [0i64; 0]
    );
    assert_eq!(numbers(conversation::entries_after(tx, id(99), 0, 9)?), [0i64; 0]);
    for e in all {
        same(conversation::entry_at(tx, thread, e.seq)?, Some(e));
    }
    assert!(conversation::entry_at(tx, thread, 6)?.is_none());
    assert!(conversation::entry_at(tx, id(99), 1)?.is_none());
});

contract!(a_conversations_entries_are_its_own, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let thread = asked(tx, shop, 1, 0)?;
    let first = row(tx, thread)?.live.conversation.unwrap();
    close(tx, thread, agent, 10)?;
    say(tx, message(thread, Sender::Agent(agent), 2, "还在吗", at(20)))?;
    let second = row(tx, thread)?.live.conversation.unwrap();
    assert_ne!(first, second);
    let of = |tx: &mut Tx<'_>, c: ConversationId| {
        conversation::entries_of(tx, thread, c).map(|all| all.iter().map(|e| e.seq).collect::<Vec<_>>())
    };
    assert_eq!(of(tx, first)?, [1, 2, 3]);
    assert_eq!(of(tx, second)?, [4, 5, 6]);
    assert_eq!(of(tx, id(99))?, [0i64; 0]);
    assert_eq!(row(tx, thread)?.conversations, 2);
    let opened: Vec<(ConversationId, Stamp, Option<Stamp>)> = tx.all(
        "SELECT id, opened_at, closed_at FROM conversation ORDER BY opened_at",
        &[],
        |row| Ok((row.id(0)?, row.stamp(1)?, row.opt_stamp(2)?)),
    )?;
    assert_eq!(opened, [(first, at(0), Some(at(10))), (second, at(20), None)]);
});

contract!(a_message_that_was_taken_back_is_known_and_blank, |tx| {
    let shop = a_shop(tx, 1)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    say(tx, message(thread, Sender::Buyer(buyer), 1, "secret", at(0)))?;
    say(tx, message(thread, Sender::Buyer(buyer), 2, "fine", at(1)))?;
    assert!(conversation::recalled(tx, thread)?.is_empty());
    let t = row(tx, thread)?;
    let open = t.live.conversation.unwrap();
    let change = rules::recall(
        t.live.clone(),
        Sender::Buyer(buyer),
        2,
        open,
        None,
        at(2),
        &policy(),
    )
    .unwrap();
    conversation::apply(tx, t, change, Note::default(), at(2))?;
    conversation::blank_entry(tx, thread, 2)?;
    assert_eq!(conversation::recalled(tx, thread)?, [2]);
    assert!(conversation::recalled(tx, id(99))?.is_empty());
    let blank = conversation::entry_at(tx, thread, 2)?.unwrap();
    assert_eq!(
        (blank.text.as_str(), blank.file, blank.client_id),
        ("", None, Some(id(1)))
    );
    assert_eq!(conversation::entry_at(tx, thread, 3)?.unwrap().text, "fine");
    // Its repeat still gets the first answer.
    let again = say(tx, message(thread, Sender::Buyer(buyer), 1, "secret", at(5)))?;
    assert_eq!((again.seq, again.at, again.repeat), (2, at(0), true));
});

contract!(the_place_in_the_queue_is_by_time_then_id, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let agent = a_person(tx, 11)?;
    let mut waiting = Vec::new();
    for n in 1..=4 {
        waiting.push((at(n as i64 / 2), asked(tx, one, n, n as i64 / 2)?));
    }
    asked(tx, two, 20, 0)?;
    waiting.sort_unstable();
    for (place, (since, thread)) in waiting.iter().enumerate() {
        assert_eq!(
            conversation::queued_before(tx, one, *since, *thread)?,
            place as i64
        );
    }
    give(tx, waiting[0].1, agent, 10)?;
    let (since, thread) = waiting[3];
    assert_eq!(conversation::queued_before(tx, one, since, thread)?, 2);
    assert_eq!(conversation::queued_before(tx, id(99), since, thread)?, 0);
});

contract!(who_holds_what_is_counted, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    assert!(conversation::loads(tx)?.is_empty());
    let mut threads = Vec::new();
    for (n, shop, holder) in [
        (1, one, Some(p)),
        (2, one, Some(p)),
        (3, two, Some(p)),
        (4, one, Some(q)),
        (5, one, None),
    ] {
        let thread = asked(tx, shop, n, n as i64)?;
        if let Some(holder) = holder {
            give(tx, thread, holder, 10)?;
        }
        threads.push(thread);
    }
    let mut loads = conversation::loads(tx)?;
    loads.sort_unstable();
    assert_eq!(loads, [(p, 3), (q, 1)]);
    let held = |tx: &mut Tx<'_>, shops: &[ShopId], who| {
        let shops: Vec<[u8; 16]> = shops.iter().map(|s| s.bytes()).collect();
        conversation::held_by(tx, &shops, who).map(|mut held| {
            held.sort_unstable();
            held
        })
    };
    let sorted = |mut all: Vec<ThreadId>| {
        all.sort_unstable();
        all
    };
    assert_eq!(held(tx, &[one], p)?, sorted(vec![threads[0], threads[1]]));
    assert_eq!(
        held(tx, &[one, two], p)?,
        sorted(vec![threads[0], threads[1], threads[2]])
    );
    assert!(held(tx, &[], p)?.is_empty());
    assert!(held(tx, &[one], id(99))?.is_empty());
    close(tx, threads[3], q, 20)?;
    assert_eq!(conversation::loads(tx)?, [(p, 3)]);
});

contract!(seen_goes_forward_only, |tx| {
    let shop = a_shop(tx, 1)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    for n in 1..=3 {
        say(tx, message(thread, Sender::Buyer(buyer), n, "x", at(n as i64)))?;
    }
    // Entries 1 to 4; three messages unread.
    for by_buyer in [true, false] {
        assert!(conversation::set_read(tx, thread, by_buyer, 2)?);
        assert!(!conversation::set_read(tx, thread, by_buyer, 2)?, "no news");
        assert!(!conversation::set_read(tx, thread, by_buyer, 1)?, "backward");
        assert!(!conversation::set_read(tx, thread, by_buyer, 5)?, "not there yet");
    }
    assert!(!conversation::set_read(tx, id(99), true, 1)?);
    let t = row(tx, thread)?;
    assert_eq!((t.buyer_read, t.shop_read, t.unread), (2, 2, 3));
    assert!(conversation::set_read(tx, thread, false, 4)?);
    let t = row(tx, thread)?;
    assert_eq!((t.buyer_read, t.shop_read, t.unread), (2, 4, 0));
});

contract!(a_change_of_what_has_changed_is_refused, |tx| {
    let shop = a_shop(tx, 1)?;
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let thread = asked(tx, shop, 1, 0)?;
    let seen = row(tx, thread)?;
    give(tx, thread, p, 1)?;
    let late = rules::assign(seen.live.clone(), q, Sender::System, at(1)).unwrap();
    let outcome = tx.attempt(|tx| {
        // Its entry would be there twice; without that, the row itself says no.
        let mut late = late.clone();
        late.entries = rules::close(seen.live.clone(), Closer::Agent(q), at(1))
            .unwrap()
            .entries;
        conversation::apply(tx, seen.clone(), late, Note::default(), at(1))
    });
    assert!(outcome.is_err());
    assert_eq!(row(tx, thread)?.live.holder, Some(p));
});

contract!(what_is_left_of_a_talk_stands_in_the_row, |tx| {
    let shop = a_shop(tx, 1)?;
    let thread = asked(tx, shop, 1, 0)?;
    let mut t = row(tx, thread)?;
    let of = t.live.conversation.unwrap();
    let all = conversation::entries_of(tx, thread, of)?;
    let said = all.iter().find(|e| e.kind == EntryKind::Text).cloned().unwrap();
    conversation::show_last(&mut t, None);
    assert_eq!((t.last_text.as_str(), t.last_kind.as_str()), ("", "recalled"));
    let long = yingke_store::conversation::EntryRow {
        text: format!("一\n{}", "长".repeat(200)),
        ..said
    };
    conversation::show_last(&mut t, Some(&long));
    assert_eq!((t.last_kind.as_str(), t.last_from.as_str()), ("text", "buyer"));
    assert!(t.last_text.starts_with("一 长") && t.last_text.chars().count() == 80);
});

in_both_houses!(a_change_is_published_with_its_entries, |bed| {
    let (thread, agent) = bed
        .store
        .write_blocking(LANE, |tx| {
            let shop = a_shop(tx, 1)?;
            let agent = a_person(tx, 11)?;
            Ok((asked(tx, shop, 1, 0)?, agent))
        })
        .unwrap();
    bed.store
        .write_blocking(LANE, move |tx| {
            let t = row(tx, thread)?;
            let change = rules::assign(t.live.clone(), agent, Sender::System, at(5)).unwrap();
            let note = Note {
                text: "请接手".to_owned(),
                seen: true,
                data: None,
            };
            conversation::apply(tx, t, change, note, at(5))
        })
        .unwrap();
    let refused: Result<()> = bed.store.write_blocking(LANE, move |tx| {
        close(tx, thread, agent, 6)?;
        Err(StoreError::Closed)
    });
    assert!(refused.is_err());
    let effects = bed.effects.lock().unwrap().clone();
    let [Effect::Appeared(asked), Effect::Appeared(given)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(
        (asked.open_before, asked.holder_before, asked.entries.len()),
        (false, None, 2)
    );
    assert_eq!(
        (given.open_before, given.holder_before, given.entries.len()),
        (true, None, 1)
    );
    assert_eq!(given.entries[0].text, "请接手");
    assert_eq!((given.thread.unread, given.thread.live.holder), (0, Some(agent)));
    let stored = bed.store.read_blocking(|tx| row(tx, thread)).unwrap();
    same(&stored, &given.thread);
});

/// A private note of a person in the thread's last conversation.
fn note(
    tx: &mut Tx<'_>,
    thread: ThreadId,
    by: PersonId,
    kind: EntryKind,
    when: i64,
    data: &str,
) -> Result<ThreadRow> {
    let t = row(tx, thread)?;
    let conversation = conversation::last_conversation(tx, thread)?.unwrap();
    let change = rules::remark(t.live.clone(), kind, Sender::Agent(by), conversation, at(when)).unwrap();
    let note = Note {
        text: "记一下".to_owned(),
        seen: false,
        data: Some(data.to_owned()),
    };
    conversation::apply(tx, t, change, note, at(when))
}

contract!(a_message_carries_its_payload_and_what_it_answers_to, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    say(tx, message(thread, Sender::Buyer(buyer), 1, "这款有货吗", at(0)))?;
    let quoted = conversation::Quoted {
        seq: 2,
        sender: "buyer".to_owned(),
        author: buyer.0,
        kind: EntryKind::Text,
        text: "这款有货吗".to_owned(),
    };
    let card = AppendJob {
        kind: EntryKind::Card,
        data: Some(r#"{"card":"product","product":"p1","title":"云朵杯"}"#.to_owned()),
        quote: Some(quoted.clone()),
        ..message(thread, Sender::Agent(agent), 2, "云朵杯", at(1))
    };
    assert_eq!(say(tx, card.clone())?.seq, 4);
    let stored = conversation::entry_at(tx, thread, 4)?.unwrap();
    assert_eq!(
        (stored.data.as_ref(), stored.quote.as_ref()),
        (card.data.as_ref(), Some(&quoted))
    );
    assert_eq!(
        (stored.words, stored.refers),
        (0, Some(2)),
        "a card's title is nobody's words"
    );
    // The same choice again, with another price by now: the first answer.
    let again = AppendJob {
        data: Some(r#"{"card":"product","product":"p1","title":"云朵杯（新）","price_fen":100}"#.to_owned()),
        text: "云朵杯（新）".to_owned(),
        ..card.clone()
    };
    assert!(say(tx, again)?.repeat);
    let other = AppendJob {
        data: Some(r#"{"card":"product","product":"p2","title":"云朵杯"}"#.to_owned()),
        ..card
    };
    assert!(say(tx, other).is_err(), "another product under the same id");
    // What is quoted goes with its words when it is taken back, and so does a payload.
    conversation::blank_entry(tx, thread, 2)?;
    assert_eq!(
        conversation::entry_at(tx, thread, 4)?
            .unwrap()
            .quote
            .unwrap()
            .text,
        ""
    );
    conversation::blank_entry(tx, thread, 4)?;
    assert!(conversation::entry_at(tx, thread, 4)?.unwrap().data.is_none());
});

contract!(the_stage_follows_the_words_until_a_hand_sets_it, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let ground = yingke_store::Ground {
        policy: Some(std::sync::Arc::new(Policy::default())),
        ..Default::default()
    };
    let mut n = 0;
    let mut says = |tx: &mut Tx<'_>, sender, text: &str| -> Result<Stage> {
        n += 1;
        let job = AppendJob {
            ground: ground.clone(),
            ..message(thread, sender, n, text, at(n as i64))
        };
        say(tx, job)?;
        Ok(row(tx, thread)?.stage)
    };
    assert_eq!(says(tx, Sender::Buyer(buyer), "在吗")?, Stage::Welcome);
    assert_eq!(says(tx, Sender::Agent(agent), "您好")?, Stage::Dialogue);
    assert_eq!(says(tx, Sender::Auto, "退款")?, Stage::Dialogue);
    assert_eq!(says(tx, Sender::Buyer(buyer), "什么时候发货")?, Stage::Logistics);
    conversation::set_stage(tx, thread, Stage::Bargaining, Some(agent))?;
    assert_eq!(says(tx, Sender::Buyer(buyer), "我要退款")?, Stage::Bargaining);
    assert_eq!(row(tx, thread)?.stage_by, Some(agent));
    close(tx, thread, agent, 50)?;
    assert_eq!(row(tx, thread)?.stage_by, None);
    assert_eq!(says(tx, Sender::Buyer(buyer), "又来了")?, Stage::Welcome);
});

contract!(a_message_left_waits_for_a_person_and_a_mark_for_a_reader, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    let alone = |n, when| AppendJob {
        ground: yingke_store::Ground {
            unattended: true,
            ..Default::default()
        },
        ..message(thread, Sender::Buyer(buyer), n, "有人吗", at(when))
    };
    say(tx, alone(1, 5))?;
    say(tx, alone(2, 9))?;
    assert_eq!(row(tx, thread)?.left_at, Some(at(5)));
    say(tx, message(thread, Sender::Auto, 3, "明早九点回复您", at(10)))?;
    assert_eq!(row(tx, thread)?.left_at, Some(at(5)));
    conversation::mark_unread(tx, thread)?;
    assert!(row(tx, thread)?.marked_unread);
    let before = row(tx, thread)?;
    assert!(conversation::set_read(tx, thread, false, 4)?);
    let after = row(tx, thread)?;
    assert!(!after.marked_unread && after.rev == before.rev + 1);
    assert!(!conversation::set_read(tx, thread, false, 4)?);
    conversation::mark_unread(tx, thread)?;
    assert!(
        conversation::set_read(tx, thread, false, 4)?,
        "read again takes the mark away"
    );
    assert_eq!(row(tx, thread)?.shop_read, 4);
    conversation::mark_unread(tx, thread)?;
    say(tx, message(thread, Sender::Agent(agent), 5, "您好", at(20)))?;
    let answered = row(tx, thread)?;
    assert!(answered.left_at.is_none() && !answered.marked_unread);
});

contract!(a_mark_is_asked_for_once_a_person_answered, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    assert_eq!(conversation::last_conversation(tx, thread)?, None);
    assert_eq!(conversation::to_be_rated(tx, thread)?, None);
    say(tx, message(thread, Sender::Buyer(buyer), 1, "在吗", at(0)))?;
    let one = conversation::last_conversation(tx, thread)?.unwrap();
    assert!(!conversation::is_answered(tx, thread, one)?);
    close(tx, thread, agent, 1)?;
    assert_eq!(conversation::to_be_rated(tx, thread)?, None, "nobody answered");
    say(tx, message(thread, Sender::Buyer(buyer), 2, "在吗", at(2)))?;
    let two = conversation::last_conversation(tx, thread)?.unwrap();
    say(tx, message(thread, Sender::Agent(agent), 3, "在的", at(3)))?;
    assert!(conversation::is_answered(tx, thread, two)?);
    assert_eq!(conversation::to_be_rated(tx, thread)?, None, "not over yet");
    note(tx, thread, agent, EntryKind::Ask, 4, "{}")?;
    assert_eq!(conversation::to_be_rated(tx, thread)?, Some(two), "invited");
    let rate = |tx: &mut Tx<'_>, when| -> Result<()> {
        let t = row(tx, thread)?;
        let conversation = conversation::last_conversation(tx, thread)?.unwrap();
        let by = Sender::Buyer(buyer);
        let change = rules::remark(t.live.clone(), EntryKind::Rating, by, conversation, at(when)).unwrap();
        conversation::apply(tx, t, change, Note::default(), at(when))?;
        Ok(())
    };
    rate(tx, 5)?;
    assert_eq!(conversation::to_be_rated(tx, thread)?, None);
    close(tx, thread, agent, 6)?;
    assert_eq!(
        conversation::to_be_rated(tx, thread)?,
        None,
        "there is a mark already"
    );
    say(tx, message(thread, Sender::Buyer(buyer), 4, "还有", at(7)))?;
    say(tx, message(thread, Sender::Agent(agent), 5, "在的", at(8)))?;
    let three = conversation::last_conversation(tx, thread)?.unwrap();
    close(tx, thread, agent, 9)?;
    note(tx, thread, agent, EntryKind::Note, 10, "{}")?;
    assert_eq!(conversation::to_be_rated(tx, thread)?, Some(three));
});

contract!(who_is_named_in_a_note_is_told_until_they_have_seen_it, |tx| {
    let shop = a_shop(tx, 1)?;
    let (one, two) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let thread = asked(tx, shop, 1, 0)?;
    let other = asked(tx, shop, 2, 0)?;
    let noted = note(tx, thread, one, EntryKind::Note, 5, "{}")?;
    let seq = noted.live.last_seq;
    for _ in 0..2 {
        conversation::mention(tx, two, thread, seq, at(5))?;
    }
    let first = note(tx, other, one, EntryKind::Note, 4, "{}")?;
    conversation::mention(tx, two, other, first.live.last_seq, at(4))?;
    let told = conversation::mentions_of(tx, two, 10)?;
    assert_eq!(told.iter().map(|m| m.thread).collect::<Vec<_>>(), [other, thread]);
    let last = told.last().unwrap();
    assert_eq!((last.seq, last.by, last.shop), (seq, one.0, shop));
    assert_eq!(
        (last.text.as_str(), last.buyer_name.as_str(), last.at),
        ("记一下", "u1", at(5))
    );
    assert!(conversation::mentions_of(tx, one, 10)?.is_empty());
    assert_eq!(conversation::mentions_of(tx, two, 1)?.len(), 1);
    let mut unseen = conversation::unseen_mentions(tx)?;
    unseen.sort();
    let mut wanted = vec![(thread, two), (other, two)];
    wanted.sort();
    assert_eq!(unseen, wanted);
    assert!(conversation::see_mentions(tx, two, thread, at(9))?);
    assert!(!conversation::see_mentions(tx, two, thread, at(9))?);
    assert_eq!(conversation::unseen_mentions(tx)?, [(other, two)]);
});

contract!(what_was_closed_a_moment_ago_is_opened_again, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let thread = asked(tx, shop, 1, 0)?;
    let held = give(tx, thread, agent, 1)?;
    let closed = close(tx, thread, agent, 2)?;
    let undone = rules::Undone {
        seq: closed.live.last_seq,
        kind: EntryKind::Close,
        conversation: held.live.conversation.unwrap(),
        by: agent,
        holder: Some(agent),
        line: None,
        owed: Some((at(0), 2)),
    };
    let change = rules::reopen(closed.live.clone(), &undone, agent, at(3), &policy()).unwrap();
    let open = conversation::apply(tx, closed, change, Note::default(), at(3))?;
    assert_eq!(open.live.conversation, held.live.conversation);
    assert_eq!(
        (open.live.owed_since, open.live.holder),
        (held.live.owed_since, held.live.holder)
    );
    let ends = tx.all("SELECT closed_at FROM conversation", &[], |row| row.opt_stamp(0))?;
    assert_eq!(ends, [None]);
});

contract!(a_buyer_has_the_threads_of_the_guests_they_were, |tx| {
    let shop = a_shop(tx, 1)?;
    let (known, _) = a_thread(tx, shop, "known:7")?;
    let (guest, thread) = a_thread(tx, shop, "g1")?;
    say(tx, message(thread, Sender::Buyer(guest), 1, "在吗", at(1)))?;
    yingke_store::buyer::insert_guest(tx, b"hash", shop, guest, at(0))?;
    let row = yingke_store::buyer::guest(tx, b"hash")?.unwrap();
    assert!(conversation::joined(tx, known)?.is_empty());
    yingke_store::buyer::identify(tx, &row, "web", "known:7", "甲", at(2))?;
    assert_eq!(conversation::joined(tx, known)?, [thread]);
    assert!(conversation::joined(tx, guest)?.is_empty());
});
