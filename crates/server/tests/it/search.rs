//! What is said can be found, what is taken back cannot; after any history the index answers as the texts themselves do.

use crate::program::Folder;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::io::Cursor as Bytes;
use uuid::Uuid;
use yingke_app::conversation::{self as talk, Author, Outgoing};
use yingke_app::intake::{ChatImport, import_chats};
use yingke_app::search::{Found, Kind, SearchQuery, catch_up, search};
use yingke_app::{Guest, House, Staff};
use yingke_domain::access::Role;
use yingke_domain::conversation::EntryKind;
use yingke_domain::presence::State;
use yingke_domain::search::Query;
use yingke_kernel::{ClientId, Zone};
use yingke_store::{Lane, Tx, args};
use yingke_testkit::{Bed, TestHouse, TestServer, block_on, both};

fn words(bed: &Bed, text: &str) -> Outgoing {
    Outgoing {
        client_id: ClientId::new(bed.now()),
        kind: EntryKind::Text,
        text: text.to_owned(),
        file: None,
        quote: None,
        card: None,
    }
}

/// Writes behind the use cases' back, on a thread of its own: the PostgreSQL client must not wait within a runtime.
fn write<T: Send + 'static>(
    house: &House,
    f: impl Fn(&mut Tx<'_>) -> yingke_store::Result<T> + Send + 'static,
) -> T {
    std::thread::scope(|scope| scope.spawn(|| house.store().write_blocking(Lane::Any, f)).join())
        .unwrap()
        .unwrap()
}

async fn find(home: &TestHouse, staff: &Staff, text: &str, kinds: &[Kind]) -> Found {
    let query = SearchQuery {
        text: text.to_owned(),
        kinds: kinds.to_vec(),
        limit: 50,
        ..SearchQuery::default()
    };
    search(&home.house, staff, query).await.unwrap()
}

/// Texts of the messages that are found, after everything was taken in.
async fn texts(home: &TestHouse, staff: &Staff, text: &str) -> Vec<String> {
    catch_up(&home.house).await.unwrap();
    let found = find(home, staff, text, &[Kind::Message]).await;
    found.messages.into_iter().map(|m| m.text).collect()
}

fn on_both(test: fn(&Bed)) {
    test(&Bed::sqlite());
    if let Some(bed) = Bed::postgres() {
        test(&bed);
    }
}

