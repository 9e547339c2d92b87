//! Running the place: shops, opening hours, texts, who works where, and the policy with its days.

use serde_json::{Value, json};
use yingke_domain::access::Role;
use yingke_kernel::{Clock, Stamp};
use yingke_testkit::{Http, TestServer, both};

const MAIN: &str = "/api/v1/shop/shops/main";

async fn settings(http: &Http) -> Value {
    http.get(MAIN).await.expect(200).json()
}

/// Saves a shop with some settings changed; the answer as it is.
async fn save(http: &Http, shop: &Value, change: impl Fn(&mut Value)) -> yingke_testkit::Reply {
    let mut wanted = shop["settings"].clone();
    change(&mut wanted);
    let body = json!({ "version": shop["version"], "settings": wanted });
    http.send("PATCH", MAIN, &body).await
}

async fn hello(http: &Http) -> Value {
    http.post("/api/v1/widget/hello", &json!({ "shop": "main" }))
        .await
        .expect(200)
        .json()
}

async fn acts(http: &Http) -> Vec<(String, String)> {
    let audit = http.get("/api/v1/access/audit").await.expect(200).json();
    let lines = audit["lines"].as_array().unwrap();
    let word = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    lines
        .iter()
        .map(|line| (word(line, "act"), word(line, "detail")))
        .collect()
}

