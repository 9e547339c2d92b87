//! Quick phrases through the front door, on both databases: two sets that never mix, changes at once on every desk, pictures that
//! stay, tables in and out, what a phrase sold.

use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use std::io::Cursor;
use yingke_api::ws::protocol::{ClientFrame, MessageKind, ServerFrame};
use yingke_app::intake::{OrderImport, import_orders};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Http, Reply, Socket, TestServer, both, multipart};

const ALL: &str = "/api/v1/phrase/phrases";

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The codes of a list, in its order.
fn codes(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|p| text(&p["code"]))
        .collect()
}

async fn make(desk: &Desk, set: &str, code: &str, words: &str) -> Value {
    let body = json!({ "set": set, "code": code, "group": "售前/测试", "text": words });
    desk.http.post(ALL, &body).await.expect(201).json()
}

async fn told(socket: &mut Socket) -> (String, i64) {
    socket
        .until("that phrases changed", |frame| match frame {
            ServerFrame::Phrases { set, version, .. } => Some((set.clone(), *version)),
            _ => None,
        })
        .await
}

/// Sends a file as a form does.
pub(crate) async fn send_form(http: &Http, path: &str, name: &str, bytes: &[u8]) -> Reply {
    let (kind, form) = multipart("file", name, "application/octet-stream", bytes);
    http.request("POST", path, Some((&kind, &form))).await
}

async fn upload(desk: &Desk) -> String {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(6, 4)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    let path = "/api/v1/conversation/files?kind=image";
    let stored = send_form(&desk.http, path, "p.png", &bytes.into_inner())
        .await
        .expect(201);
    text(&stored.json()["file"]).to_owned()
}

both!(
    async fn r_phrase_02_and_05_two_sets_never_mix_and_a_change_is_there_at_once(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (lan, mut lan_desk) = server.agent("小兰", None).await;

        // R-PHRASE-04: a shop begins with the stock.
        let reply = mei.http.get(ALL).await.expect(200);
        let etag = reply.header("etag").unwrap().to_owned();
        let first = reply.json();
        let count = first["phrases"].as_array().unwrap().len();
        assert!(count >= 500 && first["whole"] == true, "{count}");
        assert!(
            first["phrases"]
                .as_array()
                .unwrap()
                .iter()
                .all(|p| p["set"] == "team")
        );
        assert_eq!(first["letters"]["发"], "fa");
        assert_eq!(first["may_change_team"], false);
        let again = mei.http.with("if-none-match", &etag).get(ALL).await;
        assert_eq!(again.status, 304);

        // An agent changes what is theirs, and nobody else sees it.
        let body = json!({ "set": "team", "text": "我来改" });
        assert_eq!(mei.http.post(ALL, &body).await.expect(403).code(), "forbidden");
        let own = make(&mei, "own", "zz1", "我自己的话").await;
        let (set, version) = told(&mut mei_desk).await;
        assert_eq!((&*set, version), ("own", own["rev"].as_i64().unwrap()));
        let since = |after: &Value| format!("{ALL}?after={}", after["version"]);
        let mine = mei.http.get(&since(&first)).await.expect(200).json();
        assert_eq!(
            (codes(&mine["phrases"]), &mine["whole"]),
            (vec!["zz1"], &json!(false))
        );
        let theirs = lan.http.get(&since(&first)).await.expect(200).json();
        assert_eq!(codes(&theirs["phrases"]), Vec::<&str>::new());
        let path = format!("{ALL}/{}", text(&own["phrase"]));
        assert_eq!(lan.http.send("DELETE", &path, &json!({})).await.status, 404);
        assert_eq!(
            boss.http
                .send("PATCH", &path, &json!({ "text": "x" }))
                .await
                .status,
            404
        );

        // The team's change is on every desk at once; the own one never told the others.
        let team = make(&boss, "team", "zz1", "团队的话").await;
        assert_eq!(told(&mut lan_desk).await.0, "team");
        assert_eq!(told(&mut mei_desk).await.0, "team");
        let mine = mei.http.get(&since(&first)).await.expect(200).json();
        assert_eq!(codes(&mine["phrases"]), ["zz1", "zz1"]);

        // Two who change the same do not overwrite each other.
        let path = format!("{ALL}/{}", text(&team["phrase"]));
        let body = json!({ "text": "团队的新话", "rev": team["rev"] });
        let changed = boss.http.send("PATCH", &path, &body).await.expect(200).json();
        let late = boss.http.send("PATCH", &path, &body).await;
        assert_eq!(late.expect(409).code(), "phrase_changed");
        let body = json!({ "set": "team", "code": "ZZ1", "text": "别的" });
        assert_eq!(
            boss.http.post(ALL, &body).await.expect(409).code(),
            "phrase_code_taken"
        );
        for (body, code) in [
            (json!({ "set": "team", "text": " " }), "phrase_empty"),
            (json!({ "set": "team", "text": "{什么}" }), "phrase_variable"),
            (json!({ "set": "team", "text": "a", "level": 4 }), "bad_level"),
            (json!({ "set": "team", "text": "a", "stage": "x" }), "bad_stage"),
            (
                json!({ "set": "team", "text": "a", "group": "1/2/3/4/5" }),
                "phrase_group",
            ),
        ] {
            assert_eq!(boss.http.post(ALL, &body).await.code(), code);
        }

        // Out, told, back; after the policy's days no more.
        let ids = json!({ "phrases": [changed["phrase"]] });
        let _ = boss.http.post("/api/v1/phrase/remove", &ids).await.expect(204);
        let delta = lan
            .http
            .get(&since(
                &changed["rev"].as_i64().map(|v| json!({ "version": v })).unwrap(),
            ))
            .await;
        assert_eq!(delta.expect(200).json()["removed"], json!([changed["phrase"]]));
        let removed = boss
            .http
            .get("/api/v1/phrase/removed?set=team")
            .await
            .expect(200)
            .json();
        assert_eq!(codes(&removed), ["zz1"]);
        assert_eq!(mei.http.get("/api/v1/phrase/removed?set=team").await.status, 403);
        let back = boss
            .http
            .post("/api/v1/phrase/restore", &ids)
            .await
            .expect(200)
            .json();
        assert_eq!(
            (codes(&back), &back[0]["removed_at"]),
            (vec!["zz1"], &Value::Null)
        );
        let _ = boss.http.post("/api/v1/phrase/remove", &ids).await.expect(204);
        bed.clock().advance_secs(31 * 24 * 3600);
        let boss = server.sign_in(boss.person, "主管").await;
        assert_eq!(boss.http.post("/api/v1/phrase/restore", &ids).await.status, 404);
        server.stop().await;
    }
);

