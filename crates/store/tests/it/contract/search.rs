//! The index of words: segments, documents, posts, what changed, what a hit shows.

use super::{a_person, a_shop, a_thread, at, contract, id, message, say};
use uuid::Uuid;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_domain::search::{pack, unpack};
use yingke_kernel::{Fen, OrderId, ShopId, ThreadId};
use yingke_store::search::{self, Doc, Kind, PLACES, Segment, State};
use yingke_store::{Result, Tx, args, buyer, conversation, order};

fn a_segment(id: i64, shop: ShopId, kind: Kind, state: State) -> Segment {
    Segment {
        id,
        shop,
        kind,
        state,
        docs: 3,
        stale: 0,
        first: at(1),
        last: at(9),
    }
}

fn a_doc(place: i64, of: Uuid, seq: i64) -> Doc {
    Doc {
        place,
        of,
        seq,
        at: at(place % PLACES),
    }
}

/// Everything that noted itself, and forgets it.
fn noted(tx: &mut Tx<'_>) -> Result<Vec<(Kind, Uuid, i64)>> {
    let all = search::todo(tx, 1_000)?;
    let ids: Vec<i64> = all.iter().map(|t| t.id).collect();
    assert!(ids.is_sorted());
    search::delete_todo(tx, &ids)?;
    assert_eq!(search::todo(tx, 1)?, []);
    Ok(all.into_iter().map(|t| (t.kind, t.of, t.seq)).collect())
}

contract!(segments_are_seen_by_shop_kind_and_state, |tx| {
    let (one, two) = (a_shop(tx, 1)?, a_shop(tx, 2)?);
    let all = [
        a_segment(1, one, Kind::Message, State::Open),
        a_segment(2, one, Kind::Message, State::Sealed),
        a_segment(3, one, Kind::Message, State::Building),
        a_segment(4, one, Kind::Message, State::Gone),
        a_segment(5, one, Kind::Buyer, State::Sealed),
        a_segment(6, two, Kind::Message, State::Sealed),
    ];
    for segment in &all {
        search::insert_segment(tx, segment)?;
    }
    assert_eq!(search::all_segments(tx)?, all);
    let mut seen = search::segments(tx, one, Kind::Message)?;
    seen.sort_by_key(|s| s.id);
    assert_eq!(seen, all[..2]);
    let sealed = Segment {
        state: State::Sealed,
        docs: 7,
        stale: 2,
        first: at(-5),
        last: at(50),
        ..all[2].clone()
    };
    search::update_segment(tx, &sealed)?;
    assert_eq!(search::all_segments(tx)?[2], sealed);
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
    }
    assert_eq!(Kind::parse("note"), None);
});

