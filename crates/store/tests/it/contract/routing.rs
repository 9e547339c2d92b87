//! Seats, and how often the house passed a conversation on.

use super::{a_person, a_shop, a_thread, at, contract, id, message, say};
use yingke_domain::conversation::{self as rules, Sender, Target};
use yingke_domain::routing::Seat;
use yingke_store::conversation::{self, Note};
use yingke_store::{access, routing};

contract!(seats_are_put_as_a_whole, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    assert!(routing::seats(tx)?.is_empty());
    let skilled = Seat {
        weight: 300,
        capacity: Some(4),
        skills: ["窗帘".to_owned(), "发票".to_owned()].into(),
        ..Seat::on("after_sales")
    };
    routing::put_seats(tx, one, p, &[Seat::on("pre_sales"), skilled.clone()])?;
    routing::put_seats(tx, two, p, &[Seat::on("brides")])?;
    routing::put_seats(tx, one, q, &[Seat::on("pre_sales")])?;
    assert_eq!(
        routing::seats(tx)?,
        [
            (one, p, skilled.clone()),
            (one, p, Seat::on("pre_sales")),
            (one, q, Seat::on("pre_sales")),
            (two, p, Seat::on("brides")),
        ]
    );
    routing::put_seats(tx, one, p, std::slice::from_ref(&skilled))?;
    routing::put_seats(tx, one, q, &[])?;
    assert_eq!(
        routing::seats(tx)?,
        [(one, p, skilled), (two, p, Seat::on("brides"))]
    );
    let twice = tx.attempt(|tx| routing::put_seats(tx, one, q, &[Seat::on("a"), Seat::on("a")]));
    assert!(twice.is_err(), "one seat a line");
    // The line of a person says nothing about the seats any more.
    assert_eq!(access::people(tx)?.len(), 2);
});

contract!(only_what_the_house_passed_on_by_itself_counts, |tx| {
    let shop = a_shop(tx, 1)?;
    let (p, q) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let (buyer, thread) = a_thread(tx, shop, "u1")?;
    say(tx, message(thread, Sender::Buyer(buyer), 1, "问", at(1)))?;
    let seq = conversation::get(tx, thread)?.map_or(0, |t| t.live.owed_seq);
    assert_eq!(seq, 2, "after the opening");
    let step = |tx: &mut yingke_store::Tx<'_>, from, to, by, when| {
        let t = conversation::get(tx, thread)?.unwrap();
        let change = match from {
            None => rules::assign(t.live.clone(), to, by, at(when)),
            Some(from) => rules::transfer(t.live.clone(), from, Target::Person(to), by, at(when)),
        };
        conversation::apply(tx, t, change.unwrap(), Note::default(), at(when))
    };
    step(tx, None, p, Sender::System, 2)?;
    step(tx, Some(p), q, Sender::Agent(p), 3)?;
    assert_eq!(routing::moves_since(tx, thread, seq)?, 0);
    let moved = step(tx, Some(q), p, Sender::System, 4)?;
    assert_eq!(routing::moves_since(tx, thread, seq)?, 1);
    assert_eq!(routing::moves_since(tx, thread, moved.live.last_seq)?, 0);
});

contract!(r_desk_18_somebody_is_asked_to_look_along_once_at_a_time, |tx| {
    let shop = a_shop(tx, 1)?;
    let (junior, partner) = (a_person(tx, 11)?, a_person(tx, 12)?);
    let (_, one) = a_thread(tx, shop, "u1")?;
    let (_, two) = a_thread(tx, shop, "u2")?;
    let asked = |thread, when| routing::PairRow {
        thread,
        at: at(when),
        shop,
        conversation: id(77),
        junior,
        partner,
        seen_at: None,
    };
    let (first, second) = (asked(one, 5), asked(two, 3));
    routing::pair(tx, &first)?;
    routing::pair(tx, &second)?;
    assert_eq!(routing::open_pairs(tx)?, [second, first]);
    assert!(routing::see_pair(tx, one, at(7))?);
    assert!(!routing::see_pair(tx, one, at(8))?, "once");
    let seen = routing::PairRow {
        seen_at: Some(at(7)),
        ..first
    };
    assert_eq!(routing::open_pairs(tx)?, [second, seen]);
    assert!(routing::end_pair(tx, one, at(9), "closed")?);
    assert!(!routing::end_pair(tx, one, at(9), "closed")?);
    assert!(!routing::see_pair(tx, one, at(9))?);
    assert_eq!(routing::open_pairs(tx)?, [second]);
    // Another time in the same thread.
    routing::pair(tx, &asked(one, 20))?;
    assert_eq!(routing::open_pairs(tx)?.len(), 2);
});