both!(
    async fn phrases_move_and_groups_are_renamed(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let mei = server.hire("小美", Role::Agent, None).await;
        let mut ids = Vec::new();
        for code in ["a1", "a2", "a3"] {
            ids.push(text(&make(&mei, "own", code, code).await["phrase"]).to_owned());
        }
        let own = async || {
            let all = mei.http.get(ALL).await.expect(200).json();
            let list = all["phrases"].as_array().unwrap().clone();
            let own: Vec<Value> = list.into_iter().filter(|p| p["set"] == "own").collect();
            json!(own)
        };
        let body = json!({ "phrases": [ids[2]], "before": ids[0], "group": "新组" });
        let moved = mei
            .http
            .post("/api/v1/phrase/move", &body)
            .await
            .expect(200)
            .json();
        assert_eq!((codes(&moved), text(&moved[0]["group"])), (vec!["a3"], "新组"));
        assert_eq!(codes(&own().await), ["a3", "a1", "a2"]);
        let body = json!({ "set": "own", "from": "售前", "to": "选购" });
        let renamed = mei
            .http
            .post("/api/v1/phrase/groups/rename", &body)
            .await
            .expect(200);
        assert_eq!(renamed.json()["phrases"], 2);
        let groups: Vec<String> = own()
            .await
            .as_array()
            .unwrap()
            .iter()
            .map(|p| text(&p["group"]).to_owned())
            .collect();
        assert_eq!(groups, ["新组", "选购/测试", "选购/测试"]);
        let gone = mei.http.post("/api/v1/phrase/groups/rename", &body).await;
        assert_eq!(gone.status, 404);
        let sets = mei.http.get("/api/v1/phrase/sets").await.expect(200).json();
        assert_eq!(
            (&sets[1]["set"], &sets[1]["count"], &sets[1]["may_change"]),
            (&json!("own"), &json!(3), &json!(true))
        );
        server.stop().await;
    }
);

