//! The guard through the front door, on both databases: drafts read with what is known of the buyer, messages that are not sent,
//! warnings that were overruled.

use crate::phrase::send_form;
use serde_json::{Value, json};
use std::io::Cursor;
use yingke_api::ws::protocol::{ClientFrame, GuardFinding, MessageKind, ServerFrame};
use yingke_app::Staff;
use yingke_app::guard::{Gate, Verdict, gate, read_at_send};
use yingke_app::intake::{GoodsImport, OrderImport, import_goods, import_orders};
use yingke_domain::access::Role;
use yingke_kernel::ThreadId;
use yingke_testkit::{Desk, Guest, Socket, TestHouse, TestServer, both};

const NUMBER: &str = "339102764412";
const PHONE: &str = "13912345678";

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

/// An order of somebody else.
async fn an_order(server: &TestServer) {
    let list = format!(
        "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,收货人姓名,收货地址,联系手机,宝贝标题,宝贝总数量,物流单号,物流公司,买家留言\n{NUMBER},tb_anna,200.00,178.80,\"买家已付款,等待卖家发货\",2026-10-02 09:00:00,2026-10-02 09:01:00,陈安,浙江省杭州市西湖区文三路 8 号,'{PHONE},山里有雾 挂毯,2,YT1,圆通,\n"
    );
    let file = Cursor::new(list.into_bytes());
    let done = import_orders(&server.home.house, "o.csv", file, &OrderImport::default())
        .await
        .unwrap();
    assert!(done.refused.is_empty(), "{:?}", done.refused);
}

async fn read(desk: &Desk, thread: &str, text: &str) -> Value {
    let body = json!({ "thread": thread, "text": text });
    desk.http
        .post("/api/v1/guard/read", &body)
        .await
        .expect(200)
        .json()
}

fn rules(reading: &Value) -> Vec<&str> {
    reading["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["rule"].as_str().unwrap())
        .collect()
}

/// Sends a text; its sequence, or the code of its refusal and what was found.
async fn send(
    socket: &mut Socket,
    thread: Option<&str>,
    n: u32,
    text: &str,
    overrule: bool,
) -> Result<i64, (String, Vec<GuardFinding>)> {
    let frame = ClientFrame::Send {
        thread: thread.map(str::to_owned),
        client_id: id(n),
        kind: MessageKind::Text,
        text: text.to_owned(),
        file: None,
        quote: None,
        card: None,
        overrule,
    };
    socket.say(&frame).await;
    socket
        .until("the answer", |frame| match frame {
            ServerFrame::Ack { client_id, seq, .. } if *client_id == id(n) => Some(Ok(*seq)),
            ServerFrame::Refused { client_id, problem } if *client_id == id(n) => Some(Err((
                problem.code.clone(),
                problem.findings.clone().unwrap_or_default(),
            ))),
            _ => None,
        })
        .await
}

both!(
    async fn r_speech_a_draft_is_read_with_what_is_known_of_its_buyer(bed: Bed) {
        let server = TestServer::start(&bed).await;
        an_order(&server).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "你好").await;
        let thread = &guest.thread;

        let block = read(&mei, thread, "亲，加我微信吧，我给您便宜点").await;
        assert_eq!(
            (&block["verdict"], rules(&block)[0]),
            (&json!("block"), "R-SPEECH-03")
        );
        let warn = read(&mei, thread, "亲，这款肯定不起球").await;
        assert_eq!(
            (&warn["verdict"], rules(&warn)),
            (&json!("warn"), vec!["R-SPEECH-08"])
        );
        assert!(warn["findings"][0]["better"].is_string() && warn["findings"][0]["reason"].is_string());
        let english = json!({ "thread": thread, "text": "亲，这款肯定不起球", "lang": "en" });
        let english = mei
            .http
            .post("/api/v1/guard/read", &english)
            .await
            .expect(200)
            .json();
        assert!(
            english["findings"][0]["reason"].as_str().unwrap().is_ascii(),
            "{english}"
        );
        let hint = read(&mei, thread, "亲，没货了").await;
        assert_eq!(
            (&hint["verdict"], rules(&hint)),
            (&json!("hint"), vec!["R-SPEECH-01"])
        );
        assert_eq!(
            read(&mei, thread, "您好，有什么可以帮您").await["verdict"],
            "clean"
        );

        // R-SPEECH-04: a number of somebody else's order; none that nobody knows, none that the buyer wrote.
        let other = read(&mei, thread, &format!("订单{NUMBER}发出了")).await;
        assert_eq!(
            (&other["verdict"], rules(&other)),
            (&json!("block"), vec!["R-SPEECH-04"])
        );
        let other = read(&mei, thread, &format!("电话是{PHONE}吗")).await;
        assert!(rules(&other).contains(&"R-SPEECH-04"), "{other}");
        let unknown = read(&mei, thread, "订单339102764999发出了").await;
        assert!(!rules(&unknown).contains(&"R-SPEECH-04"), "{unknown}");
        widget.send(None, &format!("我的订单是{NUMBER}")).await;
        let own = read(&mei, thread, &format!("订单{NUMBER}发出了")).await;
        assert!(!rules(&own).contains(&"R-SPEECH-04"), "{own}");

        // R-SPEECH-06/07/15: what was asked counts.
        assert_ne!(read(&mei, thread, "不可以哦").await["verdict"], "warn");
        widget.send(None, "可以开发票吗").await;
        let asked = read(&mei, thread, "不开发票的").await;
        assert!(
            ["warn", "block"].contains(&asked["verdict"].as_str().unwrap()),
            "{asked}"
        );

        // Not for whoever may not.
        let body = json!({ "thread": id(9), "text": "好" });
        assert_eq!(mei.http.post("/api/v1/guard/read", &body).await.status, 404);
        let body = json!({ "thread": thread, "text": "好".repeat(10_001) });
        assert_eq!(mei.http.post("/api/v1/guard/read", &body).await.status, 413);
        assert_eq!(server.http().post("/api/v1/guard/read", &body).await.status, 401);
        server.stop().await;
    }
);