contract!(documents_and_posts_come_back_and_go_in_slices, |tx| {
    let shop = a_shop(tx, 1)?;
    let segment = a_segment(7, shop, Kind::Message, State::Sealed);
    search::insert_segment(tx, &segment)?;
    let (a, b): (Uuid, Uuid) = (id(100), id(101));
    let docs = [
        a_doc(segment.place(0), a, 1),
        a_doc(segment.place(1), a, 4),
        a_doc(segment.place(2), b, 2),
    ];
    search::put_docs(tx, &docs)?;
    search::put_posts(
        tx,
        7,
        &[(-5, pack(&[0, 2])), (9, pack(&[1])), (1 << 40, pack(&[0, 1, 2]))],
    )?;
    search::put_posts(tx, 8, &[(9, pack(&[60_000]))])?;
    let mut found = Vec::new();
    search::posts(tx, &[7, 8, 9], &[9, 1 << 40, 77], |segment, gram, places| {
        found.push((segment, gram, unpack(places)));
    })?;
    found.sort_unstable();
    assert_eq!(
        found,
        [(7, 9, vec![1]), (7, 1 << 40, vec![0, 1, 2]), (8, 9, vec![60_000])]
    );
    assert_eq!(search::docs_of(tx, &segment)?, docs);
    assert_eq!(search::last_seq(tx, ThreadId(a))?, 4);
    assert_eq!(search::last_seq(tx, id(999))?, 0);
    assert_eq!(search::places_of(tx, a, 4)?, [segment.place(1)]);
    assert_eq!(search::places_of(tx, a, 5)?, [] as [i64; 0]);
    let mut refs = search::refs(tx, &[segment.place(2), segment.place(0), 5])?;
    refs.sort_unstable_by_key(|r| r.0);
    assert_eq!(
        refs,
        [
            (segment.place(0), a, docs[0].at),
            (segment.place(2), b, docs[2].at)
        ]
    );
    assert_eq!(search::refs_between(tx, &segment)?.len(), 3);
    // One taken out: the segment knows of it. Taken out twice: once.
    search::delete_doc(tx, segment.place(1))?;
    search::delete_doc(tx, segment.place(1))?;
    assert_eq!(search::all_segments(tx)?[0].stale, 1);
    assert_eq!(search::last_seq(tx, ThreadId(a))?, 1);
    // Slices of one: three places and three posts go, then the segment; the other segment's post stays.
    let mut slices = 0;
    while !search::delete_slice(tx, &segment, slices, 1)? {
        slices += 1;
        assert!(slices < 10);
    }
    assert_eq!(slices, 3);
    assert_eq!(search::all_segments(tx)?, []);
    assert_eq!(search::refs_between(tx, &segment)?, []);
    let mut left = 0;
    search::posts(tx, &[7, 8], &[-5, 9, 1 << 40], |_, _, _| left += 1)?;
    assert_eq!(left, 1);
});

contract!(words_are_read_by_thread_and_by_place, |tx| {
    let shop = a_shop(tx, 1)?;
    let agent = a_person(tx, 11)?;
    let (who, thread) = a_thread(tx, shop, "u1")?;
    say(tx, message(thread, Sender::Buyer(who), 1, "有货吗", at(100)))?;
    say(tx, message(thread, Sender::Agent(agent), 2, "有的", at(110)))?;
    // 1 open, 2 question, 3 assign, 4 answer.
    let mut words = Vec::new();
    search::words_after(tx, thread, 0, |seq, at, text| {
        words.push((seq, at, text.to_owned()))
    })?;
    assert_eq!(
        words,
        [(2, at(100), "有货吗".to_owned()), (4, at(110), "有的".to_owned())]
    );
    words.clear();
    search::words_after(tx, thread, 2, |seq, at, text| {
        words.push((seq, at, text.to_owned()))
    })?;
    assert_eq!(words.len(), 1);
    assert_eq!(
        search::words_of(tx, thread, 4)?,
        Some((shop, at(110), "有的".to_owned()))
    );
    assert_eq!(search::words_of(tx, thread, 9)?, None);

    let segment = a_segment(1, shop, Kind::Message, State::Open);
    search::insert_segment(tx, &segment)?;
    search::put_docs(
        tx,
        &[
            a_doc(segment.place(0), thread.0, 2),
            a_doc(segment.place(1), thread.0, 4),
        ],
    )?;
    let mut between = Vec::new();
    search::words_between(tx, &segment, |place, at, text| {
        between.push((place, at, text.to_owned()))
    })?;
    between.sort_unstable();
    assert_eq!(between[1], (segment.place(1), at(110), "有的".to_owned()));
    let mut rows = Vec::new();
    search::messages(tx, &[segment.place(0), segment.place(5)], |row| {
        rows.push(row);
        Ok(())
    })?;
    assert_eq!(rows.len(), 1);
    let row = rows[0].clone();
    assert_eq!(
        (row.thread, row.seq, row.at, row.kind),
        (thread, 2, at(100), EntryKind::Text)
    );
    assert_eq!(
        (row.sender.as_str(), row.author, row.text.as_str()),
        ("buyer", who.0, "有货吗")
    );
    rows.clear();
    search::messages_between(tx, &segment, |row| {
        rows.push(row);
        Ok(())
    })?;
    assert_eq!(rows.len(), 2);
    rows.clear();
    search::messages_in(tx, thread, |row| {
        rows.push(row);
        Ok(())
    })?;
    assert_eq!(rows.iter().map(|r| r.seq).collect::<Vec<_>>(), [4, 2]);
    let names = search::buyer_names(tx, &[thread.bytes(), [9; 16]])?;
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [(thread, "u1".to_owned())]);
});