both!(
    async fn r_phrase_07_search_finds_by_words_code_and_pinyin(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let team = make(&boss, "team", "wxq1", "雾凇岛挂毯今天发").await;
        let own = make(&boss, "own", "", "雾凇岛挂毯明天发").await;
        for (query, expected) in [
            ("wxq1", vec![&team]),
            ("%E9%9B%BE%E5%87%87", vec![&team, &own]),
            ("wusongdao", vec![&team, &own]),
            ("wusd%20mingt", vec![&own]),
            ("zzzz", vec![]),
        ] {
            let found = boss
                .http
                .get(&format!("/api/v1/phrase/search?q={query}"))
                .await
                .expect(200)
                .json();
            let mut ids: Vec<&Value> = found
                .as_array()
                .unwrap()
                .iter()
                .map(|f| &f["phrase"]["phrase"])
                .collect();
            let mut wanted: Vec<&Value> = expected.iter().map(|p| &p["phrase"]).collect();
            ids.sort_by_key(|id| id.to_string());
            wanted.sort_by_key(|id| id.to_string());
            assert_eq!(ids, wanted, "{query}");
        }
        let path = "/api/v1/phrase/search?q=wusong&set=team";
        let found = boss.http.get(path).await.expect(200).json();
        assert_eq!(
            (found.as_array().unwrap().len(), &found[0]["text"]),
            (1, &json!([[0, 2]]))
        );
        // The shop's index follows a change.
        let path = format!("{ALL}/{}", text(&team["phrase"]));
        let _ = boss
            .http
            .send("PATCH", &path, &json!({ "text": "没有了" }))
            .await
            .expect(200);
        let found = boss
            .http
            .get("/api/v1/phrase/search?q=wusong&set=team")
            .await
            .expect(200)
            .json();
        assert_eq!(found, json!([]));
        let path = "/api/v1/phrase/search?stage=bargaining&limit=5";
        let best = boss.http.get(path).await.expect(200).json();
        assert!(
            best.as_array()
                .unwrap()
                .iter()
                .all(|f| f["phrase"]["stage"] == "bargaining" && f["phrase"]["level"] == 3)
        );
        server.stop().await;
    }
);

both!(
    async fn r_phrase_01_a_picture_is_sent_by_whoever_has_the_phrase_and_stays(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "尺码表有吗").await;
        desk.given(&guest.thread, mei.person).await;
        desk.resume(Some(&guest.thread), 0).await;

        let picture = upload(&boss).await;
        let body = json!({ "set": "team", "text": "看这张", "pictures": [picture] });
        let foreign = mei
            .http
            .post(ALL, &json!({ "set": "own", "text": "a", "pictures": [picture] }))
            .await;
        assert_eq!(
            foreign.code(),
            "file_unknown",
            "somebody's upload is no picture of mine"
        );
        let phrase = boss.http.post(ALL, &body).await.expect(201).json();
        let shown = &phrase["pictures"][0];
        assert_eq!((&shown["width"], &shown["height"]), (&json!(6), &json!(4)));
        let image = mei.http.get(text(&shown["url"])).await.expect(200);
        assert_eq!(image.header("content-type"), Some("image/jpeg"));
        assert_eq!(guest.http.get(text(&shown["url"])).await.status, 401);

        let send = |n: u32| ClientFrame::Send {
            thread: Some(guest.thread.clone()),
            client_id: format!("01990000-0000-7000-8000-{n:012}"),
            kind: MessageKind::Image,
            text: String::new(),
            file: Some(picture.clone()),
            quote: None,
            card: None,
            overrule: false,
        };
        desk.say(&send(1)).await;
        let seq = desk.acked("01990000-0000-7000-8000-000000000001").await.unwrap();
        // Taken back, it is still the phrase's.
        let recall = json!({ "seq": seq });
        let _ = mei.act(&guest.thread, "recall", &recall).await.expect(200);
        let _ = mei.http.get(text(&shown["url"])).await.expect(200);
        desk.say(&send(2)).await;
        assert!(desk.acked("01990000-0000-7000-8000-000000000002").await.is_ok());

        // Out of the phrase it cannot be sent any more, and what nobody shows is gone.
        let path = format!("{ALL}/{}", text(&phrase["phrase"]));
        let _ = boss
            .http
            .send("PATCH", &path, &json!({ "pictures": [] }))
            .await
            .expect(200);
        desk.say(&send(3)).await;
        let refused = desk.acked("01990000-0000-7000-8000-000000000003").await;
        assert_eq!(refused.unwrap_err(), "file_unknown");
        assert_eq!(mei.http.get(text(&shown["url"])).await.status, 404);
        server.stop().await;
    }
);

