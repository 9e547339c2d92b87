//! What surrounds a message, through the front door, on both databases: files and voice, cards and quotes, notes and mentions,
//! marks, stages, undo, the hand-over of a shift, what the house itself says.

use serde_json::{Value, json};
use yingke_api::ws::protocol::{CardChoice, ClientFrame, MessageKind, PageCard, ServerFrame};
use yingke_domain::access::Role;
use yingke_kernel::{Fen, ProductId};
use yingke_store::Lane;
use yingke_store::goods::ProductRow;
use yingke_testkit::{Desk, Guest, Http, Options, Reply, Socket, TestServer, both, multipart};

const OGG: &[u8] = b"OggS\0\x02 and a little noise";

fn id(n: u32) -> String {
    format!("01990000-0000-7000-8000-{n:012}")
}

/// A conversation that this agent holds and follows.
async fn held(server: &TestServer, desk: &Desk, socket: &mut Socket, words: &str) -> (Guest, Socket) {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    widget.send(None, words).await;
    socket.given(&guest.thread, desk.person).await;
    socket.resume(Some(&guest.thread), 0).await;
    widget.served().await;
    (guest, widget)
}

async fn upload(http: &Http, query: &str, name: &str, mime: &str, bytes: &[u8]) -> Reply {
    let (kind, form) = multipart("file", name, mime, bytes);
    http.request(
        "POST",
        &format!("/api/v1/conversation/files{query}"),
        Some((&kind, &form)),
    )
    .await
}

/// A message that is more than words.
fn send(thread: &str, n: u32, kind: MessageKind) -> ClientFrame {
    ClientFrame::Send {
        thread: Some(thread.to_owned()),
        client_id: id(n),
        kind,
        text: String::new(),
        file: None,
        quote: None,
        card: None,
        overrule: false,
    }
}

async fn send_file(
    socket: &mut Socket,
    thread: &str,
    n: u32,
    kind: MessageKind,
    file: &Value,
) -> Result<i64, String> {
    let ClientFrame::Send {
        thread,
        client_id,
        kind,
        text,
        quote,
        card,
        ..
    } = send(thread, n, kind)
    else {
        unreachable!("it is a send");
    };
    let file = file["file"].as_str().map(str::to_owned);
    let frame = ClientFrame::Send {
        thread,
        client_id,
        kind,
        text,
        file,
        quote,
        card,
        overrule: false,
    };
    socket.say(&frame).await;
    socket.acked(&id(n)).await
}

async fn send_card(socket: &mut Socket, thread: &str, n: u32, choice: CardChoice) -> Result<i64, String> {
    let ClientFrame::Send {
        thread,
        client_id,
        kind,
        text,
        file,
        quote,
        ..
    } = send(thread, n, MessageKind::Card)
    else {
        unreachable!("it is a send");
    };
    let card = Some(choice);
    let frame = ClientFrame::Send {
        thread,
        client_id,
        kind,
        text,
        file,
        quote,
        card,
        overrule: false,
    };
    socket.say(&frame).await;
    socket.acked(&id(n)).await
}

fn at_seq(entries: &[Value], seq: i64) -> &Value {
    entries.iter().find(|e| e["seq"] == json!(seq)).unwrap()
}

async fn problem(socket: &mut Socket) -> String {
    socket
        .until("a problem", |frame| match frame {
            ServerFrame::Problem { problem } => Some(problem.code.clone()),
            _ => None,
        })
        .await
}