contract!(what_changes_notes_itself, |tx| {
    let shop = a_shop(tx, 1)?;
    let (who, thread) = a_thread(tx, shop, "u1")?;
    assert_eq!(noted(tx)?, [(Kind::Buyer, who.0, 0)]);
    // A new message does not: its path must stay short.
    say(tx, message(thread, Sender::Buyer(who), 1, "有货吗", at(100)))?;
    assert_eq!(noted(tx)?, []);
    conversation::blank_entry(tx, thread, 2)?;
    assert_eq!(noted(tx)?, [(Kind::Message, thread.0, 2)]);
    // The same again is no change.
    conversation::blank_entry(tx, thread, 2)?;
    buyer::rename(tx, who, "u1")?;
    assert_eq!(noted(tx)?, []);
    buyer::rename(tx, who, "一颗桃子")?;
    tx.exec(
        "UPDATE buyer SET seen_at = 5, city = '杭州' WHERE id = $1",
        args![who],
    )?;
    assert_eq!(noted(tx)?, [(Kind::Buyer, who.0, 0)]);
    tx.exec(
        "INSERT INTO buyer_tag (shop, buyer, tag, at) VALUES ($1, $2, '老客', 1)",
        args![shop, who],
    )?;
    tx.exec("DELETE FROM buyer_tag WHERE buyer = $1", args![who])?;
    tx.exec("UPDATE buyer SET phone = '13812342207' WHERE id = $1", args![who])?;
    tx.exec("UPDATE buyer SET erased_at = 9 WHERE id = $1", args![who])?;
    assert_eq!(noted(tx)?, [(Kind::Buyer, who.0, 0); 4]);

    let order = an_order(tx, shop, "4812")?;
    assert_eq!(noted(tx)?, [(Kind::Order, order.0, 0)]);
    an_item(tx, order, 1, "棉麻窗帘")?;
    tx.exec(
        "UPDATE order_item SET title = '窗帘' WHERE orders = $1",
        args![order],
    )?;
    tx.exec("UPDATE orders SET receiver = '林' WHERE id = $1", args![order])?;
    tx.exec("DELETE FROM order_item WHERE orders = $1", args![order])?;
    tx.exec("DELETE FROM orders WHERE id = $1", args![order])?;
    assert_eq!(noted(tx)?, [(Kind::Order, order.0, 0); 5]);

    let product = a_product(tx, shop, 500, "XD-03", "棉麻窗帘")?;
    tx.exec(
        "UPDATE product SET stock = 3, price_fen = 5 WHERE id = $1",
        args![product],
    )?;
    assert_eq!(noted(tx)?, [(Kind::Product, product, 0)]);
    tx.exec("UPDATE product SET title = '窗帘' WHERE id = $1", args![product])?;
    tx.exec("DELETE FROM product WHERE id = $1", args![product])?;
    assert_eq!(noted(tx)?, [(Kind::Product, product, 0); 2]);
    tx.exec("DELETE FROM entry WHERE thread = $1 AND seq = 2", args![thread])?;
    assert_eq!(noted(tx)?, [(Kind::Message, thread.0, 2)]);
});

fn an_order(tx: &mut Tx<'_>, shop: ShopId, number: &str) -> Result<OrderId> {
    let row = order::OrderRow {
        platform: "web".to_owned(),
        number: number.to_owned(),
        layout: "test".to_owned(),
        buyer: Some("u1".to_owned()),
        gross: Fen(500),
        refund: Fen(100),
        net: Fen(400),
        created: at(7),
        paid: None,
        state: Some("等待发货".to_owned()),
        shipped: None,
        signed: None,
        receiver: None,
        phone: None,
        address: None,
        parcel: None,
        items: Vec::new(),
        facts: "{}".to_owned(),
        digest: [3; 32],
    };
    order::upsert_many(tx, shop, &[row], at(8))?;
    tx.one(
        "SELECT id FROM orders WHERE shop = $1 AND number = $2",
        args![shop, number],
        |row| row.id(0),
    )
}