both!(
    async fn r_phrase_03_tables_go_in_and_out(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mei = server.hire("小美", Role::Agent, None).await;
        let file = "分组,编码,标题,内容,追问,等级,阶段,场景,图片\n售前/尺码,q1,选码,\"=建议\n两行\",拍了吗,3,咨询,size,\n,q2,,第二条{买家},,1,,,\n\
                    ,q2,,第三条,,1,,,\n,q4,,第四条{谁},,1,,,\n,q5,,有图,,1,,,没有.jpg\n";
        let path = |more: &str| format!("/api/v1/phrase/import?set=own{more}");
        let dry = send_form(&mei.http, &path("&dry_run=true"), "p.csv", file.as_bytes())
            .await
            .expect(200)
            .json();
        let done = send_form(&mei.http, &path(""), "p.csv", file.as_bytes())
            .await
            .expect(200)
            .json();
        assert_eq!(dry, done, "a dry run says what would happen");
        assert_eq!(
            (&done["read"], &done["created"], &done["layout"]),
            (&json!(5), &json!(2), &json!("phrases"))
        );
        let refused: Vec<_> = done["refused"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| (r["line"].as_u64().unwrap(), text(&r["column"]), text(&r["value"])))
            .collect();
        assert_eq!(
            refused,
            [
                (5, "编码", "q2"),
                (6, "内容", "第四条{谁}"),
                (7, "图片", "没有.jpg")
            ]
        );
        let again = send_form(&mei.http, &path(""), "p.csv", file.as_bytes())
            .await
            .expect(200)
            .json();
        assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(2)));

        // Every form comes back; ours without any loss.
        for form in ["csv", "xlsx", "v3", "taobao"] {
            let reply = mei
                .http
                .get(&format!("/api/v1/phrase/export?set=own&as={form}"))
                .await
                .expect(200);
            assert!(
                reply
                    .header("content-disposition")
                    .unwrap()
                    .starts_with("attachment")
            );
            let bytes = reply.body.clone();
            let back = send_form(&mei.http, &path("&replace=true&dry_run=true"), "p", &bytes)
                .await
                .expect(200)
                .json();
            let same = if form == "taobao" { 1 } else { 2 };
            assert_eq!(
                (&back["unchanged"], &back["created"], &back["removed"]),
                (&json!(same), &json!(0), &json!(0)),
                "{form}: {back}"
            );
        }
        let replaced = send_form(
            &mei.http,
            &path("&replace=true"),
            "p.csv",
            "编码,内容\nq9,只有这条\n".as_bytes(),
        )
        .await
        .expect(200)
        .json();
        assert_eq!(
            (&replaced["created"], &replaced["removed"]),
            (&json!(1), &json!(2))
        );

        // The team's need the right, and are on the trail.
        let path = "/api/v1/phrase/import?set=team";
        assert_eq!(
            send_form(&mei.http, path, "p.csv", file.as_bytes()).await.status,
            403
        );
        let _ = send_form(&boss.http, path, "p.csv", "编码,内容\nq9,只有这条\n".as_bytes())
            .await
            .expect(200);
        let bad = send_form(&boss.http, path, "o.csv", b"a,b\n1,2\n").await;
        assert_eq!(bad.code(), "bad_file");
        let trail = boss.http.get("/api/v1/access/audit").await.expect(200).json();
        let acts: Vec<&str> = trail["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| text(&l["act"]))
            .collect();
        assert!(
            acts.contains(&"import.phrases") && acts.contains(&"phrase.stock"),
            "{acts:?}"
        );
        let stock = boss
            .http
            .post("/api/v1/phrase/stock", &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(stock["created"], 0, "it is there already");
        server.stop().await;
    }
);