both!(
    async fn files_and_voice_go_both_ways_and_a_file_is_only_ever_a_download(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "发个文件").await;

        let page = b"<html><script>alert(1)</script></html>";
        let stored = upload(&guest.http, "", "../报价 1.html", "text/html", page)
            .await
            .expect(201)
            .json();
        assert_eq!(
            (&stored["kind"], &stored["name"]),
            (&json!("file"), &json!("报价 1.html"))
        );
        let seq = send_file(&mut widget, &guest.thread, 1, MessageKind::File, &stored)
            .await
            .unwrap();
        let seen = mei.entries(&guest.thread).await;
        let entry = at_seq(&seen, seq);
        assert_eq!(
            (&entry["kind"], &entry["text"]),
            (&json!("file"), &json!("报价 1.html"))
        );
        assert_eq!(entry["file"]["bytes"], json!(page.len()));
        let got = server
            .http()
            .get(entry["file"]["url"].as_str().unwrap())
            .await
            .expect(200);
        assert_eq!(got.body, page);
        assert_eq!(got.header("content-type"), Some("application/octet-stream"));
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        assert!(got.header("content-security-policy").unwrap().contains("sandbox"));
        let disposition = got.header("content-disposition").unwrap();
        assert!(
            disposition.starts_with("attachment;") && disposition.contains("filename*=UTF-8''%E6%8A%A5"),
            "{disposition}"
        );

        let clip = upload(&mei.http, "?kind=voice&secs=7", "v", "video/x", OGG)
            .await
            .expect(201)
            .json();
        assert_eq!(
            (&clip["kind"], &clip["mime"]),
            (&json!("voice"), &json!("audio/ogg"))
        );
        let seq = send_file(&mut desk, &guest.thread, 2, MessageKind::Voice, &clip)
            .await
            .unwrap();
        let heard = guest.entries().await;
        let voice = &at_seq(&heard, seq)["voice"];
        assert_eq!(voice["secs"], json!(7));
        let url = voice["url"].as_str().unwrap();
        let sound = server.http().get(url).await.expect(200);
        assert_eq!(sound.header("content-type"), Some("audio/ogg"));
        let part = server
            .http()
            .with("range", "bytes=0-3")
            .get(url)
            .await
            .expect(206);
        assert_eq!(part.body, &OGG[..4]);

        for (query, bytes, code) in [
            ("?kind=voice&secs=7", &b"<html>"[..], "not_a_voice"),
            ("?kind=voice&secs=61", OGG, "voice_too_long"),
            ("?kind=voice", OGG, "voice_too_long"),
            ("?kind=image", b"<svg onload=alert(1)>", "not_a_picture"),
            ("", b"", "file_empty"),
        ] {
            assert_eq!(
                upload(&guest.http, query, "x", "a/b", bytes).await.code(),
                code,
                "{query}"
            );
        }
        // What the upload said is what it can be sent as, and by whom.
        assert_eq!(
            send_file(&mut widget, &guest.thread, 3, MessageKind::Image, &stored).await,
            Err("file_kind".to_owned())
        );
        assert_eq!(
            send_file(&mut desk, &guest.thread, 4, MessageKind::File, &stored).await,
            Err("file_unknown".to_owned())
        );

        // The bytes of a message that was taken back are gone when nothing else uses them.
        let again = send_file(&mut desk, &guest.thread, 5, MessageKind::Voice, &clip)
            .await
            .unwrap();
        let _back = mei
            .act(&guest.thread, "recall", &json!({ "seq": seq }))
            .await
            .expect(200);
        let _still = server.http().get(url).await.expect(200);
        let _back = mei
            .act(&guest.thread, "recall", &json!({ "seq": again }))
            .await
            .expect(200);
        let _gone = server.http().get(url).await.expect(404);
        let entries = guest.entries().await;
        for taken in [seq, again] {
            let entry = at_seq(&entries, taken);
            assert!(
                entry.get("voice").is_none() && entry["recalled"] == true,
                "{entry}"
            );
        }
        server.stop().await;
    }
);

/// Puts an article on the shelf of `main`.
fn product(server: &TestServer, n: u128, on_shelf: bool) -> ProductId {
    let now = server.home.house.now();
    let id = ProductId::from(uuid::Uuid::from_u128(n));
    let shop = server.home.house.directory().shop_by_code("main").unwrap().id;
    let row = ProductRow {
        id,
        shop,
        code: format!("YB-{n}"),
        title: format!("云朵杯 {n}"),
        category: String::new(),
        price: Fen(6_800),
        list: Some(Fen(8_800)),
        stock: Some(12),
        on_shelf,
        picture: None,
        address: String::new(),
        facts: "{}".to_owned(),
        sold: 0,
        created_at: now,
        changed_at: now,
    };
    let stored = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                server.home.house.store().write_blocking(Lane::Any, move |tx| {
                    yingke_store::goods::upsert_many(tx, shop, std::slice::from_ref(&row), now)
                })
            })
            .join()
            .unwrap()
    });
    stored.unwrap()[0].0
}