#[test]
fn what_is_said_is_found_and_what_is_taken_back_is_not() {
    on_both(|bed| {
        block_on(async {
            let mut home = TestHouse::start(bed);
            let agent = home.person("小禾", Role::Agent, None, None).await;
            home.sit(&agent, State::Online).await;
            let guest = home.buyer().await;
            let ask = |home: &TestHouse, text: &str| {
                let (house, guest, words) = (home.house.clone(), guest.clone(), words(bed, text));
                async move {
                    talk::send(&house, Author::Guest(&guest), guest.thread, words)
                        .await
                        .unwrap()
                }
            };
            ask(&home, "这款窗帘有货吗，要IPHONE壳那样的米白色").await;
            bed.clock().advance_secs(5);
            ask(&home, "订单382100617229471836什么时候发货").await;
            bed.clock().advance_secs(5);
            let answer = talk::send(
                &home.house,
                Author::Staff(&agent),
                guest.thread,
                words(bed, "窗帘有货的，今天发货"),
            )
            .await
            .unwrap();
            // Newest first; marks are places.
            catch_up(&home.house).await.unwrap();
            let found = find(&home, &agent, "窗帘 有货", &[]).await;
            assert_eq!(found.messages.len(), 2);
            assert_eq!(
                (found.messages[0].from.as_str(), found.messages[0].name.as_deref()),
                ("agent", Some("小禾"))
            );
            assert_eq!(found.messages[0].marks, [(0, 4)]);
            assert_eq!(
                (found.messages[1].thread, found.messages[1].from.as_str()),
                (guest.thread, "buyer")
            );
            for (query, hits) in [
                ("iphone", 1),
                ("iph 米白", 1),
                ("phone", 0),
                ("382100617229471836", 1),
                ("471836", 1),
                ("3821", 1),
                ("0061", 0),
                ("发货", 2),
                ("货今", 0),
                ("没有", 0),
            ] {
                assert_eq!(texts(&home, &agent, query).await.len(), hits, "{query}");
            }
            // Too short for texts; a name is found by its first character.
            let short = find(&home, &agent, "货", &[]).await;
            assert!(short.short && short.messages.is_empty());
            let name = find(&home, &agent, &guest.name, &[]).await;
            assert!(name.buyers.iter().any(|b| b.buyer == guest.buyer), "{name:?}");
            let first: String = guest.name.chars().take(1).collect();
            assert_eq!(
                find(&home, &agent, &first, &[]).await.buyers[0].buyer,
                guest.buyer
            );

            talk::recall(&home.house, &agent, guest.thread, answer.seq)
                .await
                .unwrap();
            assert_eq!(texts(&home, &agent, "窗帘 有货").await.len(), 1);
            // An erased text: whoever blanks it, the index follows.
            write(&home.house, |tx| {
                tx.exec("UPDATE entry SET text = '' WHERE text LIKE '订单%'", &[])
            });
            assert_eq!(texts(&home, &agent, "471836").await, [] as [&str; 0]);
            // After a restart nothing is lost and nothing is doubled.
            home = TestHouse::start_again(home, bed).await;
            assert_eq!(texts(&home, &agent, "窗帘 有货").await.len(), 1);
            home.stop().await;
        });
    });
}

#[test]
fn a_shop_does_not_see_another_and_a_house_from_before_is_filled() {
    on_both(|bed| {
        block_on(async {
            let home = TestHouse::start(bed);
            let (boss, other) = (
                home.person("店长", Role::Owner, None, None).await,
                home.person("路人", Role::Agent, None, None).await,
            );
            let guest = home.buyer().await;
            let ask = words(bed, "窗帘有货吗");
            talk::send(&home.house, Author::Guest(&guest), guest.thread, ask)
                .await
                .unwrap();
            let (a, b) = (boss.person, other.person);
            write(&home.house, move |tx| {
                let row = yingke_store::shop::ShopRow {
                    id: Uuid::from_u128(5).into(),
                    code: "east".to_owned(),
                    name: "东店".to_owned(),
                    zone: "Asia/Shanghai".to_owned(),
                    settings: "{}".to_owned(),
                    secret: vec![5; 32],
                };
                yingke_store::shop::insert(tx, &row, yingke_kernel::Stamp::from_secs(1))?;
                tx.exec("DELETE FROM member WHERE person = $1", args![b])?;
                tx.exec(
                    "INSERT INTO member (shop, person) VALUES ($1, $2)",
                    args![row.id, b],
                )?;
                tx.exec(
                    "INSERT INTO member (shop, person) VALUES ($1, $2)",
                    args![row.id, a],
                )
            });
            home.stop().await;
            // As if this house had been made by a program without an index.
            let house = bed.open("http://127.0.0.1");
            write(&house, |tx| {
                for table in ["search_segment", "search_doc", "search_post", "search_todo"] {
                    tx.exec(format!("DELETE FROM {table}"), &[])?;
                }
                tx.exec("DELETE FROM derived WHERE name LIKE 'search%'", &[])?;
                tx.exec(
                    "INSERT INTO search_todo (kind, ref, seq) SELECT 'buyer', id, 0 FROM buyer",
                    &[],
                )
            });
            tokio::task::spawn_blocking(move || house.close()).await.unwrap();
            let home = TestHouse::start(bed);
            yingke_app::search::settle(&home.house).await.unwrap();
            assert_eq!(texts(&home, &boss, "窗帘").await.len(), 1);
            assert_eq!(find(&home, &boss, &guest.name, &[]).await.buyers.len(), 1);
            let nothing = find(&home, &other, "窗帘", &[]).await;
            assert!(nothing.messages.is_empty());
            assert!(find(&home, &other, &guest.name, &[]).await.buyers.is_empty());
            let theirs = SearchQuery {
                text: "窗帘".to_owned(),
                shop: Some("main".to_owned()),
                ..SearchQuery::default()
            };
            assert_eq!(
                search(&home.house, &other, theirs).await.unwrap_err().code,
                "not_found"
            );
            let thread = SearchQuery {
                text: "窗帘".to_owned(),
                thread: Some(guest.thread),
                limit: 9,
                ..SearchQuery::default()
            };
            assert_eq!(
                search(&home.house, &boss, thread.clone())
                    .await
                    .unwrap()
                    .messages
                    .len(),
                1
            );
            assert_eq!(
                search(&home.house, &other, thread).await.unwrap_err().code,
                "not_found"
            );
            home.stop().await;
        });
    });
}

