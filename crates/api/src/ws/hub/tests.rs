use super::*;
use crate::ws::protocol::{Entry, LiveState, ServerFrame};
use yingke_app::{EntryRow, ThreadRow};
use yingke_domain::conversation::{EntryKind, Live};
use yingke_kernel::{ClientId, ConversationId, FileId, Stamp};

fn id<T: std::str::FromStr>(n: u16) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("00000000-0000-7000-8000-{n:012x}").parse().unwrap()
}

const SHOP: u16 = 1;
const THREAD: u16 = 2;
const BUYER: u16 = 3;
/// Somebody whom an unseen note names.
const NAMED: u16 = 59;

fn desk(n: u16, person: u16) -> (Arc<Line>, mpsc::Receiver<Arc<Delivery>>) {
    let shops = Box::from([id(SHOP)]);
    Line::new(
        id(n),
        Who::Desk {
            person: id(person),
            session: [0; 32],
            shops,
        },
    )
}

fn guest(n: u16) -> (Arc<Line>, mpsc::Receiver<Arc<Delivery>>) {
    Line::new(
        id(n),
        Who::Guest {
            shop: id(SHOP),
            thread: id(THREAD),
            buyer: id(BUYER),
        },
    )
}

fn thread(last_seq: i64, holder: Option<u16>, is_open: bool) -> ThreadRow {
    ThreadRow {
        id: id(THREAD),
        shop: id(SHOP),
        channel: "web".to_owned(),
        buyer: id(BUYER),
        buyer_name: "Anna".to_owned(),
        rev: last_seq,
        conversations: 1,
        last_text: String::new(),
        last_kind: "text".to_owned(),
        last_from: "buyer".to_owned(),
        unread: 0,
        buyer_read: 0,
        shop_read: 0,
        live: Live {
            last_seq,
            conversation: is_open.then(|| id(9)),
            holder: holder.map(id),
            queued_since: (is_open && holder.is_none()).then(|| Stamp::from_secs(1)),
            ..Live::default()
        },
        changed_at: Stamp::from_secs(1),
        stage: yingke_domain::stage::Stage::Welcome,
        stage_by: None,
        left_at: None,
        promise: None,
        marked_unread: false,
    }
}

fn entry(seq: i64, kind: EntryKind, sender: &str, text: &str) -> EntryRow {
    EntryRow {
        thread: id(THREAD),
        seq,
        conversation: id::<ConversationId>(9),
        at: Stamp::from_secs(seq),
        kind,
        sender: sender.to_owned(),
        author: id::<PersonId>(50).0,
        agent: None,
        to_agent: Some(id::<PersonId>(51).0),
        words: 1,
        automatic: false,
        refers: None,
        client_id: Some(id::<ClientId>(77)),
        file: None,
        text: text.to_owned(),
        about: None,
        data: None,
        quote: None,
    }
}

/// A message of the buyer in a conversation that `holder` holds.
fn said(seq: i64, holder: Option<u16>) -> Appeared {
    Appeared {
        thread: thread(seq, holder, true),
        entries: vec![entry(seq, EntryKind::Text, "buyer", "在吗")],
        holder_before: holder.map(id),
        open_before: true,
        owed_before: None,
        marks_changed: false,
    }
}

fn publish(registry: &mut Registry, a: &Appeared) {
    let sign = |file: FileId, viewer: uuid::Uuid| format!("/files/{file}?v={viewer}");
    let directory = Directory::default();
    registry.publish(a, &ground(&directory, &sign));
}

/// By what the tests make frames: the last person of a house that has nobody is named in a note of every thread.
fn ground<'a>(directory: &'a Directory, sign: Sign<'a>) -> Ground<'a> {
    Ground {
        directory,
        sign,
        is_open: &|| true,
        marks: &|_| RowMarks::default(),
        is_mentioned: &|_, person| person == id(NAMED),
    }
}

fn stir(registry: &mut Registry) {
    let directory = Directory::default();
    registry.stir(&ground(&directory, &|_, _| String::new()));
}