both!(
    async fn a_card_is_a_snapshot_of_the_server_and_a_quote_shows_what_it_answers(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "这款有货吗").await;
        let (shown, hidden) = (product(&server, 1, true), product(&server, 2, false));

        let choice = |id: ProductId| CardChoice::Product(id.to_string());
        let seq = send_card(&mut widget, &guest.thread, 1, choice(shown))
            .await
            .unwrap();
        let entries = mei.entries(&guest.thread).await;
        let entry = at_seq(&entries, seq);
        let card = &entry["card"];
        assert_eq!(
            (&card["card"], &card["title"]),
            (&json!("product"), &json!("云朵杯 1"))
        );
        assert_eq!(
            (&card["price_fen"], &card["list_fen"], &card["stock"]),
            (&json!(6_800), &json!(8_800), &json!(12))
        );
        assert_eq!(entry["text"], "云朵杯 1");
        assert_eq!(mei.row(&guest.thread).await["last_text"], "云朵杯 1");
        // The same again is the same message; what is not on the shelf is nothing to a buyer.
        assert_eq!(
            send_card(&mut widget, &guest.thread, 1, choice(shown)).await,
            Ok(seq)
        );
        assert_eq!(
            send_card(&mut widget, &guest.thread, 2, choice(hidden)).await,
            Err("not_found".to_owned())
        );
        assert!(
            send_card(&mut desk, &guest.thread, 3, choice(hidden))
                .await
                .is_ok()
        );
        let page = |address: String| {
            CardChoice::Page(PageCard {
                title: "春季新品".to_owned(),
                address,
                price_fen: None,
                picture: Some("https://evil.example/pixel.gif".to_owned()),
                product: None,
            })
        };
        let own = format!("http://{}/shop", server.address);
        let seq = send_card(&mut widget, &guest.thread, 4, page(own)).await.unwrap();
        let entries = mei.entries(&guest.thread).await;
        let card = &at_seq(&entries, seq)["card"];
        assert!(card["product"].is_null() && card["picture"].is_null(), "{card}");
        // A page that shows a product which the house knows is that product.
        let CardChoice::Page(mut known) = page(format!("http://{}/shop", server.address)) else {
            unreachable!("it is a page");
        };
        known.product = Some("YB-1".to_owned());
        known.price_fen = Some(1);
        let seq = send_card(&mut widget, &guest.thread, 9, CardChoice::Page(known))
            .await
            .unwrap();
        let entries = mei.entries(&guest.thread).await;
        let card = &at_seq(&entries, seq)["card"];
        assert_eq!(
            (&card["product"], &card["price_fen"]),
            (&json!(shown.to_string()), &json!(6_800))
        );
        // The article has no address of its own: it is found where it was seen.
        assert_eq!(card["address"], json!(format!("http://{}/shop", server.address)));
        for address in ["https://evil.example/", "javascript:alert(1)"] {
            let refused = send_card(&mut widget, &guest.thread, 5, page(address.to_owned())).await;
            assert_eq!(refused, Err("bad_page".to_owned()), "{address}");
        }

        let quote = |n, quote| ClientFrame::Send {
            thread: Some(guest.thread.clone()),
            client_id: id(n),
            kind: MessageKind::Text,
            text: "有的".to_owned(),
            file: None,
            quote: Some(quote),
            card: None,
            overrule: false,
        };
        desk.say(&quote(6, 2)).await;
        let seq = desk.acked(&id(6)).await.unwrap();
        let live = widget.entry("有的").await;
        assert_eq!(
            live.quote.as_ref().map(|q| (q.seq, q.text.as_str())),
            Some((2, "这款有货吗"))
        );
        let entries = guest.entries().await;
        assert_eq!(at_seq(&entries, seq)["quote"]["from"], "buyer");
        // An event is no message, and a number that is not there is nothing.
        for (n, seq) in [(7, 1), (8, 999)] {
            desk.say(&quote(n, seq)).await;
            assert_eq!(desk.acked(&id(n)).await, Err("quote_unknown".to_owned()), "{seq}");
        }
        server.stop().await;
    }
);

