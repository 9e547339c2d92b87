//! Imported chat lines.

use super::{a_person, a_shop, at, contract, id, in_both_houses, message, say};
use crate::bed::LANE;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::ShopId;
use yingke_store::intake::{self, ChatLine, Stored};
use yingke_store::{Effect, access, buyer, conversation, metric};

fn line(shop: ShopId, n: u128, conversation: &str, buyer: &str, when: i64) -> ChatLine {
    ChatLine {
        shop,
        channel: "taobao".to_owned(),
        conversation: conversation.to_owned(),
        buyer: buyer.to_owned(),
        agent: Some("店铺:小美".to_owned()),
        to_agent: None,
        at: at(when),
        sender: "buyer",
        kind: EntryKind::Text,
        text: format!("问 {n}"),
        automatic: false,
        identity: id(n),
    }
}

const NEW: Stored = Stored::Created { conversation: true };
const MORE: Stored = Stored::Created { conversation: false };

contract!(lines_are_stored_once, |tx| {
    let shop = a_shop(tx, 1)?;
    let lines = [
        line(shop, 1, "c1", "甲", 10),
        line(shop, 2, "c1", "甲", 11),
        line(shop, 3, "c2", "甲", 500),
        line(shop, 4, "", "乙", 20),
    ];
    // Before anything is there, every line would be new.
    let look = intake::look_at_lines(tx, &lines, &mut intake::Seen::default())?;
    assert!(
        look.iter()
            .all(|outcome| matches!(outcome, Stored::Created { .. }))
    );
    assert!(access::accounts(tx)?.is_empty(), "looking writes nothing");
    assert_eq!(intake::store_lines(tx, &lines, at(900))?, [NEW, MORE, NEW, NEW]);
    assert_eq!(
        intake::look_at_lines(tx, &lines, &mut intake::Seen::default())?,
        [Stored::Unchanged; 4]
    );
    assert_eq!(intake::store_lines(tx, &lines, at(901))?, [Stored::Unchanged; 4]);

    let (_, thread, new) = buyer::buyer_and_thread(tx, shop, "taobao", "甲", "甲", at(0))?;
    assert!(!new);
    let entries = conversation::entries_after(tx, thread, 0, 100)?;
    let got: Vec<(i64, &str, &str)> = entries
        .iter()
        .map(|e| (e.seq, e.text.as_str(), e.sender.as_str()))
        .collect();
    assert_eq!(
        got,
        [(1, "问 1", "buyer"), (2, "问 2", "buyer"), (3, "问 3", "buyer")]
    );
    let account = access::accounts(tx)?.remove(0);
    assert_eq!(
        (account.name.as_str(), entries[0].agent),
        ("店铺:小美", Some(account.id.0))
    );
    assert_eq!(entries[0].client_id, Some(id(1)));
    let row = conversation::get(tx, thread)?.unwrap();
    assert_eq!(
        (row.conversations, row.live.conversation, row.live.last_seq),
        (2, None, 3)
    );
    assert_eq!((row.last_text.as_str(), row.live.last_at), ("问 3", at(500)));
    assert!(intake::store_lines(tx, &[], at(902))?.is_empty());
});

contract!(a_line_with_other_content_is_changed, |tx| {
    let shop = a_shop(tx, 1)?;
    let first = line(shop, 1, "c1", "甲", 10);
    intake::store_lines(tx, std::slice::from_ref(&first), at(900))?;
    let other = ChatLine {
        text: "改 了".to_owned(),
        to_agent: Some("店铺:小丽".to_owned()),
        at: at(15),
        ..first.clone()
    };
    assert_eq!(
        intake::look_at_lines(tx, std::slice::from_ref(&other), &mut intake::Seen::default())?,
        [Stored::Changed]
    );
    // Twice in a slice: changed, then the same.
    assert_eq!(
        intake::store_lines(tx, &[other.clone(), other], at(901))?,
        [Stored::Changed, Stored::Unchanged]
    );
    let (_, thread, _) = buyer::buyer_and_thread(tx, shop, "taobao", "甲", "甲", at(0))?;
    let entries = conversation::entries_after(tx, thread, 0, 100)?;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].text.as_str(), entries[0].words, entries[0].at),
        ("改 了", 2, at(15))
    );
    assert!(entries[0].to_agent.is_some());
    assert_eq!(access::accounts(tx)?.len(), 2);
});