#[test]
fn buyers_orders_and_goods_are_found_as_far_as_they_are_shown() {
    on_both(|bed| {
        block_on(async {
            let home = TestHouse::start(bed);
            let agent = home.person("小禾", Role::Agent, None, None).await;
            let guest = home.buyer().await;
            let (buyer, shop, at) = (guest.buyer, guest.shop, bed.now());
            write(&home.house, move |tx| {
                tx.exec(
                        "UPDATE buyer SET name = '一颗桃子', remark = '要加急', phone = '13812342207' WHERE id = $1",
                        args![buyer],
                    )?;
                tx.exec(
                    "INSERT INTO buyer_tag (shop, buyer, tag, at) VALUES ($1, $2, '装修公司', 1)",
                    args![shop, buyer],
                )?;
                for (n, number) in ["3821006172294718", "38210061"].iter().enumerate() {
                    let id = Uuid::from_u128(100 + n as u128);
                    tx.exec(
                            "INSERT INTO orders (id, shop, platform, number, layout, buyer, gross_fen, refund_fen, net_fen, created_at, state,
                               facts, digest, imported_at, receiver, phone)
                             VALUES ($1, $2, 'taobao', $3, 'x', 'tb_anna', 100, 0, 100, $4, '等待发货', '{}', $5, 1, '王小明', '13912345678')",
                            args![id, shop, *number, at.plus_secs(-(n as i64)), &[0u8; 32]],
                        )?;
                    tx.exec(
                            "INSERT INTO order_item (orders, n, code, title, sku, quantity, price_fen) VALUES ($1, 0, 'XD-03', '棉麻窗帘', '', 1, 100)",
                            args![id],
                        )?;
                }
                tx.exec(
                        "INSERT INTO product (id, shop, code, title, category, price_fen, on_shelf, address, facts, sold, created_at, changed_at)
                         VALUES ($1, $2, 'XD-03', '棉麻窗帘 北欧风', '窗帘', 4500, $3, '', '{}', 0, 1, $4)",
                        args![Uuid::from_u128(500), shop, true, at],
                    )
            });
            catch_up(&home.house).await.unwrap();
            // Buyers, orders, products.
            for (query, expected) in [
                ("桃子", [1, 0, 0]),
                ("加急", [1, 0, 0]),
                ("装修", [1, 0, 0]),
                ("2207", [1, 0, 0]),
                ("13812342207", [1, 0, 0]),
                ("1381", [0, 0, 0]),
                ("12342207", [0, 0, 0]),
                ("桃子 2207", [1, 0, 0]),
                ("桃子 4718", [0, 0, 0]),
                ("4718", [0, 1, 0]),
                ("0617", [0, 0, 0]),
                ("38210061", [0, 2, 0]),
                ("5678", [0, 2, 0]),
                ("13912345678", [0, 2, 0]),
                ("1391", [0, 0, 0]),
                ("王小明", [0, 2, 0]),
                ("小明", [0, 0, 0]),
                ("anna", [0, 2, 0]),
                ("窗帘", [0, 2, 1]),
                ("xd-03", [0, 0, 1]),
                ("棉麻 北欧", [0, 0, 1]),
            ] {
                let found = find(&home, &agent, query, &[]).await;
                assert_eq!(
                    [found.buyers.len(), found.orders.len(), found.products.len()],
                    expected,
                    "{query}"
                );
            }
            let found = find(&home, &agent, "2207", &[Kind::Buyer]).await;
            assert_eq!(found.buyers[0].phone.as_deref(), Some("138****2207"));
            // The number itself comes first, though another order is newer.
            let found = find(&home, &agent, "38210061", &[Kind::Order]).await;
            assert_eq!(found.orders[0].number, "38210061");
            assert!(found.orders[0].exact && !found.orders[1].exact);
            assert_eq!(found.orders[0].receiver.as_deref(), Some("王**"));
            assert_eq!(found.orders[0].title.as_deref(), Some("棉麻窗帘"));

            write(&home.house, move |tx| {
                tx.exec("DELETE FROM order_item WHERE title = '棉麻窗帘'", &[])?;
                tx.exec(
                    "UPDATE product SET title = '挂毯', category = '' WHERE code = 'XD-03'",
                    &[],
                )?;
                tx.exec("UPDATE buyer SET erased_at = 5 WHERE id = $1", args![buyer])
            });
            catch_up(&home.house).await.unwrap();
            let found = find(&home, &agent, "窗帘", &[]).await;
            assert!(found.orders.is_empty() && found.products.is_empty());
            assert!(find(&home, &agent, "桃子", &[]).await.buyers.is_empty());
            home.stop().await;
        });
    });
}