fn received(queue: &mut mpsc::Receiver<Arc<Delivery>>) -> Vec<ServerFrame> {
    let mut frames = Vec::new();
    while let Ok(delivery) = queue.try_recv() {
        let text = match &*delivery {
            Delivery::Entry { text, .. } | Delivery::Frame(text) => text,
        };
        frames.push(serde_json::from_str(text).unwrap());
    }
    frames
}

fn entries(frames: &[ServerFrame]) -> Vec<(&Entry, Option<&LiveState>)> {
    let entries = frames.iter().filter_map(|frame| match frame {
        ServerFrame::Entry { entry, live } => Some((entry, live.as_ref())),
        _ => None,
    });
    entries.collect()
}

#[test]
fn a_message_reaches_the_watchers_and_the_holder_once_each_and_nobody_else() {
    let mut registry = Registry::default();
    let (holder, mut to_holder) = desk(10, 51);
    let (watcher, mut to_watcher) = desk(11, 52);
    let (other, mut to_other) = desk(12, 53);
    let (widget, mut to_widget) = guest(13);
    for line in [&holder, &watcher, &other, &widget] {
        registry.join(line);
    }
    registry.watch(&holder, id(THREAD));
    registry.watch(&holder, id(THREAD));
    registry.watch(&watcher, id(THREAD));
    publish(&mut registry, &said(4, Some(51)));
    for queue in [&mut to_holder, &mut to_watcher] {
        let frames = received(queue);
        let entries = entries(&frames);
        assert_eq!(frames.len(), 1, "{frames:?}");
        assert_eq!(
            (entries[0].0.seq, entries[0].1.unwrap().state.as_str()),
            (4, "held")
        );
    }
    assert!(
        received(&mut to_other).is_empty(),
        "no list changes with a message"
    );
    let frames = received(&mut to_widget);
    assert!(
        matches!(&frames[..], [ServerFrame::Entry { live: None, .. }]),
        "{frames:?}"
    );
}

#[test]
fn a_buyer_sees_every_number_and_nothing_of_the_houses_inner_life() {
    let mut registry = Registry::default();
    let (widget, mut to_widget) = guest(13);
    let (watcher, mut to_watcher) = desk(11, 52);
    registry.join(&widget);
    registry.join(&watcher);
    registry.watch(&watcher, id(THREAD));
    let mut change = said(7, Some(51));
    change.entries = vec![
        entry(5, EntryKind::Transfer, "agent", "difficult buyer"),
        entry(6, EntryKind::Waive, "agent", ""),
        entry(7, EntryKind::Text, "agent", "hello"),
    ];
    publish(&mut registry, &change);
    let frames = received(&mut to_widget);
    let seen: Vec<&Entry> = entries(&frames).into_iter().map(|(e, _)| e).collect();
    assert_eq!(seen.iter().map(|e| e.seq).collect::<Vec<_>>(), [5, 6, 7]);
    assert!(seen.iter().all(|e| e.person.is_none() && e.client_id.is_none()));
    assert_eq!(
        (
            seen[0].text.as_str(),
            seen[1].from.as_str(),
            seen[2].text.as_str()
        ),
        ("", "system", "hello")
    );
    let frames = received(&mut to_watcher);
    let entries = entries(&frames);
    assert_eq!(entries[0].0.text, "difficult buyer");
    assert!(entries[2].0.person.is_some());
    let states: Vec<bool> = entries.iter().map(|(_, live)| live.is_some()).collect();
    assert_eq!(
        states,
        [false, false, true],
        "the state is that after the whole change"
    );
}

#[test]
fn lists_change_when_a_conversation_comes_changes_hands_or_goes() {
    let mut registry = Registry::default();
    let (other, mut to_other) = desk(12, 53);
    registry.join(&other);
    let comes = Appeared {
        open_before: false,
        holder_before: None,
        ..said(1, None)
    };
    publish(&mut registry, &comes);
    publish(&mut registry, &said(2, None));
    let given = Appeared {
        holder_before: None,
        ..said(3, Some(51))
    };
    publish(&mut registry, &given);
    publish(&mut registry, &said(4, Some(51)));
    let gone = Appeared {
        thread: thread(5, None, false),
        ..said(5, Some(51))
    };
    publish(&mut registry, &gone);
    let frames = received(&mut to_other);
    assert!(
        matches!(&frames[..], [ServerFrame::Row { .. }, ServerFrame::Row { row }, ServerFrame::Gone { rev: 5, .. }]
            if row.live.state == "held"),
        "{frames:?}"
    );
}

