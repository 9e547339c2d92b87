//! A past that is written as a whole.

use super::{a_person, a_shop, at, contract, id, policy};
use yingke_domain::conversation::{self as rules, Closer, EntryKind, Live, Sender};
use yingke_kernel::{ConversationId, PersonId, ShopId};
use yingke_store::history::{self, PastConversation, PastEntry, PastThread};
use yingke_store::{buyer, conversation};

/// A buyer asked, an agent answered and closed; made by the rules as the house itself would.
fn past(shop: ShopId, agent: PersonId, n: u128) -> PastThread {
    let conversation: ConversationId = id(n + 2);
    let say = |live: Live, from, secs: i64| {
        rules::receive(
            live,
            from,
            EntryKind::Text,
            false,
            at(secs),
            &policy(),
            conversation,
        )
        .unwrap()
    };
    let asked = say(Live::default(), Sender::Buyer(id(n)), 10);
    let answered = say(asked.live, Sender::Agent(agent), 25);
    let closed = rules::close(answered.live, Closer::Agent(agent), at(40)).unwrap();
    let all = asked
        .entries
        .iter()
        .chain(answered.entries.iter())
        .chain(closed.entries.iter());
    let mut entries: Vec<PastEntry> = all.map(PastEntry::of).collect();
    for e in entries.iter_mut().filter(|e| e.kind.is_message()) {
        e.text = format!("话 {}", e.seq);
        e.words = 2;
        e.client_id = Some(id(n * 100 + e.seq as u128));
        e.data = (e.sender == "agent").then(|| "{}".to_owned());
    }
    PastThread {
        shop,
        channel: "taobao".to_owned(),
        buyer: id(n),
        external: format!("山里有雾{n}"),
        name: format!("山里有雾{n}"),
        phone: Some("12600001111".to_owned()),
        city: Some("杭州".to_owned()),
        remark: "量好尺寸再来".to_owned(),
        attributes: r#"{"房型":"复式"}"#.to_owned(),
        tags: vec!["新房".to_owned(), "素色".to_owned()],
        created: at(10),
        thread: id(n + 1),
        live: closed.live,
        conversations: vec![PastConversation {
            id: conversation,
            opened: at(10),
            last: at(40),
            closed: Some(at(40)),
        }],
        entries,
    }
}

contract!(a_past_reads_like_what_was_said_live, |tx| {
    let (shop, agent) = (a_shop(tx, 1)?, a_person(tx, 2)?);
    let (first, second) = (past(shop, agent, 1_000), past(shop, agent, 2_000));
    assert_eq!(history::write(tx, &[first.clone(), second.clone()], at(900))?, 2);
    let row = conversation::get(tx, first.thread)?.unwrap();
    assert_eq!(row.live, first.live);
    assert_eq!(
        (
            row.buyer_name.as_str(),
            row.conversations,
            row.unread,
            row.shop_read,
            row.buyer_read
        ),
        ("山里有雾1000", 1, 0, 5, 5)
    );
    assert_eq!(
        (
            row.last_text.as_str(),
            row.last_kind.as_str(),
            row.last_from.as_str()
        ),
        ("话 4", "text", "agent")
    );
    assert_eq!(row.changed_at, at(900), "those who follow changes find it");
    let entries = conversation::entries_after(tx, first.thread, 0, 100)?;
    let kinds: Vec<_> = entries.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["open", "text", "assign", "text", "close"]);
    for (stored, given) in entries.iter().zip(&first.entries) {
        assert_eq!(
            (stored.seq, stored.at, stored.author),
            (given.seq, given.at, given.author)
        );
        assert_eq!(
            (stored.agent, stored.to_agent, stored.client_id),
            (given.agent, given.to_agent, given.client_id)
        );
        assert_eq!(
            (&stored.text, &stored.data, stored.words),
            (&given.text, &given.data, given.words)
        );
    }
    let who = buyer::get(tx, first.buyer)?.unwrap();
    assert_eq!(
        (who.phone.as_deref(), who.city.as_deref(), who.remark.as_str()),
        (Some("12600001111"), Some("杭州"), "量好尺寸再来")
    );
    assert_eq!(
        (who.attributes.as_str(), who.created_at),
        (r#"{"房型":"复式"}"#, at(10))
    );
    assert_eq!(buyer::tags(tx, shop, first.buyer)?.len(), 2);
    assert_eq!(
        yingke_store::buyer::buyer_and_thread(tx, shop, "taobao", &first.name, &first.name, at(950))?,
        (first.buyer, first.thread, false),
        "who comes again goes on where they were"
    );
});

contract!(who_is_there_already_is_left_as_they_are, |tx| {
    let (shop, agent) = (a_shop(tx, 1)?, a_person(tx, 2)?);
    let first = past(shop, agent, 1_000);
    assert_eq!(history::write(tx, std::slice::from_ref(&first), at(900))?, 1);
    let changed = PastThread {
        remark: "另一句".to_owned(),
        ..first.clone()
    };
    assert_eq!(
        history::write(tx, &[changed, past(shop, agent, 3_000)], at(901))?,
        1
    );
    assert_eq!(buyer::get(tx, first.buyer)?.unwrap().remark, "量好尺寸再来");
    assert_eq!(conversation::entries_after(tx, first.thread, 0, 100)?.len(), 5);
});