both!(
    async fn a_private_note_names_a_colleague_and_never_reaches_the_buyer(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        let lan = server.hire("小兰", Role::Agent, None).await;
        let mut lan_desk = lan.socket().await;
        let owed_before = mei.row(&guest.thread).await["live"]["owed_since"].clone();
        let body = json!({ "text": "这位客人要开发票", "mentions": [lan.person.to_string()] });
        let note = mei.act(&guest.thread, "note", &body).await.expect(200).json();
        assert_eq!(
            (&note["kind"], &note["mentions"][0]["name"]),
            (&json!("note"), &json!("小兰"))
        );
        let mention = lan_desk
            .until("the mention", |frame| match frame {
                ServerFrame::Mention { mention } => Some(mention.clone()),
                _ => None,
            })
            .await;
        assert_eq!(
            (mention.by.as_str(), mention.text.as_str()),
            ("小美", "这位客人要开发票")
        );
        // A note answers nobody (R-RESP-01).
        let row = mei.row(&guest.thread).await;
        assert_eq!(row["live"]["owed_since"], owed_before);
        assert_ne!(row["last_kind"], "note");
        assert_eq!(lan.row(&guest.thread).await["mentioned"], true);
        let told = lan
            .http
            .get("/api/v1/conversation/mentions")
            .await
            .expect(200)
            .json();
        assert_eq!(told.as_array().unwrap().len(), 1);
        let _seen = lan
            .http
            .post(
                "/api/v1/conversation/mentions/seen",
                &json!({ "thread": guest.thread }),
            )
            .await
            .expect(204);
        assert_eq!(lan.row(&guest.thread).await["mentioned"], false);
        assert_eq!(
            lan.http
                .get("/api/v1/conversation/mentions")
                .await
                .expect(200)
                .json(),
            json!([])
        );

        let seq = note["seq"].as_i64().unwrap();
        let bare = widget
            .until("the number", |frame| match frame {
                ServerFrame::Entry { entry, .. } if entry.seq == seq => Some(entry.clone()),
                _ => None,
            })
            .await;
        for text in [
            serde_json::to_string(&bare).unwrap(),
            guest.entries().await.iter().map(Value::to_string).collect(),
        ] {
            assert!(!text.contains("发票") && !text.contains("小兰"), "{text}");
        }
        // On a closed thread, too; not by strangers, not empty, not naming strangers.
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        let late = mei
            .act(&guest.thread, "note", &json!({ "text": "后续" }))
            .await
            .expect(200)
            .json();
        assert_eq!(late["conversation"], note["conversation"]);
        assert_eq!(
            mei.act(&guest.thread, "note", &json!({ "text": " " }))
                .await
                .code(),
            "note_empty"
        );
        let stranger = json!({ "text": "x", "mentions": [id(9)] });
        assert_eq!(
            mei.act(&guest.thread, "note", &stranger).await.code(),
            "not_member"
        );
        assert_eq!(
            guest
                .http
                .post(
                    &format!("/api/v1/conversation/threads/{}/note", guest.thread),
                    &json!({"text": "x"})
                )
                .await
                .status,
            401
        );
        server.stop().await;
    }
);

both!(
    async fn the_buyer_is_asked_at_the_end_and_may_change_the_mark_until_the_next_talk(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        let rate = |score| ClientFrame::Rate {
            score,
            text: "很耐心".to_owned(),
        };
        widget.say(&rate(5)).await;
        assert_eq!(problem(&mut widget).await, "nothing_to_rate");
        assert_eq!(
            mei.act(&guest.thread, "ask-rating", &json!({})).await.code(),
            "not_answered"
        );
        desk.send(Some(&guest.thread), "在的").await;
        let asked = |frame: &ServerFrame| match frame {
            ServerFrame::Ask { conversation } => Some(conversation.clone()),
            _ => None,
        };
        let _asked = mei.act(&guest.thread, "ask-rating", &json!({})).await.expect(200);
        let invited = widget.until("the invitation", asked).await;
        assert_eq!(
            mei.act(&guest.thread, "ask-rating", &json!({})).await.code(),
            "asked_already"
        );
        widget.say(&rate(6)).await;
        assert_eq!(problem(&mut widget).await, "bad_score");
        let live_before = mei.row(&guest.thread).await["live"].clone();
        widget.say(&rate(4)).await;
        let given = desk
            .until("the mark", |frame| match frame {
                ServerFrame::Entry { entry, .. } => entry
                    .rating
                    .clone()
                    .map(|r| (r.score, entry.conversation.clone())),
                _ => None,
            })
            .await;
        assert_eq!(given, (4, invited));
        // A mark is no message (2.1): nobody is owed an answer by it, and nothing closes later for it.
        let live = mei.row(&guest.thread).await["live"].clone();
        assert_eq!(live["owed_since"], live_before["owed_since"]);
        assert_eq!(live["last_at"], live_before["last_at"]);
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        widget.say(&rate(5)).await;
        desk.until("the new mark", |frame| match frame {
            ServerFrame::Entry { entry, .. } => entry.rating.as_ref().filter(|r| r.score == 5).map(|_| ()),
            _ => None,
        })
        .await;
        // The next conversation is asked about at its own end; a widget that comes back is asked again.
        widget.send(None, "还有一个问题").await;
        desk.given(&guest.thread, mei.person).await;
        desk.send(Some(&guest.thread), "请说").await;
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        let second = widget.until("the question at the end", asked).await;
        assert_ne!(second, given.1);
        let mut again = Socket::open(&guest.http, "/ws?shop=main").await.unwrap();
        again
            .say(&ClientFrame::Resume {
                thread: None,
                after: 0,
            })
            .await;
        let still = again
            .until("the history", |frame| match frame {
                ServerFrame::Entries {
                    ask_rating,
                    more: false,
                    ..
                } => Some(ask_rating.clone()),
                _ => None,
            })
            .await;
        assert_eq!(still, Some(second));
        server.stop().await;
    }
);