#[test]
fn a_waiting_row_is_told_once_a_second_however_much_is_written() {
    let mut registry = Registry::default();
    let (other, mut to_other) = desk(12, 53);
    registry.join(&other);
    for seq in 2..40 {
        publish(&mut registry, &said(seq, None));
    }
    assert!(received(&mut to_other).is_empty());
    stir(&mut registry);
    stir(&mut registry);
    let frames = received(&mut to_other);
    assert!(
        matches!(&frames[..], [ServerFrame::Row { row }] if row.live.rev == 39),
        "{frames:?}"
    );
    // Given out meanwhile: the older row must not come after the newer one.
    publish(&mut registry, &said(40, None));
    publish(
        &mut registry,
        &Appeared {
            holder_before: None,
            ..said(41, Some(51))
        },
    );
    stir(&mut registry);
    assert_eq!(received(&mut to_other).len(), 1);
}

#[test]
fn every_list_hears_that_a_wait_began_or_ended_with_whoever_holds_it_desk_04() {
    let mut registry = Registry::default();
    let (other, mut to_other) = desk(12, 53);
    registry.join(&other);
    let since = thread(1, None, true).live.last_at;
    let owed = |seq, before, after| {
        let mut a = said(seq, Some(51));
        a.owed_before = before;
        a.thread.live.owed_since = after;
        a
    };
    publish(&mut registry, &owed(2, None, Some(since)));
    publish(&mut registry, &owed(3, Some(since), Some(since)));
    stir(&mut registry);
    publish(&mut registry, &owed(4, Some(since), Some(since)));
    stir(&mut registry);
    publish(&mut registry, &owed(5, Some(since), None));
    stir(&mut registry);
    let told: Vec<(i64, bool)> = received(&mut to_other)
        .into_iter()
        .filter_map(|frame| match frame {
            ServerFrame::Row { row } => Some((row.live.last_seq, row.live.owed_since.is_some())),
            _ => None,
        })
        .collect();
    assert_eq!(told, [(3, true), (5, false)]);
}

#[test]
fn a_full_queue_ends_the_connection_and_loses_nothing_in_silence() {
    let mut registry = Registry::default();
    let who = Who::Guest {
        shop: id(SHOP),
        thread: id(THREAD),
        buyer: id(BUYER),
    };
    let (slow, mut queue) = Line::with_queue(id(13), who, 3);
    let (quick, mut to_quick) = guest(14);
    registry.join(&slow);
    registry.join(&quick);
    for seq in 1..=5 {
        publish(&mut registry, &said(seq, Some(51)));
    }
    assert_eq!(slow.reason.get(), Some(&Reason::TooSlow));
    let seen: Vec<i64> = entries(&received(&mut queue))
        .iter()
        .map(|(e, _)| e.seq)
        .collect();
    assert_eq!(
        seen,
        [1, 2, 3],
        "what was queued is in order; the rest comes by resuming"
    );
    assert_eq!(entries(&received(&mut to_quick)).len(), 5);
    publish(&mut registry, &said(6, Some(51)));
    assert!(
        received(&mut queue).is_empty(),
        "a connection that ends gets nothing more, so there is no hole"
    );
}

#[test]
fn typing_is_dropped_before_anything_else_is() {
    let mut registry = Registry::default();
    let who = Who::Desk {
        person: id(52),
        session: [0; 32],
        shops: Box::from([id(SHOP)]),
    };
    let (watcher, mut queue) = Line::with_queue(id(11), who, 4);
    let (widget, mut to_widget) = guest(13);
    registry.join(&watcher);
    registry.join(&widget);
    registry.watch(&watcher, id(THREAD));
    for _ in 0..20 {
        registry.typing(&widget, id(THREAD), "Anna", true);
    }
    assert!(watcher.reason.get().is_none());
    publish(&mut registry, &said(1, Some(51)));
    let frames = received(&mut queue);
    assert_eq!(
        frames.len(),
        3,
        "half of the queue is kept for what must not be lost"
    );
    assert!(matches!(frames[2], ServerFrame::Entry { .. }));
    assert!(
        !received(&mut to_widget)
            .iter()
            .any(|f| matches!(f, ServerFrame::Typing { .. })),
        "not told to oneself"
    );
}

