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
    assert!(buyer::wrote(tx, &threads, &[[3; 16], person.bytes()])?);
    assert!(!buyer::wrote(tx, &threads, &[[3; 16]])?);
    assert!(!buyer::wrote(tx, &[], &[person.bytes()])?);
    assert!(!buyer::wrote(tx, &threads, &[])?);
});

/// A mark keeps its score.
fn score(mark: &str) -> Option<String> {
    mark.contains("score")
        .then(|| r#"{"score":4,"words":""}"#.to_owned())
}

contract!(what_was_said_is_forgotten_and_its_numbers_stay, |tx| {
    let shop = a_shop(tx, 1)?;
    let person = a_person(tx, 7)?;
    let (b, t) = a_thread(tx, shop, "u1")?;
    let (other, kept) = a_thread(tx, shop, "u2")?;
    say(tx, message(t, Sender::Buyer(b), 1, "我是王小明", at(0)))?;
    say(tx, message(t, Sender::Agent(person), 2, "您好王小明", at(5)))?;
    say(tx, message(kept, Sender::Buyer(other), 3, "别动我", at(0)))?;
    let file = yingke_store::file::FileRow {
        id: id(50),
        shop,
        thread: Some(t),
        author: b.0,
        kind: "image/png".to_owned(),
        width: 1,
        height: 1,
        bytes: 9,
        name: String::new(),
        secs: 0,
    };
    yingke_store::file::insert(tx, &file, at(0))?;
    tx.exec(
        "UPDATE entry SET data = $2, kind = 'rating' WHERE thread = $1 AND seq = 3",
        yingke_store::args![t, r#"{"score":4,"words":"王小明满意"}"#],
    )?;
    let threads = [t.bytes()];
    assert_eq!(buyer::open_threads(tx, &threads)?, 1);
    assert_eq!(buyer::open_threads(tx, &[])?, 0);
    let files = buyer::files(tx, &threads)?;
    assert_eq!((files.len(), files[0].id, files[0].bytes), (1, file.id, 9));
    let audit = yingke_store::access::AuditRow {
        id: id(60),
        at: at(1),
        person: Some(person),
        act: "conversation.transfer".to_owned(),
        subject: t.to_string(),
        detail: "王小明要换货".to_owned(),
    };
    yingke_store::access::audit(tx, &audit)?;
    let before = conversation::entries_after(tx, t, 0, 100)?;
    let done = buyer::blank_threads(tx, &threads, score)?;
    assert_eq!(done as usize, before.len());
    let after = conversation::entries_after(tx, t, 0, 100)?;
    assert_eq!(after.len(), before.len(), "the sequence has no hole");
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(
            (was.seq, was.at, was.kind, was.words, was.author),
            (is.seq, is.at, is.kind, is.words, is.author)
        );
        assert_eq!((is.text.as_str(), is.file), ("", None));
    }
    let text = format!("{after:?}");
    assert!(!text.contains("王小明"), "{text}");
    assert!(text.contains("score"), "the mark's number stays");
    assert_eq!(conversation::get(tx, t)?.unwrap().last_text, "");
    let trail = tx.all("SELECT detail FROM audit", &[], |row| row.string(0))?;
    assert_eq!(trail, [""], "the line stays, its words do not");
    assert_eq!(
        conversation::entries_after(tx, kept, 0, 100)?
            .last()
            .unwrap()
            .text,
        "别动我"
    );
});

contract!(who_a_buyer_was_is_forgotten, |tx| {
    let shop = a_shop(tx, 1)?;
    let (b, t, _) = buyer::buyer_and_thread(tx, shop, "web", "known:u1", "王小明", at(0))?;
    buyer::insert_guest(tx, b"secret", shop, b, at(0))?;
    buyer::insert_tag(tx, shop, b, "老客", None, at(0))?;
    let row = buyer::get(tx, b)?.unwrap();
    buyer::update(
        tx,
        &buyer::BuyerRow {
            phone: Some("13800000001".to_owned()),
            city: Some("杭州".to_owned()),
            remark: "王".to_owned(),
            attributes: r#"{"姓":"王"}"#.to_owned(),
            ..row
        },
    )?;
    buyer::set_page(tx, b, Some("{}"), at(1))?;
    buyer::erase(tx, b, "nobody", at(9))?;
    let gone = buyer::get(tx, b)?.unwrap();
    assert_eq!((gone.name.as_str(), gone.erased_at), ("nobody", Some(at(9))));
    assert_eq!((gone.phone, gone.city, gone.page), (None, None, None));
    assert_eq!((gone.remark.as_str(), gone.attributes.as_str()), ("", "{}"));
    assert!(!gone.external.contains("u1"));
    assert!(buyer::tags(tx, shop, b)?.is_empty());
    assert!(buyer::guest(tx, b"secret")?.is_none());
    // Whoever comes under that name again is somebody new.
    let (again, thread, new) = buyer::buyer_and_thread(tx, shop, "web", "known:u1", "王小明", at(10))?;
    assert!(new && again != b && thread != t);
});