contract!(an_import_leaves_the_desk_alone, |tx| {
    let shop = a_shop(tx, 1)?;
    let (who, thread, _) = buyer::buyer_and_thread(tx, shop, "taobao", "甲", "甲", at(0))?;
    let agent = a_person(tx, 11)?;
    say(tx, message(thread, Sender::Buyer(who), 50, "live", at(1_000)))?;
    say(
        tx,
        message(thread, Sender::Agent(agent), 51, "live too", at(1_001)),
    )?;
    let before = conversation::get(tx, thread)?.unwrap();
    intake::store_lines(
        tx,
        &[line(shop, 1, "c1", "甲", 10), line(shop, 2, "c1", "甲", 5_000)],
        at(1_002),
    )?;
    let after = conversation::get(tx, thread)?.unwrap();
    assert_eq!(after.live.conversation, before.live.conversation);
    assert_eq!(after.live.holder, Some(agent));
    assert_eq!(after.last_text, "live too");
    assert_eq!(after.live.last_seq, before.live.last_seq + 2);
    // The next live message goes on behind it.
    let next = say(tx, message(thread, Sender::Buyer(who), 52, "more", at(1_003)))?;
    assert_eq!(next.seq, after.live.last_seq + 1);
});

contract!(an_imported_conversation_spans_its_lines, |tx| {
    let shop = a_shop(tx, 1)?;
    intake::store_lines(
        tx,
        &[
            line(shop, 1, "c1", "甲", 50),
            line(shop, 2, "c1", "甲", 10),
            line(shop, 3, "c1", "甲", 90),
        ],
        at(900),
    )?;
    let (_, thread, _) = buyer::buyer_and_thread(tx, shop, "taobao", "甲", "甲", at(0))?;
    for (from, to, met) in [(0, 10, false), (0, 11, true), (90, 100, true), (91, 100, false)] {
        let threads = metric::threads_between(tx, shop, at(from), at(to))?;
        assert_eq!(threads, if met { vec![thread] } else { vec![] }, "{from} to {to}");
    }
});

in_both_houses!(every_thread_that_changed_is_told_once, |bed| {
    let lines = |shop| {
        vec![
            line(shop, 1, "c1", "甲", 10),
            line(shop, 2, "c1", "乙", 11),
            line(shop, 3, "c1", "甲", 12),
        ]
    };
    let told = || {
        let mut effects = bed.effects.lock().unwrap();
        let told: Vec<_> = effects
            .drain(..)
            .filter_map(|effect| match effect {
                Effect::Imported(thread) => Some(thread),
                _ => None,
            })
            .collect();
        told
    };
    bed.store
        .write_blocking(LANE, move |tx| {
            let shop = a_shop(tx, 1)?;
            intake::store_lines(tx, &lines(shop), at(900))
        })
        .unwrap();
    let first = told();
    assert_eq!(first.len(), 2);
    assert_ne!(first[0], first[1]);
    bed.store
        .write_blocking(LANE, move |tx| intake::store_lines(tx, &lines(id(1)), at(901)))
        .unwrap();
    assert!(told().is_empty(), "nothing changed, nothing told");
});

contract!(a_look_counts_each_new_conversation_once, |tx| {
    let shop = a_shop(tx, 1)?;
    intake::store_lines(tx, &[line(shop, 1, "c1", "甲", 10)], at(900))?;
    let mut seen = intake::Seen::default();
    let first = [
        line(shop, 2, "c1", "甲", 11),
        line(shop, 3, "c2", "甲", 12),
        line(shop, 4, "c2", "乙", 13),
    ];
    assert_eq!(intake::look_at_lines(tx, &first, &mut seen)?, [MORE, NEW, NEW]);
    // The next slice of the same file goes on where this one ended.
    let second = [line(shop, 5, "c2", "乙", 14), line(shop, 6, "c3", "甲", 15)];
    assert_eq!(intake::look_at_lines(tx, &second, &mut seen)?, [MORE, NEW]);
});