both!(
    async fn r_speech_what_may_not_be_said_is_not_sent_and_an_overruled_warning_is_recorded(bed: Bed) {
        let server = TestServer::start(&bed).await;
        an_order(&server).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "你好").await;
        let to = Some(guest.thread.as_str());

        // Blocked, also when somebody wants it so; the answer says what.
        for overrule in [false, true] {
            let (code, found) = send(&mut desk, to, 1, "加我微信吧", overrule).await.unwrap_err();
            assert_eq!((&*code, &*found[0].rule), ("guard_blocked", "R-SPEECH-03"));
            assert!(found[0].from < found[0].to && !found[0].reason.is_empty());
        }
        let (code, found) = send(&mut desk, to, 2, &format!("订单{NUMBER}发出了"), false)
            .await
            .unwrap_err();
        assert_eq!((&*code, &*found[0].rule), ("guard_blocked", "R-SPEECH-04"));

        // Warned of: only with `overrule`, and then it is on the record once, however often it comes.
        let words = "亲，这款肯定不起球";
        let (code, found) = send(&mut desk, to, 3, words, false).await.unwrap_err();
        assert_eq!((&*code, &*found[0].rule), ("guard_warned", "R-SPEECH-08"));
        let seq = send(&mut desk, to, 3, words, true).await.unwrap();
        assert_eq!(send(&mut desk, to, 3, words, true).await.unwrap(), seq);
        assert_eq!(send(&mut desk, to, 4, "好的", true).await.unwrap(), seq + 1);
        let thread: ThreadId = guest.thread.parse().unwrap();
        let rows = std::thread::scope(|scope| {
            let stored = || {
                server
                    .home
                    .house
                    .store()
                    .read_blocking(|tx| yingke_store::guard::overrules_of(tx, thread))
            };
            scope.spawn(stored).join().unwrap()
        })
        .unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(
            (rows[0].seq, &*rows[0].rule, rows[0].person),
            (seq, "R-SPEECH-08", mei.person)
        );
        assert_eq!(
            (rows[0].from as usize, rows[0].to as usize),
            (found[0].from, found[0].to)
        );
        let trail = owner
            .http
            .get("/api/v1/access/audit?limit=50")
            .await
            .expect(200)
            .json();
        let noted: Vec<&Value> = trail["lines"]
            .as_array()
            .unwrap_or_else(|| panic!("{trail}"))
            .iter()
            .filter(|l| l["act"] == "guard.overruled")
            .collect();
        assert_eq!(noted.len(), 1, "{trail}");

        // Hints pass; order stays, also around a message that must be looked up first; buyers say what they like.
        let texts = ["亲，没货了", "订单339102764999发出了", "好的"];
        for (n, text) in texts.iter().enumerate() {
            desk.send_as(to, &id(10 + n as u32), text).await;
        }
        for n in 0..3 {
            assert_eq!(desk.acked(&id(10 + n)).await.unwrap(), seq + 2 + i64::from(n));
        }
        assert!(send(&mut widget, None, 20, "加我微信吧", false).await.is_ok());
        server.stop().await;
    }
);

