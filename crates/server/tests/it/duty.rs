//! The lists of the day through the front door, on both databases: read live, ticked off, late, taken back, forgotten.

use serde_json::{Value, json};
use std::io::Cursor;
use yingke_api::ws::protocol::{ClientFrame, ServerFrame};
use yingke_app::intake::{OrderImport, import_orders};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Reply, TestServer, both};

/// Number, title, when placed, when paid (empty = not), state.
type Sold<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

const WAITS: &str = "买家已付款，等待卖家发货";

async fn orders(server: &TestServer, all: &[Sold<'_>]) {
    let mut text = String::from(
        "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量\n",
    );
    for (number, title, placed, paid, state) in all {
        text.push_str(&format!(
            "{number},tb_anna,200.00,{},\"{state}\",{placed},{paid},{title},1\n",
            if paid.is_empty() { "0.00" } else { "178.80" }
        ));
    }
    let file = Cursor::new(text.into_bytes());
    let done = import_orders(&server.home.house, "orders.csv", file, &OrderImport::default())
        .await
        .unwrap();
    assert!(done.refused.is_empty(), "{:?}", done.refused);
}

async fn list(desk: &Desk, list: &str) -> Value {
    let path = format!("/api/v1/duty/list?shop=main&list={list}");
    desk.http.get(&path).await.expect(200).json()
}

fn group<'a>(list: &'a Value, name: &str) -> &'a Value {
    list["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|g| g["group"] == name)
        .unwrap_or(&Value::Null)
}