both!(
    async fn a_close_and_a_waiver_are_undone_for_some_seconds_by_whoever_did_them(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        let lan = server.hire("小兰", Role::Supervisor, None).await;
        let before = mei.row(&guest.thread).await["live"].clone();
        let undo = async |who: &Desk| who.act(&guest.thread, "reopen", &json!({})).await;
        for act in ["waive", "close"] {
            let _done = mei.act(&guest.thread, act, &json!({})).await.expect(200);
            assert_eq!(undo(&lan).await.code(), "undo_late", "not somebody else's");
            let live = undo(&mei).await.expect(200).json();
            for key in ["state", "holder", "owed_since", "owed_seq"] {
                assert_eq!(live[key], before[key], "{act} {key}");
            }
        }
        assert_eq!(undo(&mei).await.code(), "undo_late", "there is nothing to undo");
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        bed.clock()
            .advance_secs(server.home.house.policy().conversation.undo_secs + 1);
        assert_eq!(undo(&mei).await.code(), "undo_late", "too long ago");
        widget.send(None, "又来了").await;
        desk.given(&guest.thread, mei.person).await;
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        widget.send(None, "还有").await;
        assert_eq!(undo(&mei).await.code(), "undo_late", "the buyer wrote meanwhile");
        server.stop().await;
    }
);

