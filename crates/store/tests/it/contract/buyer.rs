//! Buyers, guests, tokens.

use super::{a_person, a_shop, a_thread, at, contract, id, message, same, say};
use yingke_domain::conversation::Sender;
use yingke_kernel::{BuyerId, ConversationId, Stamp};
use yingke_store::{buyer, conversation};

contract!(a_buyer_and_thread_are_made_once, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (b, t, new) = buyer::buyer_and_thread(tx, one, "web", "u1", "甲", at(0))?;
    assert!(new);
    assert_eq!(
        buyer::buyer_and_thread(tx, one, "web", "u1", "another", at(9))?,
        (b, t, false),
        "known by the channel's name for them"
    );
    let mut met = vec![(b, t)];
    for (shop, channel, external) in [(one, "web", "u2"), (one, "taobao", "u1"), (two, "web", "u1")] {
        let (b, t, new) = buyer::buyer_and_thread(tx, shop, channel, external, "甲", at(1))?;
        assert!(new && met.iter().all(|(other, thread)| *other != b && *thread != t));
        met.push((b, t));
    }
    let row = conversation::get(tx, t)?.unwrap();
    assert_eq!(
        (row.shop, row.channel.as_str(), row.buyer, row.buyer_name.as_str()),
        (one, "web", b, "甲")
    );
    assert_eq!((row.rev, row.live.last_seq, row.conversations), (0, 0, 0));
    buyer::rename(tx, b, "乙")?;
    buyer::rename(tx, id(99), "nobody")?;
    assert_eq!(conversation::get(tx, t)?.unwrap().buyer_name, "乙");
    assert_eq!(conversation::get(tx, met[1].1)?.unwrap().buyer_name, "甲");
});

contract!(a_guest_secret_stands_for_a_buyer, |tx| {
    let shop = a_shop(tx, 1)?;
    let (b, t, _) = buyer::buyer_and_thread(tx, shop, "web", "u1", "甲", at(0))?;
    buyer::insert_guest(tx, b"secret", shop, b, at(0))?;
    buyer::insert_guest(tx, b"another device", shop, b, at(0))?;
    assert!(buyer::guest(tx, b"none")?.is_none());
    for secret in [&b"secret"[..], b"another device"] {
        let guest = buyer::guest(tx, secret)?.unwrap();
        assert_eq!(
            (
                guest.shop,
                guest.buyer,
                guest.name.as_str(),
                guest.thread,
                guest.external.as_str()
            ),
            (shop, b, "甲", t, "u1")
        );
    }
    let twice = tx.attempt(|tx| buyer::insert_guest(tx, b"secret", shop, b, at(0)));
    assert!(twice.is_err_and(|e| e.is_constraint("guest_pkey")));
});

contract!(a_guest_becomes_a_known_buyer, |tx| {
    let shop = a_shop(tx, 1)?;
    let (b, t, _) = buyer::buyer_and_thread(tx, shop, "web", "guest-1", "访客", at(0))?;
    buyer::insert_guest(tx, b"secret", shop, b, at(0))?;
    let guest = buyer::guest(tx, b"secret")?.unwrap();
    // Never here before: the guest's history becomes theirs.
    assert_eq!(
        buyer::identify(tx, &guest, "web", "member-7", "甲", at(1))?,
        (b, t)
    );
    assert_eq!(
        buyer::buyer_and_thread(tx, shop, "web", "member-7", "甲", at(2))?,
        (b, t, false)
    );
    let guest = buyer::guest(tx, b"secret")?.unwrap();
    assert_eq!((guest.buyer, guest.name.as_str()), (b, "甲"));
    // Again changes nothing but the name.
    assert_eq!(
        buyer::identify(tx, &guest, "web", "member-7", "乙", at(3))?,
        (b, t)
    );
    assert_eq!(buyer::guest(tx, b"secret")?.unwrap().name, "乙");
});