/// Something that happens to the texts.
#[derive(Debug, Clone)]
enum Deed {
    Say(usize, String),
    Take(usize),
    /// Seconds before now, conversation, text.
    Import(Vec<(i64, u8, String)>),
    Restart,
    Look(String),
}

const HAN: &str = "[窗帘有货吗发尺码]{1,9}[，a-c0-3]{0,3}[窗帘有货吗发尺码]{0,5}";

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        10 => (0usize..3, HAN).prop_map(|(b, text)| Deed::Say(b, text)),
        2 => (0usize..9).prop_map(Deed::Take),
        3 => prop::collection::vec((0i64..500_000, 0u8..4, HAN), 1..30).prop_map(Deed::Import),
        1 => Just(Deed::Restart),
        6 => "[窗帘有货吗发尺码]{2,4}( [窗帘有货吗发尺码]{1,2})?".prop_map(Deed::Look),
    ]
}

/// Every text that is there, newest first, that has all the words.
fn by_reading(home: &TestHouse, query: &str) -> Vec<(i64, Uuid, i64)> {
    let words = Query::parse(query);
    let mut all = Vec::new();
    let read = |tx: &mut Tx<'_>| {
        tx.each(
            "SELECT at, thread, seq, text FROM entry WHERE text <> ''",
            &[],
            |row| {
                if words.marks(row.text(3)?).is_some() {
                    all.push((row.int(0)?, row.id::<Uuid>(1)?, row.int(2)?));
                }
                Ok(())
            },
        )
    };
    std::thread::scope(|scope| scope.spawn(|| home.house.store().read_blocking(read)).join())
        .unwrap()
        .unwrap();
    all.sort_unstable();
    all.reverse();
    all
}

/// The same from the index, in pages of seven.
async fn by_index(home: &TestHouse, staff: &Staff, query: &str) -> Vec<(i64, Uuid, i64)> {
    catch_up(&home.house).await.unwrap();
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = SearchQuery {
            text: query.to_owned(),
            kinds: vec![Kind::Message],
            limit: 7,
            before,
            ..SearchQuery::default()
        };
        let found = search(&home.house, staff, page).await.unwrap();
        all.extend(found.messages.iter().map(|m| (m.at.micros(), m.thread.0, m.seq)));
        before = found.next;
        if before.is_none() {
            return all;
        }
    }
}