both!(
    async fn the_stage_follows_the_words_offers_texts_and_can_be_set_by_hand(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        let stage = async || mei.row(&guest.thread).await["stage"].as_str().unwrap().to_owned();
        let offers = async || -> Vec<String> {
            let path = format!("/api/v1/conversation/threads/{}/offers", guest.thread);
            let list = mei.http.get(&path).await.expect(200).json();
            list.as_array()
                .unwrap()
                .iter()
                .map(|o| o["text"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(stage().await, "welcome");
        // R-DESK-07: the first answer is a greeting with the agent's name, nothing left to fill in.
        let first = offers().await;
        assert!(first[0].contains("小美") && first.len() <= 3, "{first:?}");
        assert!(first.iter().all(|text| !text.contains('{')), "{first:?}");
        assert!(
            first.iter().all(|text| !text.contains("又见面了")),
            "never here before: {first:?}"
        );
        desk.send(Some(&guest.thread), &first[0]).await;
        assert!(!offers().await.contains(&first[0]), "said already");
        assert_eq!(stage().await, "dialogue");
        widget.send(None, "什么时候发货").await;
        assert_eq!(stage().await, "logistics");
        let of_nothing = offers().await;
        assert!(
            !of_nothing.is_empty()
                && !of_nothing
                    .iter()
                    .any(|t| t.contains("包裹") || t.contains("快递")),
            "nothing was ordered: {of_nothing:?}"
        );
        let row = mei
            .act(&guest.thread, "stage", &json!({ "stage": "bargaining" }))
            .await
            .expect(200)
            .json();
        assert_eq!(row["stage"], "bargaining");
        widget.send(None, "我要退款").await;
        assert_eq!(stage().await, "bargaining", "set by hand");
        let _free = mei
            .act(&guest.thread, "stage", &json!({ "stage": null }))
            .await
            .expect(200);
        widget.send(None, "我要退款").await;
        assert_eq!(stage().await, "aftersales");
        assert_eq!(
            mei.act(&guest.thread, "stage", &json!({ "stage": "x" }))
                .await
                .code(),
            "bad_stage"
        );
        let _unread = mei.act(&guest.thread, "unread", &json!({})).await.expect(200);
        assert_eq!(mei.row(&guest.thread).await["marked_unread"], true);
        let last = mei.row(&guest.thread).await["live"]["last_seq"].as_i64().unwrap();
        desk.say(&ClientFrame::Read {
            thread: Some(guest.thread.clone()),
            seq: last,
        })
        .await;
        desk.until("the row without its mark", |frame| match frame {
            ServerFrame::Row { row } if row.thread == guest.thread && !row.marked_unread => Some(()),
            _ => None,
        })
        .await;
        server.stop().await;
    }
);

both!(
    async fn a_shift_leaves_its_buyers_to_the_line_and_a_note_to_the_next(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let staff = server.home.person("小美", Role::Agent, Some("售后"), None).await;
        let mei = server.sign_in(staff.person, "小美").await;
        let mut desk = mei.socket().await;
        mei.set_state("online").await;
        let (guest, _widget) = held(&server, &mei, &mut desk, "坏了怎么办").await;
        let next = server.home.person("小兰", Role::Agent, Some("售后"), None).await;
        let lan = server.sign_in(next.person, "小兰").await;
        let other = server.home.person("小竹", Role::Agent, Some("售前"), None).await;
        let zhu = server.sign_in(other.person, "小竹").await;
        let body = json!({ "note": "这位客人等补发单号" });
        assert_eq!(
            mei.http
                .post(
                    "/api/v1/presence/hand-over",
                    &json!({ "note": "", "to_line": "没有" })
                )
                .await
                .code(),
            "line_unknown"
        );
        let given = mei
            .http
            .post("/api/v1/presence/hand-over", &body)
            .await
            .expect(200)
            .json();
        assert_eq!(given["threads"], json!([guest.thread]));
        let row = lan.row(&guest.thread).await;
        assert_eq!(
            (&row["live"]["state"], &row["live"]["holder"]),
            (&json!("queued"), &Value::Null)
        );
        let entries = lan.entries(&guest.thread).await;
        let passed = entries.iter().rfind(|e| e["kind"] == "transfer").unwrap();
        assert_eq!(
            (&passed["to"], &passed["text"]),
            (&json!("after_sales"), &json!("这位客人等补发单号"))
        );
        let buyers = guest.entries().await;
        let seen = buyers.iter().rfind(|e| e["kind"] == "transfer").unwrap();
        assert_eq!((seen.get("to"), &seen["text"]), (None, &json!("")));
        let left = async |who: &Desk| {
            who.http
                .get("/api/v1/presence/handovers")
                .await
                .expect(200)
                .json()
        };
        assert_eq!(left(&zhu).await, json!([]), "another line");
        assert_eq!(left(&mei).await, json!([]), "one's own");
        let notes = left(&lan).await;
        assert_eq!(
            (&notes[0]["note"], &notes[0]["by"]["name"]),
            (&body["note"], &json!("小美"))
        );
        assert_eq!(notes[0]["threads"][0]["thread"], json!(guest.thread));
        let path = format!(
            "/api/v1/presence/handovers/{}/seen",
            notes[0]["id"].as_str().unwrap()
        );
        let _seen = lan.http.post(&path, &json!({})).await.expect(204);
        assert_eq!(left(&lan).await, json!([]));
        // Only the line takes it from there.
        let mut lan_desk = lan.socket().await;
        zhu.set_state("online").await;
        lan.set_state("online").await;
        lan_desk.given(&guest.thread, lan.person).await;
        server.stop().await;
    }
);

both!(
    async fn whoever_writes_to_an_empty_house_is_told_so_and_comes_first_in_the_morning(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let path = "/api/v1/shop/shops/main";
        let mut shop = owner.http.get(path).await.expect(200).json();
        shop["settings"]["welcome"] = json!("欢迎光临{店铺}");
        shop["settings"]["offline"] = json!("现在没有人在，明早回复您");
        let body = json!({ "settings": shop["settings"], "version": shop["version"] });
        let _set = owner.http.send("PATCH", path, &body).await.expect(200);
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let asked = widget.send(None, "有人吗").await;
        let said = widget.entry("现在没有人在，明早回复您").await;
        assert_eq!((said.from.as_str(), said.seq), ("auto", asked + 1));
        let mei = server.hire("小美", Role::Agent, None).await;
        let row = mei.row(&guest.thread).await;
        // R-RESP-01: automatic words stop no clock. R-DESK-11: left for the next shift.
        assert_eq!(
            (&row["live"]["owed_seq"], &row["left"]),
            (&json!(asked), &json!(true))
        );
        assert_eq!(
            row["last_text"], "有人吗",
            "the list goes on showing the buyer's words"
        );
        let mut desk = mei.socket().await;
        mei.set_state("online").await;
        desk.given(&guest.thread, mei.person).await;
        desk.send(Some(&guest.thread), "早上好").await;
        assert_eq!(mei.row(&guest.thread).await["left"], false);
        let (other, mut second) = held(&server, &mei, &mut desk, "在吗").await;
        let welcome = second.entry("欢迎光临main").await;
        assert_eq!(welcome.from, "auto");
        assert_eq!(mei.row(&other.thread).await["left"], false);
        server.stop().await;
    }
);

both!(
    async fn a_quick_question_gets_its_set_answer_and_stays_with_whoever_serves(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let path = "/api/v1/shop/shops/main";
        let mut shop = owner.http.get(path).await.expect(200).json();
        shop["settings"]["questions"] =
            json!([{ "text": "几天发货", "answer": "{店铺}当天发货" }, { "text": "能定做吗" }]);
        let body = json!({ "settings": shop["settings"], "version": shop["version"] });
        let _set = owner.http.send("PATCH", path, &body).await.expect(200);
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        desk.send(Some(&guest.thread), "在的").await;

        let asked = widget.send(None, "几天发货").await;
        let said = widget.entry("main当天发货").await;
        assert_eq!((said.from.as_str(), said.seq), ("auto", asked + 1));
        // R-RESP-01: automatic words stop no clock.
        let row = mei.row(&guest.thread).await;
        assert_eq!(row["live"]["owed_seq"], json!(asked));
        // Without a set answer, in other words, or said by an agent, nothing is answered.
        for words in ["能定做吗", "几天发货呢"] {
            widget.send(None, words).await;
        }
        desk.send(Some(&guest.thread), "几天发货").await;
        let last = widget.send(None, "几天发货").await;
        widget.entry("main当天发货").await;
        let entries = guest.entries().await;
        let from_house: Vec<_> = entries
            .iter()
            .filter(|e| e["from"] == "auto" && e["text"] == "main当天发货")
            .map(|e| e["seq"].as_i64().unwrap())
            .collect();
        assert_eq!(from_house, [asked + 1, last + 1]);
        server.stop().await;
    }
);

both!(
    async fn desks_see_who_else_looks_and_what_the_buyer_looks_at(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "在吗").await;
        let lan = server.hire("小兰", Role::Supervisor, None).await;
        let mut lan_desk = lan.socket().await;
        lan_desk.resume(Some(&guest.thread), 0).await;
        let looking = |frame: &ServerFrame| match frame {
            ServerFrame::Looking { people, .. } => {
                Some(people.iter().map(|p| p.name.clone()).collect::<Vec<_>>())
            }
            _ => None,
        };
        assert_eq!(desk.until("who looks", looking).await, ["小兰"]);
        assert_eq!(lan_desk.until("who looks", looking).await, ["小美"]);
        let page = ClientFrame::Page {
            title: "云朵杯".to_owned(),
            address: format!("http://{}/shop", server.address),
            product: Some("YB-1".to_owned()),
        };
        widget.say(&page).await;
        for socket in [&mut desk, &mut lan_desk] {
            let seen = socket
                .until("the page", |frame| match frame {
                    ServerFrame::Page { page, .. } => page.clone(),
                    _ => None,
                })
                .await;
            assert_eq!(
                (seen.title.as_str(), seen.product.as_deref()),
                ("云朵杯", Some("YB-1"))
            );
        }
        drop(lan_desk);
        assert!(desk.until("nobody else looks", looking).await.is_empty());
        server.stop().await;
    }
);

both!(
    async fn one_address_has_so_many_sockets_and_is_told_when_to_come_again(bed: Bed) {
        let options = Options {
            flood_limits: true,
            sockets_per_address: Some(2),
            ..Options::default()
        };
        let server = TestServer::with(&bed, options).await;
        let guest = server.guest().await;
        let first = guest.socket().await;
        let _second = guest.socket().await;
        assert_eq!(Socket::open(&guest.http, "/ws?shop=main").await.err(), Some(429));
        drop(first);
        yingke_testkit::eventually("a place is free", async || {
            Socket::open(&guest.http, "/ws?shop=main").await.is_ok()
        })
        .await;
        let mut last = None;
        for _ in 0..30 {
            let words = json!({ "login": "nobody", "password": "wrong wrong" });
            last = Some(server.http().post("/api/v1/access/sign-in", &words).await);
        }
        let refused = last.unwrap().expect(429);
        let secs: u32 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!(secs >= 1);
        server.stop().await;
    }
);

both!(
    // 2.1, R-RESP-01: notes, invitations and marks are no messages; a card, a clip and a file of a person are.
    async fn what_surrounds_a_talk_changes_no_figure_and_every_kind_of_message_counts(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let figures = async || -> Value {
            yingke_app::metric::catch_up(&server.home.house).await.unwrap();
            let path = "/api/v1/metric/performance?from=2026-10-03&to=2026-10-03&by=agent,hour";
            boss.http.get(path).await.expect(200).json()
        };
        let (guest, mut widget) = held(&server, &mei, &mut desk, "这款有货吗").await;
        bed.clock().advance_secs(20);
        let note = json!({ "text": "问过仓库了", "mentions": [boss.person.to_string()] });
        let before_answer = figures().await;
        let _note = mei.act(&guest.thread, "note", &note).await.expect(200);
        assert_eq!(figures().await, before_answer, "a note answers nobody");
        // A card answers: the wait is 20 seconds.
        let shown = product(&server, 1, true);
        let card = CardChoice::Product(shown.to_string());
        let _answer = send_card(&mut desk, &guest.thread, 1, card).await.unwrap();
        let answered = figures().await;
        let row = |rows: &Value| {
            let of_mei = |r: &&Value| r["agent"] == "小美";
            rows.as_array().unwrap().iter().find(of_mei).unwrap().clone()
        };
        let figure = |rows: &Value, name: &str| row(rows)[name].clone();
        assert_eq!(figure(&answered, "first_reply_cost"), json!(20));
        assert_eq!(figure(&answered, "seller_msg_num"), json!(1));
        assert_eq!(
            figure(&answered, "seller_word_num"),
            json!(0),
            "a card's title is nobody's words"
        );

        let _asked = mei.act(&guest.thread, "ask-rating", &json!({})).await.expect(200);
        let words = "很好".to_owned();
        widget
            .say(&ClientFrame::Rate {
                score: 5,
                text: words,
            })
            .await;
        desk.until("the mark", |frame| match frame {
            ServerFrame::Entry { entry, .. } => entry.rating.as_ref().map(|_| ()),
            _ => None,
        })
        .await;
        let _note = mei.act(&guest.thread, "note", &note).await.expect(200);
        assert_eq!(figures().await, answered);
        // Closed by a slip of the hand and opened again: as if it had never been closed.
        widget.send(None, "再问一下").await;
        let open = figures().await;
        let _slip = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        assert_ne!(figures().await, open, "a close leaves the question unanswered");
        let _back = mei.act(&guest.thread, "reopen", &json!({})).await.expect(200);
        assert_eq!(figures().await, open);

        // The lease of her seat is as long as the two waits: it must not run out between them.
        server.home.renew(&[mei.person]).await;
        bed.clock().advance_secs(30);
        let clip = upload(&mei.http, "?kind=voice&secs=3", "v", "audio/ogg", OGG)
            .await
            .expect(201)
            .json();
        let _voice = send_file(&mut desk, &guest.thread, 2, MessageKind::Voice, &clip)
            .await
            .unwrap();
        let file = upload(&mei.http, "?kind=file", "说明书.pdf", "application/pdf", b"%PDF")
            .await
            .expect(201)
            .json();
        let _file = send_file(&mut desk, &guest.thread, 3, MessageKind::File, &file)
            .await
            .unwrap();
        let last = figures().await;
        assert_eq!(figure(&last, "seller_msg_num"), json!(3));
        assert_eq!(figure(&last, "total_reply_cost"), json!(50));
        server.stop().await;
    }
);