both!(
    async fn r_speech_what_hangs_on_the_talk_is_held_at_the_door_as_in_the_draft(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk, "你好").await;
        let to = Some(guest.thread.as_str());
        let table = "商品ID,宝贝标题,价格,库存\n88001,山里有雾 挂毯,199.00,12\n";
        let file = Cursor::new(table.as_bytes().to_vec());
        let goods = import_goods(&server.home.house, "g.csv", file, &GoodsImport::default())
            .await
            .unwrap();
        assert!(goods.refused.is_empty(), "{:?}", goods.refused);

        // R-SPEECH-06: the same words before and after the question. What was stored before it is answered again as it was.
        let words = "不开的哦";
        let seq = send(&mut desk, to, 1, words, false).await.unwrap();
        widget.send(None, "可以开发票吗").await;
        let draft = read(&mei, &guest.thread, words).await;
        assert_eq!(draft["verdict"], "block", "{draft}");
        let (code, found) = send(&mut desk, to, 2, words, true).await.unwrap_err();
        assert_eq!((&*code, &*found[0].rule), ("guard_blocked", "R-SPEECH-06"));
        assert_eq!(found[0].code, draft["findings"][0]["code"].as_str().unwrap());
        assert_eq!(send(&mut desk, to, 1, words, false).await.unwrap(), seq);

        // R-SPEECH-15: one right answer; overruled it goes and is on the record.
        widget.send(None, "不喜欢可以退吗，七天无理由").await;
        let words = "拆了就不能退";
        let draft = read(&mei, &guest.thread, words).await;
        assert_eq!(draft["verdict"], "warn", "{draft}");
        let (code, found) = send(&mut desk, to, 3, words, false).await.unwrap_err();
        assert_eq!((&*code, &*found[0].rule), ("guard_warned", "R-SPEECH-15"));
        let seq = send(&mut desk, to, 3, words, true).await.unwrap();

        // R-SPEECH-16: the stock of the product before the buyer; the reason names both numbers in any language.
        widget
            .say(&ClientFrame::Page {
                title: "挂毯".to_owned(),
                address: format!("http://{}/shop", server.address),
                product: Some("88001".to_owned()),
            })
            .await;
        let words = "亲，只剩３件了";
        desk.until("the page", |frame| match frame {
            ServerFrame::Page { page, .. } => page.clone(),
            _ => None,
        })
        .await;
        let draft = read(&mei, &guest.thread, words).await;
        assert_eq!(rules(&draft), ["R-SPEECH-16"], "{draft}");
        let (code, found) = send(&mut desk, to, 4, words, false).await.unwrap_err();
        assert_eq!((&*code, &*found[0].code), ("guard_warned", "stock_differs"));
        assert_eq!((&*found[0].args["stock"], &*found[0].args["said"]), ("12", "3"));
        assert!(found[0].reason.contains("12") && found[0].reason.contains('3'));
        assert_eq!(
            send(&mut desk, to, 5, "亲，只剩12件了", false).await.unwrap(),
            seq + 1
        );
        let after = send(&mut desk, to, 4, words, true).await.unwrap();

        let thread: ThreadId = guest.thread.parse().unwrap();
        let rows = std::thread::scope(|scope| {
            let stored = || {
                let store = server.home.house.store();
                store.read_blocking(|tx| yingke_store::guard::overrules_of(tx, thread))
            };
            scope.spawn(stored).join().unwrap()
        })
        .unwrap();
        let noted: Vec<(i64, &str)> = rows.iter().map(|r| (r.seq, &*r.rule)).collect();
        assert_eq!(noted, [(seq, "R-SPEECH-15"), (after, "R-SPEECH-16")]);
        server.stop().await;
    }
);

