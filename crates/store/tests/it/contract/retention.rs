//! What is too old to be kept.

use super::{a_person, a_shop, a_thread, at, contract, id, message, say};
use yingke_domain::conversation::Sender;
use yingke_kernel::{FileId, ShopId};
use yingke_store::file::{self, FileRow};
use yingke_store::{conversation, intake, retention};

fn picture(n: u128, shop: ShopId) -> FileRow {
    FileRow {
        id: id(n),
        shop,
        thread: None,
        author: id(77),
        kind: "image/png".to_owned(),
        width: 1,
        height: 1,
        bytes: 9,
        name: String::new(),
        secs: 0,
    }
}

contract!(words_of_old_conversations_go_once, |tx| {
    let shop = a_shop(tx, 1)?;
    let person = a_person(tx, 7)?;
    let (b, t) = a_thread(tx, shop, "u1")?;
    say(tx, message(t, Sender::Buyer(b), 1, "旧的", at(0)))?;
    say(tx, message(t, Sender::Agent(person), 2, "答了", at(5)))?;
    // A hundred seconds of silence end a conversation; the second one is open.
    say(tx, message(t, Sender::Buyer(b), 3, "新的", at(500)))?;
    assert_eq!(
        retention::old_conversations(tx, at(5), 10)?,
        [],
        "younger than that"
    );
    let old = retention::old_conversations(tx, at(400), 10)?;
    assert_eq!(old.len(), 1, "the open one is not old");
    let (c, thread) = old[0];
    assert_eq!(thread, t);
    let (entries, files) = retention::blank_conversation(tx, c, t, at(400), at(600), |_| None)?;
    assert!(entries >= 2 && files.is_empty());
    assert_eq!(retention::old_conversations(tx, at(400), 10)?, [], "not twice");
    let all = conversation::entries_after(tx, t, 0, 100)?;
    let texts: Vec<&str> = all
        .iter()
        .map(|e| e.text.as_str())
        .filter(|t| !t.is_empty())
        .collect();
    assert_eq!(texts, ["新的"]);
    assert_eq!(all.iter().map(|e| e.words).sum::<i64>(), 6, "counted words stay");
    assert_eq!(
        conversation::get(tx, t)?.unwrap().last_text,
        "新的",
        "the last words are younger"
    );
});

contract!(an_import_brings_old_words_back_until_the_next_round, |tx| {
    let shop = a_shop(tx, 1)?;
    let line = |text: &str| intake::ChatLine {
        shop,
        channel: "taobao".to_owned(),
        conversation: "c".to_owned(),
        buyer: "甲".to_owned(),
        agent: None,
        to_agent: None,
        at: at(0),
        sender: "buyer",
        kind: yingke_domain::conversation::EntryKind::Text,
        text: text.to_owned(),
        automatic: false,
        identity: id(9),
    };
    intake::store_lines(tx, &[line("旧的")], at(10))?;
    let (c, t) = retention::old_conversations(tx, at(5), 10)?[0];
    retention::blank_conversation(tx, c, t, at(5), at(20), |_| None)?;
    assert_eq!(retention::old_conversations(tx, at(5), 10)?.len(), 0);
    intake::store_lines(tx, &[line("旧的")], at(30))?;
    assert_eq!(
        retention::old_conversations(tx, at(5), 10)?,
        [(c, t)],
        "what a file told again is old still"
    );
});

contract!(old_files_go_and_pictures_of_goods_stay, |tx| {
    let shop = a_shop(tx, 1)?;
    for (n, secs) in [(1, 0), (2, 0), (3, 50)] {
        file::insert(tx, &picture(n, shop), at(secs))?;
    }
    let goods = yingke_store::goods::ProductRow {
        id: id(5),
        shop,
        code: "A".to_owned(),
        title: "甲".to_owned(),
        category: String::new(),
        price: yingke_kernel::Fen(1),
        list: None,
        stock: None,
        on_shelf: true,
        picture: Some(id(2)),
        address: String::new(),
        facts: "{}".to_owned(),
        sold: 0,
        created_at: at(0),
        changed_at: at(0),
    };
    yingke_store::goods::upsert_many(tx, shop, &[goods], at(0))?;
    let old = retention::old_files(tx, at(10), 10)?;
    assert_eq!(old, [id::<FileId>(1)]);
    assert_eq!(retention::drop_files(tx, &[old[0].bytes()])?, 1);
    assert_eq!(retention::old_files(tx, at(10), 10)?, []);
    assert!(file::get(tx, id(1))?.is_none());
    assert!(file::get(tx, id(2))?.is_some() && file::get(tx, id(3))?.is_some());
});
