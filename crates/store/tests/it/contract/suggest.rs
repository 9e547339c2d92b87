//! What was said, as suggestions read it.

use super::{a_person, a_shop, a_thread, at, contract, id, message, say};
use yingke_domain::conversation::Sender;
use yingke_domain::phrase::Level;
use yingke_kernel::{ClientId, ConversationId, Stamp};
use yingke_store::phrase::{self, PhraseRow, Use};
use yingke_store::suggest::{self, Said};

fn texts(said: &[Said]) -> Vec<(&str, Option<bool>)> {
    said.iter().map(|s| (s.text.as_str(), s.by_shop)).collect()
}

contract!(talks_come_latest_first_with_the_phrase_that_was_sent, |tx| {
    let (shop, other) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let agent = a_person(tx, 11)?;
    let (first, early) = a_thread(tx, shop, "u1")?;
    let (second, late) = a_thread(tx, shop, "u2")?;
    let (third, foreign) = a_thread(tx, other, "u3")?;
    say(tx, message(early, Sender::Buyer(first), 1, "包邮吗", at(10)))?;
    say(tx, message(early, Sender::Agent(agent), 2, "包邮的", at(20)))?;
    say(tx, message(late, Sender::Buyer(second), 3, "有货吗", at(30)))?;
    let mut automatic = message(late, Sender::Agent(agent), 4, "稍等", at(35));
    automatic.automatic = true;
    say(tx, automatic)?;
    let answer = say(tx, message(late, Sender::Agent(agent), 5, "有的", at(40)))?;
    say(tx, message(foreign, Sender::Buyer(third), 6, "在吗", at(50)))?;
    let set = phrase::ensure_set(tx, shop, None, at(0))?;
    let sent = PhraseRow {
        id: id(900),
        set: set.id,
        group: String::new(),
        code: String::new(),
        title: String::new(),
        text: "有的".to_owned(),
        level: Level::Plain,
        follow: String::new(),
        stage: None,
        scene: String::new(),
        place: 1,
        used: 0,
        last_used: None,
        rev: 1,
        created_at: at(0),
        changed_at: at(0),
        changed_by: None,
        removed_at: None,
        pictures: Vec::new(),
    };
    phrase::insert_many(tx, &[sent])?;
    let made = Use {
        phrase: id(900),
        thread: late,
        buyer: second,
        person: agent,
        seq: Some(answer.seq),
        at: at(40),
    };
    phrase::record_use(tx, shop, id::<ClientId>(5), &made)?;

    let end = (Stamp::from_micros(i64::MAX), id::<ConversationId>(0));
    let all = suggest::talks(tx, shop, end, 10)?;
    let expected = [
        ("有货吗", Some(false)),
        ("稍等", None),
        ("有的", Some(true)),
        ("包邮吗", Some(false)),
        ("包邮的", Some(true)),
    ];
    assert_eq!(texts(&all), expected);
    assert_eq!(
        all.iter().map(|s| s.phrase).collect::<Vec<_>>(),
        [None, None, Some(id(900)), None, None]
    );
    assert_eq!((all[0].thread, all[0].buyer), (late, second));
    let page = suggest::talks(tx, shop, end, 1)?;
    assert_eq!(page, all[..3]);
    let rest = suggest::talks(tx, shop, (page[2].opened_at, page[2].conversation), 1)?;
    assert_eq!(rest, all[3..]);
    assert_eq!(suggest::talks_of(tx, &[early.bytes()])?, all[3..]);
    assert!(suggest::talks_of(tx, &[])?.is_empty());
});