both!(
    async fn r_speech_the_shops_own_words_are_put_in_read_by_and_taken_out(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, _widget) = held(&server, &mei, &mut desk, "你好").await;
        let to = Some(&*guest.thread);
        assert!(send(&mut desk, to, 1, "亲，这款是Abc同款", false).await.is_ok());

        let words = json!({ "words": [
            { "word": "abc同款", "severity": "block", "better": "这款版型相近" },
            { "word": "清仓", "severity": "warn" },
        ] });
        let mine = mei.http.send("PUT", "/api/v1/guard/words", &words).await;
        assert_eq!(mine.status, 403);
        let _ = boss
            .http
            .send("PUT", "/api/v1/guard/words", &words)
            .await
            .expect(204);
        let reading = read(&mei, &guest.thread, "亲，这款是ＡＢＣ 同款").await;
        assert_eq!(
            (&reading["verdict"], rules(&reading)),
            (&json!("block"), vec!["SHOP"])
        );
        assert_eq!(reading["findings"][0]["better"], "这款版型相近");
        let (code, found) = send(&mut desk, to, 2, "亲，这款是Abc同款", false)
            .await
            .unwrap_err();
        assert_eq!((&*code, &*found[0].rule), ("guard_blocked", "SHOP"));
        assert_eq!(
            send(&mut desk, to, 3, "明天清仓", false).await.unwrap_err().0,
            "guard_warned"
        );
        assert!(send(&mut desk, to, 4, "明天清仓", true).await.is_ok());

        // What is wrong is said, and nothing of the call is kept.
        for (bad, code) in [
            (
                json!({ "words": [{ "word": "好", "severity": "hint" }, { "word": " ", "severity": "warn" }] }),
                "bad_word",
            ),
            (
                json!({ "words": [{ "word": "好", "severity": "never" }] }),
                "bad_severity",
            ),
            (
                json!({ "words": [{ "word": "好", "severity": "hint", "better": "长".repeat(201) }] }),
                "bad_word",
            ),
        ] {
            let refused = boss.http.send("PUT", "/api/v1/guard/words", &bad).await;
            assert_eq!((refused.status, refused.code()), (400, code.to_owned()));
        }
        let page = boss
            .http
            .get("/api/v1/guard/words?limit=1")
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&page["total"], &page["words"][0]["word"]),
            (&json!(2), &json!("abc同款"))
        );
        assert_eq!(page["words"][0]["changed_by"], "主管");
        let path = format!("/api/v1/guard/words?after={}", "abc%E5%90%8C%E6%AC%BE");
        let page = boss.http.get(&path).await.expect(200).json();
        assert_eq!(
            (&page["words"][0]["word"], &page["next"]),
            (&json!("清仓"), &Value::Null)
        );

        // A table: dry first, then in earnest; what it refuses is named by line and nothing is taken out then.
        let path = |more: &str| format!("/api/v1/guard/words/import?shop=main{more}");
        let table = "违禁词,处理,建议\n清仓,提示,\n山寨,拦截,\n刷单,很坏,\n山 寨,提醒,\n";
        let dry = send_form(
            &boss.http,
            &path("&replace=true&dry_run=true"),
            "w.csv",
            table.as_bytes(),
        )
        .await
        .expect(200)
        .json();
        let done = send_form(&boss.http, &path("&replace=true"), "w.csv", table.as_bytes())
            .await
            .expect(200)
            .json();
        assert_eq!(dry, done, "a dry run says what would happen");
        assert_eq!(
            (
                &done["created"],
                &done["changed"],
                &done["removed"],
                &done["refused_total"]
            ),
            (&json!(1), &json!(1), &json!(0), &json!(2))
        );
        assert_eq!(
            (&done["refused"][0]["line"], &done["refused"][1]["line"]),
            (&json!(4), &json!(5))
        );
        assert!(
            send(&mut desk, to, 5, "明天清仓", false).await.is_ok(),
            "it only hints now"
        );
        for form in ["csv", "xlsx"] {
            let file = boss
                .http
                .get(&format!("/api/v1/guard/words/export?as={form}"))
                .await
                .expect(200);
            let back = send_form(&boss.http, &path("&replace=true&dry_run=true"), "w", &file.body)
                .await
                .expect(200)
                .json();
            assert_eq!(
                (&back["unchanged"], &back["removed"], &back["refused_total"]),
                (&json!(3), &json!(0), &json!(0)),
                "{form}: {back}"
            );
        }
        let list = (0..1_200).map(|n| format!("词语{n}\n")).collect::<String>();
        let done = send_form(&boss.http, &path("&replace=true"), "w.txt", list.as_bytes())
            .await
            .expect(200)
            .json();
        assert_eq!((&done["created"], &done["removed"]), (&json!(1_200), &json!(3)));
        assert_eq!(read(&mei, &guest.thread, "山寨").await["verdict"], "clean");
        assert_eq!(read(&mei, &guest.thread, "词语1199").await["verdict"], "warn");
        let _ = boss
            .http
            .post(
                "/api/v1/guard/words/remove",
                &json!({ "words": ["词语1199", "没有"] }),
            )
            .await
            .expect(204);
        assert_eq!(read(&mei, &guest.thread, "词语1199").await["verdict"], "clean");

        // After a restart the first message waits until they are read, the next one finds them in memory.
        server.stop().await;
        let home = TestHouse::start(&bed);
        let staff = Staff {
            person: mei.person,
            name: mei.name.clone(),
            role: Role::Agent,
            session: [0; 32],
        };
        let thread: ThreadId = guest.thread.parse().unwrap();
        assert_eq!(gate(&home.house, &staff, thread, "词语7"), Gate::Ask);
        let reading = read_at_send(&home.house, &staff, thread, "词语7").await.unwrap();
        assert_eq!(reading.verdict, Verdict::Warn);
        assert_eq!(gate(&home.house, &staff, thread, "词语7"), Gate::Read(reading));
        home.stop().await;
    }
);