both!(
    async fn r_desk_11_what_a_shop_says_of_itself_reaches_the_buyer(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let lead = server.hire("主管", Role::Supervisor, None).await;
        let buyer = server.http();
        // Without hours a shop is open while somebody is online.
        let first = hello(&buyer).await;
        assert_eq!(
            first["hours"],
            json!({ "open": false, "next_open_at": null, "text": "" })
        );
        assert_eq!(
            first["theme"],
            json!({ "color": null, "side": "right", "dark": "auto" })
        );

        let shop = settings(&owner.http).await;
        let week = json!(["09:00-12:00", "13:00-18:00"]);
        let saved = save(&owner.http, &shop, |s| {
            s["hours"] = json!({ "week": { "mon": week, "tue": week, "wed": week, "thu": week, "fri": week, "sat": [], "sun": [] },
                "calendar": "china", "holiday": [], "days": { "2026-10-03": { "kind": "own", "hours": ["11:00-15:00"], "name": "值班" } } });
            s["welcome"] = json!("这里是{店铺}，{营业时间}");
            s["questions"] = json!([{ "text": "几天发货", "answer": "{店铺}当天发货" }, { "text": "能定做吗" }]);
            s["color"] = json!("#2F6B4F");
            s["side"] = json!("left");
            s["sites"] = json!(["https://Shop.Example/"]);
        })
        .await
        .expect(200)
        .json();
        let mut changed: Vec<_> = saved["changed"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        changed.sort_unstable();
        assert_eq!(
            changed,
            ["color", "hours", "questions", "side", "sites", "welcome"]
        );
        assert_eq!(
            saved["shop"]["settings"]["sites"],
            json!(["https://shop.example"])
        );

        // It is Saturday, ten o'clock, a public holiday on which the shop has hours of its own.
        let told = hello(&buyer).await;
        assert_eq!(told["hours"]["open"], false);
        assert_eq!(told["hours"]["next_open_at"], "2026-10-03T03:00:00Z");
        assert_eq!(told["hours"]["text"], "今天11点上班");
        assert_eq!(
            told["texts"]["welcome"],
            "这里是main，周一至周五9:00–12:00、13:00–18:00"
        );
        assert!(
            told["texts"]["closed"].as_str().unwrap().contains("今天11点上班"),
            "{told}"
        );
        assert_eq!(
            told["questions"],
            json!([{ "text": "几天发货", "answer": "main当天发货" }, { "text": "能定做吗", "answer": null }])
        );
        assert_eq!(
            told["theme"],
            json!({ "color": "#2f6b4f", "side": "left", "dark": "auto" })
        );
        bed.clock()
            .set(Stamp::parse("2026-10-03T11:00:00+08:00").unwrap());
        let open = hello(&buyer).await;
        assert_eq!(
            open["hours"],
            json!({ "open": true, "next_open_at": null, "text": "营业到15:00" })
        );
        // The hours say what may be expected; whether somebody is online is another matter.
        assert_eq!(open["open"], false);
        let now = owner
            .http
            .get("/api/v1/shop/main/open-now")
            .await
            .expect(200)
            .json();
        assert_eq!((&now["open"], &now["online"]), (&json!(true), &json!(false)));

        // Who saves from an older state is told, and nothing is lost.
        let stale = save(&owner.http, &shop, |s| s["welcome"] = json!("旧"))
            .await
            .expect(409);
        assert_eq!(stale.code(), "shop_changed");
        // Texts are the supervisor's, too; sites are the owner's.
        let shop = settings(&lead.http).await;
        let _ = save(&lead.http, &shop, |s| s["welcome"] = json!("您好"))
            .await
            .expect(200);
        let shop = settings(&lead.http).await;
        let _ = save(&lead.http, &shop, |s| s["sites"] = json!([]))
            .await
            .expect(403);
        let wrong = save(&lead.http, &shop, |s| {
            s["hours"]["week"]["mon"] = json!(["09:00-12:00", "11:00-13:00"])
        })
        .await;
        assert_eq!(wrong.status, 400);
        assert!(
            wrong.json()["detail"]
                .as_str()
                .unwrap()
                .starts_with("hours.week.mon:"),
            "{wrong}"
        );
        // Nothing changed: nothing is written down.
        let same = save(&lead.http, &shop, |_| ()).await.expect(200).json();
        assert_eq!(same["changed"], json!([]));
        let written: Vec<_> = acts(&owner.http)
            .await
            .into_iter()
            .filter(|(act, _)| act == "shop.change")
            .collect();
        assert_eq!(written.len(), 2, "{written:?}");
        assert_eq!(written[0].1, "welcome");
        server.stop().await;
    }
);

both!(
    async fn r_team_02_a_shop_has_its_own_people_and_its_own_key(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let (agent, mut socket) = server.agent("小禾", None).await;
        let members = format!("{MAIN}/members");
        let east = json!({ "code": "east", "name": "东店" });
        let _ = owner.http.post("/api/v1/shop/shops", &east).await.expect(201);
        assert_eq!(
            owner
                .http
                .post("/api/v1/shop/shops", &east)
                .await
                .expect(409)
                .code(),
            "code_taken"
        );
        let bad = json!({ "code": "East!", "name": "东店" });
        assert_eq!(
            owner
                .http
                .post("/api/v1/shop/shops", &bad)
                .await
                .expect(400)
                .code(),
            "bad_settings"
        );
        let codes = owner.http.get("/api/v1/shop/shops").await.expect(200).json();
        assert_eq!(codes.as_array().unwrap().len(), 2);

        // Whoever holds a conversation hands it over first.
        let buyer = server.guest().await;
        buyer.socket().await.send(None, "在吗").await;
        socket.given(&buyer.thread, agent.person).await;
        let one = format!("{members}/{}", agent.person);
        let leave = json!({ "works": false });
        assert_eq!(
            owner.http.send("PUT", &one, &leave).await.expect(409).code(),
            "holds_conversations"
        );
        let _closed = agent.act(&buyer.thread, "close", &json!({})).await.expect(200);
        let _ = owner.http.send("PUT", &one, &leave).await.expect(204);
        let main = owner.http.get(&members).await.expect(200).json();
        let works = |name: &str| {
            main.as_array()
                .unwrap()
                .iter()
                .find(|m| m["name"] == name)
                .unwrap()["works"]
                .clone()
        };
        assert_eq!((works("小禾"), works("店主")), (json!(false), json!(true)));
        // Who does not work there does not find it.
        let _ = agent.http.get("/api/v1/shop/main/open-now").await.expect(404);
        let _ = agent.http.get("/api/v1/shop/east/open-now").await.expect(200);
        let own = format!("{members}/{}", owner.person);
        assert_eq!(
            owner.http.send("PUT", &own, &leave).await.expect(409).code(),
            "last_owner"
        );

        let key = owner
            .http
            .post(&format!("{MAIN}/key"), &json!({}))
            .await
            .expect(200)
            .json();
        let secret = key["key"].as_str().unwrap().to_owned();
        assert_eq!(secret.len(), 64);
        let known = |secret: &str, jti: &str| {
            let bytes: Vec<u8> = (0..secret.len() / 2)
                .map(|i| u8::from_str_radix(&secret[2 * i..2 * i + 2], 16).unwrap())
                .collect();
            let claims = yingke_app::buyer::KnownBuyer {
                shop: "main".to_owned(),
                buyer: "b-1".to_owned(),
                name: None,
                exp: bed.clock().now().plus_secs(300).micros() / 1_000_000,
                jti: jti.to_owned(),
            };
            json!({ "shop": "main", "known": yingke_app::buyer::sign(&claims, &bytes).unwrap() })
        };
        let anybody = server.http();
        let _ = anybody
            .post("/api/v1/widget/hello", &known(&secret, "1"))
            .await
            .expect(200);
        let rotated = owner
            .http
            .post(&format!("{MAIN}/key/rotate"), &json!({}))
            .await
            .expect(200)
            .json();
        let fresh = rotated["key"].as_str().unwrap().to_owned();
        assert_ne!(fresh, secret);
        let refused = anybody.post("/api/v1/widget/hello", &known(&secret, "2")).await;
        assert!((400..500).contains(&refused.status), "{refused}");
        let _ = anybody
            .post("/api/v1/widget/hello", &known(&fresh, "3"))
            .await
            .expect(200);
        let done: Vec<String> = acts(&owner.http).await.into_iter().map(|(act, _)| act).collect();
        for act in ["shop.create", "shop.member", "shop.key_shown", "shop.key_rotated"] {
            assert!(done.iter().any(|d| d == act), "{act} in {done:?}");
        }
        server.stop().await;
    }
);

both!(
    async fn r_metric_10_a_policy_is_looked_at_set_and_withdrawn_and_the_past_stays(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let (agent, mut socket) = server.agent("小禾", None).await;
        let buyer = server.guest().await;
        let mut chat = buyer.socket().await;
        chat.send(None, "在吗").await;
        socket.given(&buyer.thread, agent.person).await;
        bed.clock().advance_secs(40);
        socket.send(Some(&buyer.thread), "您好").await;
        let figures = |http: Http| async move {
            let path = "/api/v1/metric/performance?from=2026-10-01&to=2026-10-31&by=agent,date";
            http.get(path).await.expect(200).json()
        };
        let before = figures(owner.http.clone()).await;
        assert_eq!(before[0]["slow_answer_num"], 0);

        let changes = json!({ "clock.slow_secs": 30, "metric.max_wait": 600 });
        let preview = owner
            .http
            .post("/api/v1/policy/preview", &json!({ "changes": changes }))
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&preview["from"], &preview["to"]),
            (&json!("2026-09-04"), &json!("2026-10-03"))
        );
        let row = &preview["agents"][0];
        assert_eq!(row["agent"], "小禾");
        assert_eq!(
            (
                &row["before"]["slow_answer_num"],
                &row["after"]["slow_answer_num"]
            ),
            (&json!(0), &json!(1))
        );
        assert_eq!(preview["all"]["after"]["slow_answer_num"], 1);
        assert_eq!(
            figures(owner.http.clone()).await,
            before,
            "a look changes nothing"
        );

        let set = |effective: &str, changes: Value| {
            let body = json!({ "effective": effective, "changes": changes, "note": "试试" });
            let http = owner.http.clone();
            async move { http.post("/api/v1/policy/versions", &body).await }
        };
        for (effective, changes, status, code) in [
            ("2026-10-03", changes.clone(), 409, "policy_past"),
            ("2026-10-05", json!({ "clock.slow": 60 }), 400, "bad_policy"),
            ("2026-10-05", json!({ "clock.slow_secs": 0 }), 400, "bad_policy"),
            ("2026-10-05", json!({}), 400, "policy_same"),
            ("1999-10-05", changes.clone(), 400, "bad_policy"),
            ("soon", changes.clone(), 400, "bad_date"),
        ] {
            let reply = set(effective, changes).await.expect(status);
            assert_eq!(reply.code(), code, "{reply}");
        }
        let late = set("2026-11-01", json!({ "clock.slow_secs": 100 }))
            .await
            .expect(201)
            .json();
        let _ = set("2026-10-05", changes.clone()).await.expect(201);
        assert_eq!(
            set("2026-10-05", json!({ "clock.slow_secs": 61 }))
                .await
                .expect(409)
                .code(),
            "policy_day_taken"
        );
        let shown = owner.http.get("/api/v1/policy").await.expect(200).json();
        let standing: Vec<_> = shown["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| {
                (
                    v["effective"].as_str().unwrap(),
                    v["standing"].as_str().unwrap(),
                    v["by"].as_str(),
                )
            })
            .collect();
        assert_eq!(
            standing,
            [
                ("2000-01-01", "current", None),
                ("2026-10-05", "future", Some("店主")),
                ("2026-11-01", "future", Some("店主"))
            ]
        );
        // What equals the built-in value is no change.
        assert_eq!(shown["versions"][1]["changes"], json!({ "clock.slow_secs": 30 }));
        let slow = |http: Http| async move {
            http.get("/api/v1/access/me").await.expect(200).json()["clock"]["slow_secs"].clone()
        };
        assert_eq!(slow(owner.http.clone()).await, 120);

        let place = format!("/api/v1/policy/versions/{}", late["id"].as_str().unwrap());
        let _ = owner.http.send("DELETE", &place, &json!({})).await.expect(204);
        let _ = owner.http.send("DELETE", &place, &json!({})).await.expect(404);
        let _ = set("2026-11-01", json!({ "clock.slow_secs": 110 }))
            .await
            .expect(201);

        // The day comes without a restart, and the past keeps its judgement.
        server.stop().await;
        bed.clock()
            .set(Stamp::parse("2026-10-05T09:00:00+08:00").unwrap());
        let server = TestServer::start(&bed).await;
        let owner = server.sign_in(owner.person, "店主").await;
        assert_eq!(slow(owner.http.clone()).await, 30);
        let shown = owner.http.get("/api/v1/policy").await.expect(200).json();
        assert_eq!(shown["versions"][1]["standing"], "current");
        let running = format!(
            "/api/v1/policy/versions/{}",
            shown["versions"][1]["id"].as_str().unwrap()
        );
        assert_eq!(
            owner
                .http
                .send("DELETE", &running, &json!({}))
                .await
                .expect(409)
                .code(),
            "policy_in_force"
        );
        let agent = server.sign_in(agent.person, "小禾").await;
        let mut socket = agent.socket().await;
        agent.set_state("online").await;
        let buyer = server.guest().await;
        buyer.socket().await.send(None, "在吗").await;
        socket.given(&buyer.thread, agent.person).await;
        bed.clock().advance_secs(40);
        let _kept = owner.http.get("/api/v1/access/me").await.expect(200);
        bed.clock().advance_secs(40);
        socket.send(Some(&buyer.thread), "您好").await;
        let after = figures(owner.http.clone()).await;
        let slow_of = |date: &str| {
            after
                .as_array()
                .unwrap()
                .iter()
                .find(|r| r["date"] == date && r["agent"] == "小禾")
                .unwrap()["slow_answer_num"]
                .clone()
        };
        assert_eq!(
            (slow_of("2026-10-03"), slow_of("2026-10-05")),
            (json!(0), json!(1))
        );
        let done = acts(&owner.http).await;
        assert!(
            done.contains(&("policy.adopt".to_owned(), "clock.slow_secs 120→30".to_owned())),
            "{done:?}"
        );
        assert!(done.iter().any(|(act, _)| act == "policy.withdraw"));
        server.stop().await;
    }
);

both!(
    async fn a_house_without_facts_may_begin_with_a_policy_of_its_own(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let body = json!({ "effective": "2026-01-01", "changes": { "metric.day_split": "06:00" } });
        let _ = owner
            .http
            .post("/api/v1/policy/versions", &body)
            .await
            .expect(201);
        let shown = owner.http.get("/api/v1/policy").await.expect(200).json();
        assert_eq!(shown["versions"][1]["standing"], "current");
        // It is in the book of the running house at once.
        assert_eq!(server.home.house.policy().metric.day_split.to_string(), "06:00");
        server.stop().await;
    }
);