async fn happen(
    home: &mut TestHouse,
    bed: &Bed,
    staff: &Staff,
    buyers: &[Guest],
    said: &mut Vec<(Guest, i64)>,
    deed: &Deed,
) {
    bed.clock().advance_secs(1);
    match deed {
        Deed::Say(b, text) => {
            let guest = &buyers[*b];
            let sent = talk::send(&home.house, Author::Guest(guest), guest.thread, words(bed, text))
                .await
                .unwrap();
            said.push((guest.clone(), sent.seq));
        }
        Deed::Take(n) => {
            let Some((guest, seq)) = said.get(*n).cloned() else {
                return;
            };
            write(&home.house, move |tx| {
                yingke_store::conversation::blank_entry(tx, guest.thread, seq)
            });
        }
        Deed::Import(lines) => {
            let text: String = lines
                .iter()
                .enumerate()
                .map(|(n, (before, conversation, text))| {
                    let at = Zone::shanghai().rfc3339(bed.now().plus_secs(-before));
                    let line = json!({"id": format!("{before}-{n}"), "channel": "taobao", "conversation": format!("c{conversation}"),
                        "buyer": format!("tb{conversation}"), "agent": "店铺:甲", "at": at, "from": "buyer", "text": text});
                    format!("{line}\n")
                })
                .collect();
            let outcome = import_chats(
                &home.house,
                "late.jsonl",
                Bytes::new(text),
                &ChatImport::default(),
            )
            .await
            .unwrap();
            assert_eq!(outcome.refused, []);
        }
        Deed::Restart => *home = TestHouse::start_again(home.clone(), bed).await,
        Deed::Look(query) => assert_eq!(
            by_index(home, staff, query).await,
            by_reading(home, query),
            "{query}"
        ),
    }
}