#[test]
fn a_picture_has_an_address_of_its_own_for_each_viewer() {
    let mut registry = Registry::default();
    let (a, mut to_a) = desk(10, 51);
    let (b, mut to_b) = desk(11, 52);
    let (widget, mut to_widget) = guest(13);
    for line in [&a, &b, &widget] {
        registry.join(line);
    }
    registry.watch(&a, id(THREAD));
    registry.watch(&b, id(THREAD));
    let mut change = said(1, None);
    change.entries[0].kind = EntryKind::Image;
    change.entries[0].file = Some(id(99));
    change.entries[0].about = Some(yingke_app::file::FileAbout {
        width: 4,
        height: 3,
        ..Default::default()
    });
    publish(&mut registry, &change);
    let url = |queue: &mut _| entries(&received(queue))[0].0.image.as_ref().unwrap().url.clone();
    let urls = [url(&mut to_a), url(&mut to_b), url(&mut to_widget)];
    for (url, viewer) in urls.iter().zip([51, 52, BUYER]) {
        assert!(url.ends_with(&id::<PersonId>(viewer).to_string()), "{url}");
    }
}

#[test]
fn who_has_left_is_told_of_nothing() {
    let mut registry = Registry::default();
    let (watcher, mut queue) = desk(11, 52);
    registry.join(&watcher);
    registry.watch(&watcher, id(THREAD));
    registry.leave(&watcher);
    registry.watch(&watcher, id(THREAD));
    publish(&mut registry, &said(1, Some(52)));
    assert!(received(&mut queue).is_empty());
    assert!(registry.watchers.is_empty() && registry.people.is_empty() && registry.shops.is_empty());
}

fn places(queue: &mut mpsc::Receiver<Arc<Delivery>>) -> Vec<(i64, bool)> {
    let frames = received(queue);
    let places = frames.iter().filter_map(|frame| match frame {
        ServerFrame::Queue { place, open, .. } => Some((*place, *open)),
        _ => None,
    });
    places.collect()
}

#[test]
fn a_widget_hears_its_place_when_it_moves_and_who_serves_at_once() {
    let mut registry = Registry::default();
    let (widget, mut queue) = guest(13);
    registry.join(&widget);
    widget.told_place(0, false);
    publish(
        &mut registry,
        &Appeared {
            open_before: false,
            ..said(1, None)
        },
    );
    registry.places(id(SHOP), true, false, &|_| 0, &|_, _| None);
    assert!(
        places(&mut queue).is_empty(),
        "the router has not heard of it yet"
    );
    registry.places(id(SHOP), true, false, &|_| 3, &|_, _| Some(90));
    registry.places(id(SHOP), true, false, &|_| 2, &|_, _| Some(60));
    assert_eq!(
        places(&mut queue),
        [(3, true)],
        "nothing moved in the queue since"
    );
    registry.moved.insert(id(SHOP));
    registry.places(id(SHOP), true, false, &|_| 2, &|_, _| Some(60));
    assert_eq!(places(&mut queue), [(2, true)]);
    publish(
        &mut registry,
        &Appeared {
            holder_before: None,
            ..said(2, Some(51))
        },
    );
    assert_eq!(places(&mut queue), [(0, true)], "by the commit itself");
    registry.places(id(SHOP), false, true, &|_| 0, &|_, _| None);
    assert!(places(&mut queue).is_empty(), "whoever is served needs no place");
}