contract!(a_guest_joins_a_buyer_who_was_here, |tx| {
    let shop = a_shop(tx, 1)?;
    let (known, thread, _) = buyer::buyer_and_thread(tx, shop, "web", "member-7", "甲", at(0))?;
    let (b, t, _) = buyer::buyer_and_thread(tx, shop, "web", "guest-1", "访客", at(0))?;
    buyer::insert_guest(tx, b"secret", shop, b, at(0))?;
    buyer::insert_guest(tx, b"another device", shop, b, at(0))?;
    let guest = buyer::guest(tx, b"secret")?.unwrap();
    assert_eq!(
        buyer::identify(tx, &guest, "web", "member-7", "乙", at(1))?,
        (known, thread)
    );
    for secret in [&b"secret"[..], b"another device"] {
        let now = buyer::guest(tx, secret)?.unwrap();
        assert_eq!((now.buyer, now.thread, now.name.as_str()), (known, thread, "乙"));
    }
    // The guest's own thread stays what it was.
    let own = conversation::get(tx, t)?.unwrap();
    assert_eq!((own.buyer, own.buyer_name.as_str()), (b, "乙"));
});

contract!(a_known_token_is_used_once, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    assert!(buyer::use_known_token(tx, one, "jti-1", at(100), at(0))?);
    assert!(!buyer::use_known_token(tx, one, "jti-1", at(100), at(99))?);
    assert!(
        buyer::use_known_token(tx, two, "jti-1", at(100), at(0))?,
        "of another shop"
    );
    assert!(buyer::use_known_token(tx, one, "jti-2", at(100), at(0))?);
    // What is over is forgotten: the token itself is refused by its own end before it comes here.
    assert!(buyer::use_known_token(tx, one, "jti-1", at(200), at(100))?);
});

contract!(what_is_known_of_a_buyer_is_kept, |tx| {
    let shop = a_shop(tx, 1)?;
    let (b, t, _) = buyer::buyer_and_thread(tx, shop, "web", "u1", "甲", at(0))?;
    let fresh = buyer::get(tx, b)?.unwrap();
    assert_eq!(
        (
            fresh.id,
            fresh.shop,
            fresh.channel.as_str(),
            fresh.external.as_str(),
            fresh.name.as_str()
        ),
        (b, shop, "web", "u1", "甲")
    );
    assert_eq!(
        (
            fresh.created_at,
            fresh.joined,
            fresh.phone.clone(),
            fresh.city.clone(),
            fresh.page.clone()
        ),
        (at(0), None, None, None, None)
    );
    assert_eq!(
        (
            fresh.remark.as_str(),
            fresh.attributes.as_str(),
            fresh.seen_at,
            fresh.erased_at
        ),
        ("", "{}", Stamp::from_micros(0), None)
    );
    let known = buyer::BuyerRow {
        name: "乙".to_owned(),
        phone: Some("13800000001".to_owned()),
        city: Some("杭州".to_owned()),
        remark: "要快".to_owned(),
        attributes: r#"{"身高":"170"}"#.to_owned(),
        ..fresh
    };
    buyer::update(tx, &known)?;
    same(buyer::get(tx, b)?.unwrap(), known.clone());
    buyer::set_page(tx, b, Some("{}"), at(9))?;
    let looked = buyer::get(tx, b)?.unwrap();
    assert_eq!((looked.page.as_deref(), looked.seen_at), (Some("{}"), at(9)));
    assert!(buyer::get(tx, id(99))?.is_none());
    let threads = buyer::threads(tx, &[b.bytes()])?;
    assert_eq!(threads.len(), 1);
    assert_eq!((threads[0].id, threads[0].conversations), (t, 0));
    assert_eq!((threads[0].holder, threads[0].last_agent), (None, None));
    assert!(buyer::threads(tx, &[])?.is_empty());
});

contract!(a_buyer_is_all_the_guests_they_were, |tx| {
    let shop = a_shop(tx, 1)?;
    let (known, ..) = buyer::buyer_and_thread(tx, shop, "web", "member-7", "甲", at(0))?;
    let (guest, ..) = buyer::buyer_and_thread(tx, shop, "web", "guest-1", "访客", at(1))?;
    buyer::insert_guest(tx, b"secret", shop, guest, at(1))?;
    let row = buyer::guest(tx, b"secret")?.unwrap();
    buyer::identify(tx, &row, "web", "member-7", "甲", at(2))?;
    let ids: Vec<BuyerId> = buyer::identities(tx, known)?.iter().map(|b| b.id).collect();
    assert_eq!(ids, [known, guest]);
    assert_eq!(buyer::get(tx, guest)?.unwrap().joined, Some(known));
    assert!(buyer::identities(tx, id(99))?.is_empty());
});