fn any_history(bed: impl Fn() -> Option<Bed>, cases: u32) {
    let mut runner = TestRunner::new(Config {
        cases,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&prop::collection::vec(deed(), 1..40), |deeds| {
            let Some(bed) = bed() else { return Ok(()) };
            block_on(async {
                let mut home = TestHouse::start(&bed);
                let boss = home.person("店长", Role::Owner, None, None).await;
                let mut buyers = Vec::new();
                for _ in 0..3 {
                    buyers.push(home.buyer().await);
                }
                let mut said = Vec::new();
                for deed in &deeds {
                    happen(&mut home, &bed, &boss, &buyers, &mut said, deed).await;
                }
                for query in ["窗帘", "有货 发", "货吗", "尺码有", "a1", "帘有，a"] {
                    assert_eq!(
                        by_index(&home, &boss, query).await,
                        by_reading(&home, query),
                        "{query}"
                    );
                }
                home.stop().await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn after_any_history_the_index_answers_as_the_texts_do_sqlite() {
    any_history(|| Some(Bed::sqlite()), 12);
}

#[test]
fn after_any_history_the_index_answers_as_the_texts_do_postgres() {
    any_history(Bed::postgres, 4);
}

/// Enough messages for sealed and merged segments, in an order that is not that of time; some change, some go.
#[test]
fn many_segments_answer_as_the_texts_do() {
    on_both(|bed| {
        block_on(async {
            let home = TestHouse::start(bed);
            let boss = home.person("店长", Role::Owner, None, None).await;
            let chars: Vec<char> = "窗帘有货吗发尺码米白深灰定制".chars().collect();
            let mut dice = 7u32;
            let mut roll = |n: u32| {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (dice >> 8) % n
            };
            for file in 0..6 {
                let mut lines = String::new();
                for n in 0..1_500 {
                    let text: String = (0..4 + roll(9))
                        .map(|_| chars[roll(chars.len() as u32) as usize])
                        .collect();
                    let at = Zone::shanghai().rfc3339(bed.now().plus_secs(-i64::from(roll(3_000_000))));
                    let line = json!({"id": format!("{file}-{n}"), "channel": "taobao", "conversation": format!("c{}", n % 90), "buyer": format!("tb{}", n % 90),
                        "agent": "店铺:甲", "at": at, "from": "buyer", "text": text});
                    lines.push_str(&format!("{line}\n"));
                }
                let outcome = import_chats(
                    &home.house,
                    "many.jsonl",
                    Bytes::new(lines),
                    &ChatImport::default(),
                )
                .await
                .unwrap();
                assert_eq!(outcome.created, 1_500);
                catch_up(&home.house).await.unwrap();
            }
            write(&home.house, |tx| {
                tx.exec("UPDATE entry SET text = '' WHERE seq % 17 = 0", &[])?;
                tx.exec("UPDATE entry SET text = '另外的话' WHERE seq % 23 = 0", &[])
            });
            // Twice: the second pass takes what the first one replaced away.
            catch_up(&home.house).await.unwrap();
            for query in [
                "窗帘",
                "有货吗",
                "定制 米白",
                "另外",
                "帘窗帘窗",
                "米白深",
                "没有",
            ] {
                assert_eq!(
                    by_index(&home, &boss, query).await,
                    by_reading(&home, query),
                    "{query}"
                );
            }
            catch_up(&home.house).await.unwrap();
            assert_eq!(by_index(&home, &boss, "发尺").await, by_reading(&home, "发尺"));
            home.stop().await;
        });
    });
}

both! {
    async fn the_operation_answers_within_rights(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let refused = server.http().get("/api/v1/search?q=%E7%AA%97%E5%B8%98").await;
        assert_eq!(refused.status, 401);
        let desk = server.hire("小禾", Role::Agent, None).await;
        let page = desk.http.get("/api/v1/search?q=%E7%AA%97%E5%B8%98").await.expect(200).json();
        for key in ["messages", "buyers", "orders", "products"] {
            assert_eq!(page[key], json!([]));
        }
        assert!(page["took_ms"].is_u64() && page["next"].is_null());
        for (query, code) in [
            ("q=aa&kinds=cats", "bad_kind"),
            ("q=aa&before=x", "bad_cursor"),
            ("q=aa&thread=7", "bad_id"),
            ("q=aa&shop=west", "not_found"),
            ("", "bad_query"),
        ] {
            let problem = desk.http.get(&format!("/api/v1/search?{query}")).await;
            assert_eq!(problem.code(), code, "{query}");
        }
        server.stop().await;
    }
}

#[test]
fn the_command_finds_with_and_without_a_server() {
    let folder = Folder::new();
    let file = folder.file(
        "talk.jsonl",
        "{\"channel\":\"taobao\",\"conversation\":\"c1\",\"buyer\":\"tb_anna\",\"agent\":\"店铺:甲\",\"at\":\"2026-10-03T10:10:15+08:00\",\"from\":\"buyer\",\"text\":\"窗帘有货吗\"}\n",
    );
    let _imported = folder.import("chats", &file, 0);
    let found = folder
        .run(&["search", "窗帘", "有货", "--format", "json"])
        .json(0);
    assert_eq!(found[0]["name"], "tb_anna", "{found}");
    assert_eq!(found[0]["text"], "tb_anna: 窗帘有货吗", "{found}");
    assert_eq!(
        folder.run(&["search", "没有的话", "--format", "json"]).json(0),
        json!([])
    );
    folder
        .run(&["search", "窗帘", "--kinds", "cats"])
        .refused(&["cats", "message,buyer,order,product"]);
    let server = folder.serve();
    let found = folder.run(&["search", "窗帘", "--format", "json"]).json(0);
    assert_eq!(found[0]["kind"], "message", "{found}");
    drop(server);
}