fn say(list: &str, line: &Value, outcome: &str, more: Value) -> Value {
    let mut body = json!({ "shop": "main", "list": list, "group": line["group"], "of": line["of"],
        "seq": line["seq"], "outcome": outcome });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn tick(desk: &Desk, body: &Value) -> Reply {
    desk.http.post("/api/v1/duty/tick", body).await
}

both!(
    async fn r_desk_14_the_opening_list_is_read_live_and_ticked_off_line_by_line(bed: Bed) {
        let server = TestServer::start(&bed).await;
        orders(
            &server,
            &[
                ("2001", "挂毯", "2026-10-03 08:00:00", "", "等待买家付款"),
                ("2002", "桌布", "2026-09-20 08:00:00", "", "等待买家付款"),
                ("2003", "窗帘", "2026-10-03 08:00:00", "", "交易关闭"),
                (
                    "2004",
                    "靠垫",
                    "2026-09-29 08:00:00",
                    "2026-09-29 08:01:00",
                    WAITS,
                ),
                (
                    "2005",
                    "地毯",
                    "2026-10-03 09:00:00",
                    "2026-10-03 09:01:00",
                    WAITS,
                ),
                (
                    "2006",
                    "杯垫",
                    "2026-10-01 09:00:00",
                    "2026-10-01 09:01:00",
                    "交易成功",
                ),
            ],
        )
        .await;
        // Somebody writes while nobody is there.
        let guest = server.guest().await;
        guest.socket().await.send(None, "在吗，尺码怎么选").await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let li = server.hire("小丽", Role::Agent, None).await;
        let mut other = li.socket().await;
        let shown = list(&mei, "opening").await;
        assert_eq!(
            (&shown["day"], &shown["today"]),
            (&json!("2026-10-03"), &json!(true))
        );
        assert_eq!(shown["due_at"], "2026-10-03T02:30:00Z");
        let names: Vec<&str> = shown["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|g| g["group"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["left", "own", "unshipped", "unpaid"]);
        let left = &group(&shown, "left")["lines"][0];
        assert_eq!(left["thread"], guest.thread.as_str());
        assert_eq!(left["words"], "在吗，尺码怎么选");
        let unshipped = group(&shown, "unshipped");
        assert_eq!(unshipped["open"], 2);
        let (old, new) = (&unshipped["lines"][0], &unshipped["lines"][1]);
        assert_eq!((&old["number"], &old["late"]), (&json!("2004"), &json!(true)));
        assert_eq!((&new["number"], &new["late"]), (&json!("2005"), &json!(false)));
        let unpaid = group(&shown, "unpaid");
        assert_eq!(unpaid["open"], 1, "neither a closed nor an old one: {unpaid}");

        // A tick is seen by the colleague at once; the line has one tick only.
        let done = say("opening", old, "done", json!({}));
        let mine = tick(&mei, &done).await.expect(200).json();
        assert_eq!(
            (&mine["person_name"], &mine["late"]),
            (&json!("小美"), &json!(false))
        );
        let told = other
            .until("the tick", |frame| match frame {
                ServerFrame::Duty { shop, list, day } => Some((shop.clone(), list.clone(), day.clone())),
                _ => None,
            })
            .await;
        assert_eq!(
            told,
            ("main".to_owned(), "opening".to_owned(), "2026-10-03".to_owned())
        );
        assert_eq!(tick(&li, &done).await.code(), "line_ticked");
        let after = list(&li, "opening").await;
        let unshipped = group(&after, "unshipped");
        assert_eq!((&unshipped["open"], &unshipped["done"]), (&json!(1), &json!(1)));
        assert_eq!(unshipped["ticked"][0]["words"], "2004 · 靠垫");
        // What is left needs a reason; what is settled is on no list.
        let skip = |more: Value| say("opening", new, "skipped", more);
        assert_eq!(tick(&li, &skip(json!({}))).await.code(), "reason_missing");
        assert_eq!(
            tick(&li, &skip(json!({ "reason": "other" }))).await.code(),
            "reason_missing"
        );
        let _left = tick(&li, &skip(json!({ "reason": "warehouse", "note": "周一发" })))
            .await
            .expect(200);
        orders(
            &server,
            &[("2001", "挂毯", "2026-10-03 08:00:00", "", "交易关闭")],
        )
        .await;
        let gone = say("opening", &unpaid["lines"][0], "done", json!({}));
        assert_eq!(tick(&mei, &gone).await.code(), "line_gone");
        assert_eq!(group(&list(&mei, "opening").await, "unpaid"), &Value::Null);

        // One's own tick is taken back, a colleague's is not.
        let undo = format!("/api/v1/duty/ticks/{}", mine["id"].as_str().unwrap());
        let nothing = Value::Null;
        assert_eq!(li.http.send("DELETE", &undo, &nothing).await.code(), "not_yours");
        let _back = mei.http.send("DELETE", &undo, &nothing).await.expect(204);
        let _gone = mei.http.send("DELETE", &undo, &nothing).await.expect(404);
        assert_eq!(group(&list(&mei, "opening").await, "unshipped")["open"], 1);

        // Lines by hand: the shop's own; a supervisor writes them.
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let own = json!({ "shop": "main", "list": "opening", "lines": [{ "words": " 看平台罚单 " }, { "words": "" }] });
        assert_eq!(mei.http.send("PUT", "/api/v1/duty/own", &own).await.status, 403);
        let written = boss
            .http
            .send("PUT", "/api/v1/duty/own", &own)
            .await
            .expect(200)
            .json();
        assert_eq!(written.as_array().unwrap().len(), 1);
        let own = list(&mei, "opening").await;
        let line = &group(&own, "own")["lines"][0];
        assert_eq!(line["words"], "看平台罚单");
        let _done = tick(&mei, &say("opening", line, "done", json!({})))
            .await
            .expect(200);

        // A bad rating comes first, also when it is new.
        desk.send(Some(&guest.thread), "在的").await;
        let _asked = mei.act(&guest.thread, "ask-rating", &json!({})).await.expect(200);
        let mut widget = guest.socket().await;
        widget
            .say(&ClientFrame::Rate {
                score: 2,
                text: "回得慢".to_owned(),
            })
            .await;
        widget
            .until("the mark", |frame| match frame {
                ServerFrame::Entry { entry, .. } => entry.rating.as_ref().map(|_| ()),
                _ => None,
            })
            .await;
        let rated = list(&mei, "opening").await;
        assert_eq!(rated["groups"][0]["group"], "bad_rating");
        let line = &rated["groups"][0]["lines"][0];
        assert_eq!((&line["score"], &line["words"]), (&json!(2), &json!("回得慢")));
        assert!(line["seq"].as_i64().unwrap() > 0 && line["entry"] == line["seq"]);
        assert_eq!(group(&rated, "left"), &Value::Null, "answered");
        server.stop().await;
    }
);

both!(
    async fn r_desk_16_the_early_list_wants_dates_and_reasons_and_shows_what_is_late(bed: Bed) {
        let server = TestServer::start(&bed).await;
        orders(
            &server,
            &[
                (
                    "3001",
                    "【预售】羊毛毯",
                    "2026-09-30 08:00:00",
                    "2026-09-30 08:01:00",
                    WAITS,
                ),
                (
                    "3002",
                    "挂毯",
                    "2026-10-02 08:00:00",
                    "2026-10-02 08:01:00",
                    WAITS,
                ),
                (
                    "3003",
                    "桌布",
                    "2026-10-02 09:00:00",
                    "2026-10-02 09:01:00",
                    WAITS,
                ),
            ],
        )
        .await;
        let (mei, _desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let shown = list(&mei, "early").await;
        assert_eq!(shown["due_at"], "2026-10-03T02:00:00Z", "ten by the shop's clock");
        let presale = &group(&shown, "presale")["lines"][0];
        assert_eq!(
            (&presale["number"], &presale["arrival"]),
            (&json!("3001"), &Value::Null)
        );
        let done = |more: Value| say("early", presale, "done", more);
        assert_eq!(tick(&mei, &done(json!({}))).await.code(), "arrival_missing");
        let _done = tick(&mei, &done(json!({ "arrival": "2026-10-20" })))
            .await
            .expect(200);

        let yesterday = group(&shown, "yesterday");
        assert_eq!(yesterday["open"], 2);
        let first = |more: Value| say("early", &yesterday["lines"][0], "done", more);
        assert_eq!(tick(&mei, &first(json!({}))).await.code(), "reason_missing");
        let _done = tick(&mei, &first(json!({ "reason": "stock" }))).await.expect(200);

        // Missed shipments are found and reported.
        let found = async |number: &str, to: &str| {
            let body = json!({ "shop": "main", "number": number, "reported_to": to, "note": "少一条流苏" });
            mei.http.post("/api/v1/duty/found", &body).await
        };
        assert_eq!(found(" ", "仓库").await.code(), "number_missing");
        assert_eq!(found("3002", "").await.code(), "reported_missing");
        let _found = found("3002", "仓库老周").await.expect(200);
        let missed = list(&mei, "early").await;
        let missed = group(&missed, "missed");
        assert_eq!((&missed["open"], &missed["done"]), (&json!(1), &json!(1)));
        assert_eq!(missed["ticked"][0]["words"], "3002 → 仓库老周");

        // The hour is over: what is open is late, and so is whoever ticks now.
        server.home.clock().advance_secs(60);
        let summary = boss.http.get("/api/v1/duty/summary").await.expect(200).json();
        let early = summary
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["list"] == "early")
            .unwrap()
            .clone();
        assert_eq!(
            (&early["open"], &early["done"], &early["late"]),
            (&json!(2), &json!(3), &json!(true))
        );
        yingke_app::duty::count_due(&server.home.house).await.unwrap();
        let rest = json!({ "shop": "main", "list": "early", "group": "yesterday", "outcome": "done" });
        assert_eq!(
            mei.http.post("/api/v1/duty/group", &rest).await.code(),
            "reason_missing"
        );
        let rest = json!({ "shop": "main", "list": "early", "group": "yesterday", "outcome": "skipped", "reason": "other", "note": "周末不发" });
        let ticked = mei
            .http
            .post("/api/v1/duty/group", &rest)
            .await
            .expect(200)
            .json();
        assert_eq!(ticked["ticked"], 1);

        let days = "/api/v1/duty/days?from=2026-10-01&to=2026-10-04";
        assert_eq!(mei.http.get(days).await.status, 403);
        let of_early = |days: Value| {
            days.as_array()
                .unwrap()
                .iter()
                .find(|d| d["list"] == "early" && d["day"] == "2026-10-03")
                .unwrap()
                .clone()
        };
        let day = of_early(boss.http.get(days).await.expect(200).json());
        assert_eq!(
            (&day["done"], &day["skipped"], &day["late"], &day["open"]),
            (&json!(3), &json!(1), &json!(1), &json!(1))
        );
        assert_eq!(
            (&day["people"][0]["person_name"], &day["people"][0]["count"]),
            (&json!("小美"), &json!(4))
        );

        // The day after it can be read, by the supervisor, and nothing of it can be changed.
        for _ in 0..2 {
            server.home.clock().advance_secs(8 * 3_600);
            for desk in [&mei, &boss] {
                let _awake = desk.http.get("/api/v1/access/me").await.expect(200);
            }
        }
        yingke_app::duty::count_due(&server.home.house).await.unwrap();
        let past = "/api/v1/duty/list?shop=main&list=early&day=2026-10-03";
        assert_eq!(mei.http.get(past).await.status, 403);
        let past = boss.http.get(past).await.expect(200).json();
        assert_eq!((&past["today"], &past["open_then"]), (&json!(false), &json!(1)));
        let presale = group(&past, "presale");
        assert_eq!((&presale["open"], &presale["done"]), (&json!(0), &json!(1)));
        let id = presale["ticked"][0]["tick"]["id"].as_str().unwrap();
        let undo = format!("/api/v1/duty/ticks/{id}");
        assert_eq!(
            mei.http.send("DELETE", &undo, &Value::Null).await.code(),
            "list_over"
        );
        // The date that was entered is known on the next morning.
        let next = list(&mei, "early").await;
        assert_eq!(group(&next, "presale")["lines"][0]["arrival"], "2026-10-20");
        server.stop().await;
    }
);

both!(
    async fn thousands_of_orders_are_paged_and_a_group_is_ticked_off_in_one_act(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let names: Vec<String> = (0..900).map(|n| format!("{}", 400_000 + n)).collect();
        let all: Vec<Sold<'_>> = names
            .iter()
            .map(|n| (n.as_str(), "挂毯", "2026-10-03 08:00:00", "", "等待买家付款"))
            .collect();
        orders(&server, &all).await;
        let (mei, _desk) = server.agent("小美", None).await;
        let shown = list(&mei, "opening").await;
        let unpaid = group(&shown, "unpaid");
        assert_eq!(unpaid["open"], 900);
        let (mut seen, mut next) = (Vec::new(), unpaid["next"].clone());
        let number = |line: &Value| line["number"].as_str().unwrap().to_owned();
        seen.extend(unpaid["lines"].as_array().unwrap().iter().map(number));
        assert_eq!(seen.len(), 20);
        for _ in 0..2 {
            let path = format!(
                "/api/v1/duty/lines?shop=main&list=opening&group=unpaid&after={}",
                next.as_str().unwrap()
            );
            let page = mei.http.get(&path).await.expect(200).json();
            seen.extend(page["lines"].as_array().unwrap().iter().map(number));
            next = page["next"].clone();
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 60, "no line twice");
        let body = json!({ "shop": "main", "list": "opening", "group": "unpaid", "outcome": "done", "note": "群发催付" });
        let ticked = mei
            .http
            .post("/api/v1/duty/group", &body)
            .await
            .expect(200)
            .json();
        assert_eq!(ticked["ticked"], 900);
        let after = list(&mei, "opening").await;
        let unpaid = group(&after, "unpaid");
        assert_eq!(
            (
                &unpaid["open"],
                &unpaid["done"],
                unpaid["ticked"].as_array().unwrap().len()
            ),
            (&json!(0), &json!(900), 20)
        );
        let (mut count, mut after) = (20, None::<String>);
        let mut ids: Vec<String> = Vec::new();
        loop {
            let mut path = "/api/v1/duty/lines?shop=main&list=opening&group=unpaid&ticked=true".to_owned();
            if let Some(after) = &after {
                path.push_str(&format!("&after={after}"));
            }
            let page = mei.http.get(&path).await.expect(200).json();
            let lines = page["lines"].as_array().unwrap();
            ids.extend(lines.iter().map(|l| l["of"].as_str().unwrap().to_owned()));
            count += 1;
            after = page["next"].as_str().map(str::to_owned);
            if after.is_none() || count > 100 {
                break;
            }
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 900);
        server.stop().await;
    }
);