#[test]
fn a_widget_that_is_not_served_hears_when_the_shop_opens_or_goes_home() {
    let mut registry = Registry::default();
    let (waiting, mut to_waiting) = guest(13);
    registry.join(&waiting);
    waiting.told_place(0, false);
    registry.places(id(SHOP), false, true, &|_| 0, &|_, _| None);
    assert_eq!(places(&mut to_waiting), [(0, false)]);
    registry.places(id(SHOP), false, false, &|_| 0, &|_, _| None);
    assert!(places(&mut to_waiting).is_empty());
}

#[test]
fn a_note_reaches_the_house_with_its_words_and_the_buyer_as_a_bare_number() {
    let mut registry = Registry::default();
    let (named, mut to_named) = desk(10, 52);
    let (watcher, mut to_watcher) = desk(11, 53);
    let (widget, mut to_widget) = guest(13);
    for line in [&named, &watcher, &widget] {
        registry.join(line);
    }
    registry.watch(&watcher, id(THREAD));
    let mut change = said(3, None);
    change.entries[0] = EntryRow {
        kind: EntryKind::Note,
        sender: "agent".to_owned(),
        text: "这位客人要发票".to_owned(),
        data: Some(serde_json::json!({"mentions": [id::<PersonId>(52)]}).to_string()),
        ..change.entries[0].clone()
    };
    publish(&mut registry, &change);
    let told = received(&mut to_named);
    assert!(
        matches!(&told[..], [ServerFrame::Mention { mention }] if mention.seq == 3 && mention.text == "这位客人要发票"),
        "{told:?}"
    );
    let seen = received(&mut to_watcher);
    let entry = entries(&seen)[0].0;
    assert_eq!((entry.text.as_str(), entry.mentions.len()), ("这位客人要发票", 1));
    let bought = received(&mut to_widget);
    let entry = entries(&bought)[0].0;
    assert_eq!(
        (entry.seq, entry.kind.as_str(), entry.from.as_str()),
        (3, "note", "system")
    );
    let text = serde_json::to_string(entry).unwrap();
    assert!(
        !text.contains("发票") && !text.contains("mentions") && entry.person.is_none(),
        "{text}"
    );
}

#[test]
fn desks_hear_who_else_has_a_thread_open() {
    let mut registry = Registry::default();
    let directory = Directory::default();
    let (one, mut to_one) = desk(10, 51);
    let (again, mut to_again) = desk(11, 51);
    let (two, mut to_two) = desk(12, 52);
    for line in [&one, &again, &two] {
        registry.join(line);
        registry.watch(line, id(THREAD));
    }
    registry.look(id(THREAD), &directory);
    let others = |queue: &mut _| match &received(queue)[..] {
        [ServerFrame::Looking { people, .. }] => people.iter().map(|p| p.person.clone()).collect::<Vec<_>>(),
        frames => panic!("{frames:?}"),
    };
    let (first, second) = (id::<PersonId>(51).to_string(), id::<PersonId>(52).to_string());
    assert_eq!(
        others(&mut to_one),
        std::slice::from_ref(&second),
        "one's own other window is nobody else"
    );
    assert_eq!(others(&mut to_again), [second]);
    assert_eq!(others(&mut to_two), [first]);
    for thread in registry.leave(&two) {
        registry.look(thread, &directory);
    }
    assert!(others(&mut to_one).is_empty());
}

#[test]
fn a_row_says_to_each_whether_a_note_names_them() {
    let mut registry = Registry::default();
    let directory = Directory::default();
    let (named, mut to_named) = desk(10, NAMED);
    let (other, mut to_other) = desk(11, 52);
    for line in [&named, &other] {
        registry.join(line);
    }
    let t = said(4, None).thread;
    registry.publish_marks(&t, &ground(&directory, &|_, _| String::new()));
    for (queue, is_named) in [(&mut to_named, true), (&mut to_other, false)] {
        let frames = received(queue);
        assert!(
            matches!(&frames[..], [ServerFrame::Row { row }] if row.mentioned == is_named && row.stage == "welcome"),
            "{frames:?}"
        );
    }
    let over = thread(5, None, false);
    registry.publish_marks(&over, &ground(&directory, &|_, _| String::new()));
    assert!(
        received(&mut to_named).is_empty(),
        "what is over stands in no list"
    );
}