both!(
    async fn r_phrase_09_a_use_counts_once_and_an_order_soon_after_is_its_sale(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let phrase = make(&boss, "team", "mm1", "{买家}您好，{快递}今天发").await;
        let path = format!("{ALL}/{}/use", text(&phrase["phrase"]));
        let mut threads = Vec::new();
        for n in 0..2 {
            let guest = server.guest().await;
            let mut widget = guest.socket().await;
            widget.send(None, "有货吗").await;
            desk.given(&guest.thread, mei.person).await;
            let seq = desk.send(Some(&guest.thread), "您好，今天发").await;
            let body = json!({ "thread": guest.thread, "seq": seq });
            let used = mei.http.post(&path, &body).await.expect(200).json();
            assert_eq!(used["counted"], true);
            let again = mei.http.post(&path, &body).await.expect(200).json();
            assert_eq!(again["counted"], false);
            let foreign = boss.http.post(&path, &body).await;
            assert_eq!(foreign.code(), "message_unknown", "{n}");
            threads.push((guest.thread.clone(), seq));
        }
        // The first of them orders ten minutes later.
        let row = mei.row(&threads[0].0).await;
        let buyer = format!("/api/v1/buyer/{}", text(&row["buyer"]));
        let _ = mei
            .http
            .send("PATCH", &buyer, &json!({ "phone": "13800002207" }))
            .await
            .expect(204);
        let list = "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,收货人姓名,收货地址,联系手机,宝贝标题,宝贝总数量,物流单号,物流公司\n\
                    77,tb_x,200.00,178.80,\"买家已付款,等待卖家发货\",2026-10-03 10:10:00,2026-10-03 10:11:00,王,杭州,'13800002207,挂毯,1,YT1,圆通\n";
        let house = &server.home.house;
        let done = import_orders(house, "o.csv", Cursor::new(list), &OrderImport::default())
            .await
            .unwrap();
        assert!(done.refused.is_empty(), "{:?}", done.refused);

        let range = "from=2026-10-03&to=2026-10-03";
        let figures = mei
            .http
            .get(&format!("/api/v1/phrase/figures?{range}"))
            .await
            .expect(200)
            .json();
        assert_eq!(figures.as_array().unwrap().len(), 1);
        let figure = &figures[0];
        assert_eq!(
            (
                &figure["used"],
                &figure["buyers"],
                &figure["sold"],
                &figure["conversion"]
            ),
            (&json!(2), &json!(2), &json!(1), &json!(0.5))
        );
        assert_eq!(
            (&figure["phrase"]["code"], &figure["phrase"]["used"]),
            (&json!("mm1"), &json!(2))
        );
        let uses = mei
            .http
            .get(&format!("{ALL}/{}/uses?{range}", text(&phrase["phrase"])))
            .await
            .expect(200)
            .json();
        let opened: Vec<_> = uses
            .as_array()
            .unwrap()
            .iter()
            .map(|u| {
                (
                    text(&u["thread"]),
                    u["seq"].as_i64().unwrap(),
                    u["sold"].as_bool().unwrap(),
                )
            })
            .collect();
        assert_eq!(opened.len(), 2);
        assert!(
            opened.contains(&(&*threads[0].0, threads[0].1, true)),
            "{opened:?}"
        );
        assert!(
            opened.contains(&(&*threads[1].0, threads[1].1, false)),
            "{opened:?}"
        );
        let empty = mei
            .http
            .get("/api/v1/phrase/figures?from=2026-10-04&to=2026-10-05")
            .await
            .expect(200)
            .json();
        assert_eq!(empty, json!([]));

        // What stands for the variables in that thread.
        let facts = mei
            .http
            .get(&format!("/api/v1/phrase/facts?thread={}", threads[0].0))
            .await
            .expect(200)
            .json();
        assert_eq!(
            (
                &facts["order"],
                &facts["amount"],
                &facts["courier"],
                &facts["agent"]
            ),
            (&json!("77"), &json!("178.80"), &json!("圆通"), &json!("小美"))
        );
        let facts = mei
            .http
            .get(&format!("/api/v1/phrase/facts?thread={}", threads[1].0))
            .await
            .expect(200)
            .json();
        assert_eq!((&facts["order"], &facts["size"]), (&Value::Null, &Value::Null));
        server.stop().await;
    }
);