fn an_item(tx: &mut Tx<'_>, order: OrderId, n: i64, title: &str) -> Result<()> {
    tx.exec(
        "INSERT INTO order_item (orders, n, code, title, sku, quantity, price_fen) VALUES ($1, $2, '', $3, '', 1, 100)",
        args![order, n, title],
    )?;
    Ok(())
}

fn a_product(tx: &mut Tx<'_>, shop: ShopId, n: u128, code: &str, title: &str) -> Result<Uuid> {
    let product: Uuid = id(n);
    tx.exec(
        "INSERT INTO product (id, shop, code, title, category, price_fen, on_shelf, address, facts, sold, created_at, changed_at)
         VALUES ($1, $2, $3, $4, '窗帘', 4500, $5, '', '{}', 0, 1, $6)",
        args![product, shop, code, title, true, at(3)],
    )?;
    Ok(product)
}

contract!(buyers_orders_and_products_as_they_are_shown, |tx| {
    let shop = a_shop(tx, 1)?;
    let (who, thread) = a_thread(tx, shop, "u1")?;
    let (gone, _) = a_thread(tx, shop, "u2")?;
    let (other, _) = a_thread(tx, shop, "v3")?;
    for tag in ["老客", "急"] {
        tx.exec(
            "INSERT INTO buyer_tag (shop, buyer, tag, at) VALUES ($1, $2, $3, 1)",
            args![shop, who, tag],
        )?;
    }
    tx.exec("UPDATE buyer SET phone = '13812342207' WHERE id = $1", args![who])?;
    tx.exec("UPDATE buyer SET erased_at = 5 WHERE id = $1", args![gone])?;
    let found = search::buyers(tx, &[who.bytes(), gone.bytes(), other.bytes()])?;
    assert_eq!(found.len(), 2);
    let row = found.iter().find(|b| b.id == who).unwrap();
    let mut tags = row.tags.clone();
    tags.sort_unstable();
    let mut expected = vec!["老客".to_owned(), "急".to_owned()];
    expected.sort_unstable();
    assert_eq!(
        (row.shop, row.thread, row.phone.as_deref(), tags),
        (shop, Some(thread), Some("13812342207"), expected)
    );
    assert_eq!(
        (
            row.name.as_str(),
            row.external.as_str(),
            row.channel.as_str(),
            row.created_at
        ),
        ("u1", "u1", "web", at(0))
    );
    assert_eq!(search::buyers_by_name(tx, shop, 'u', 9)?, [who.bytes()]);
    assert_eq!(search::buyers_by_name(tx, shop, 'v', 9)?, [other.bytes()]);
    assert_eq!(search::buyers_by_name(tx, id(77), 'u', 9)?, [] as [[u8; 16]; 0]);

    let order = an_order(tx, shop, "4812")?;
    an_item(tx, order, 2, "第二")?;
    an_item(tx, order, 1, "第一")?;
    let orders = search::orders(tx, &[order.bytes(), [1; 16]])?;
    assert_eq!(orders.len(), 1);
    let row = &orders[0];
    assert_eq!(
        (row.number.as_str(), row.platform.as_str(), row.net),
        ("4812", "web", Fen(400))
    );
    assert_eq!(row.known, Some((who, "u1".to_owned())));
    assert_eq!(row.thread, Some(thread));
    assert_eq!(row.titles, ["第一", "第二"]);
    assert_eq!(
        (row.state.as_deref(), row.created_at, row.shop),
        (Some("等待发货"), at(7), shop)
    );

    let product = a_product(tx, shop, 500, "XD-03", "棉麻窗帘")?;
    let products = search::products(tx, &[*product.as_bytes()])?;
    assert_eq!(products.len(), 1);
    let row = &products[0];
    assert_eq!(
        (row.code.as_str(), row.title.as_str(), row.category.as_str()),
        ("XD-03", "棉麻窗帘", "窗帘")
    );
    assert_eq!(
        (row.price, row.on_shelf, row.picture, row.changed_at),
        (Fen(4_500), true, false, at(3))
    );
});