contract!(tags_are_put_once_and_counted, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let person = a_person(tx, 7)?;
    let (a, ..) = buyer::buyer_and_thread(tx, one, "web", "u1", "甲", at(0))?;
    let (b, ..) = buyer::buyer_and_thread(tx, one, "web", "u2", "乙", at(0))?;
    assert!(buyer::insert_tag(tx, one, a, "老客", Some(person), at(1))?);
    assert!(!buyer::insert_tag(tx, one, a, "老客", None, at(2))?);
    assert!(buyer::insert_tag(tx, one, a, "急", None, at(3))?);
    assert!(buyer::insert_tag(tx, one, b, "急", None, at(4))?);
    assert_eq!(buyer::tags(tx, one, a)?, ["老客", "急"]);
    let used = [("急".to_owned(), 2), ("老客".to_owned(), 1)];
    assert_eq!(buyer::tags_in_use(tx, one, 10)?, used);
    assert_eq!(buyer::tags_in_use(tx, one, 1)?, used[..1]);
    assert!(buyer::tags_in_use(tx, two, 10)?.is_empty());
    assert!(buyer::delete_tag(tx, one, a, "急")?);
    assert!(!buyer::delete_tag(tx, one, a, "急")?);
    assert_eq!(buyer::tags(tx, one, a)?, ["老客"]);
});

contract!(buyers_are_found_by_name_and_telephone, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (a, ta, _) = buyer::buyer_and_thread(tx, shop, "taobao", "甲", "甲", at(0))?;
    let (b, tb, _) = buyer::buyer_and_thread(tx, shop, "web", "guest-1", "访客", at(0))?;
    buyer::buyer_and_thread(tx, other, "taobao", "甲", "甲", at(0))?;
    buyer::buyer_and_thread(tx, shop, "jd", "甲", "甲", at(0))?;
    let row = buyer::get(tx, b)?.unwrap();
    buyer::update(
        tx,
        &buyer::BuyerRow {
            phone: Some("13800000001".to_owned()),
            ..row
        },
    )?;
    let mut found = buyer::by_contact(tx, shop, &["taobao", "tmall"], &["甲"], &["13800000001"])?;
    found.sort_by_key(|c| c.buyer);
    let mut expected = [
        (a, ta, "甲", None),
        (b, tb, "访客", Some("13800000001".to_owned())),
    ];
    expected.sort_by_key(|e| e.0);
    let got: Vec<_> = found
        .iter()
        .map(|c| (c.buyer, c.thread, c.name.as_str(), c.phone.clone()))
        .collect();
    assert_eq!(got, expected);
    assert!(buyer::by_contact(tx, shop, &[], &[], &[])?.is_empty());
});

contract!(conversations_of_a_buyer_are_listed_with_who_answered, |tx| {
    let shop = a_shop(tx, 1)?;
    let person = a_person(tx, 7)?;
    let (b, t) = a_thread(tx, shop, "u1")?;
    say(tx, message(t, Sender::Buyer(b), 1, "在吗", at(0)))?;
    say(tx, message(t, Sender::Agent(person), 2, "在的", at(5)))?;
    // A hundred seconds of silence end a conversation.
    say(tx, message(t, Sender::Buyer(b), 3, "再问一下", at(500)))?;
    let threads = [t.bytes()];
    let end = (Stamp::from_micros(i64::MAX), id::<ConversationId>(u128::MAX));
    let all = buyer::episodes(tx, &threads, end, 10)?;
    let seen: Vec<_> = all
        .iter()
        .map(|e| {
            (
                e.words.as_str(),
                e.messages,
                e.agents.len(),
                e.closed_at.is_some(),
            )
        })
        .collect();
    assert_eq!(seen, [("再问一下", 1, 0, false), ("在吗", 2, 1, true)]);
    assert_eq!(
        (all[1].opened_at, all[1].seq, all[1].agents[0]),
        (at(0), 1, person.0)
    );
    assert_eq!(all[1].rating, None);
    assert_eq!(buyer::episodes(tx, &threads, end, 1)?.len(), 1);
    let next = buyer::episodes(tx, &threads, (all[0].opened_at, all[0].id), 10)?;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].id, all[1].id);
    assert!(buyer::episodes(tx, &[], end, 10)?.is_empty());
    assert!(buyer::wrote(tx, &threads, person)?);
    assert!(!buyer::wrote(tx, &threads, id(8))?);
    assert!(!buyer::wrote(tx, &[], person)?);
});
