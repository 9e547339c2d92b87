//! The work log through the front door, on both databases: written, found by words and filters, changed with its past, forgotten.

use serde_json::{Value, json};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Reply, TestServer, both};

async fn write(desk: &Desk, problem: &str, more: Value) -> Reply {
    let mut body = json!({ "shop": "main", "problem": problem, "state": "open" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    desk.http.post("/api/v1/worklog/entries", &body).await
}

async fn problems(desk: &Desk, query: &str) -> Vec<String> {
    let page = desk
        .http
        .get(&format!("/api/v1/worklog/entries?{query}"))
        .await
        .expect(200)
        .json();
    page["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["problem"].as_str().unwrap().to_owned())
        .collect()
}

fn encoded(words: &str) -> String {
    words.bytes().map(|b| format!("%{b:02X}")).collect()
}

both!(
    async fn r_desk_15_the_log_is_written_found_and_changed_with_its_past(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let li = server.hire("小丽", Role::Agent, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let guest = server.guest().await;
        guest.socket().await.send(None, "挂毯少了一条流苏").await;
        desk.given(&guest.thread, mei.person).await;

        assert_eq!(write(&mei, " ", json!({})).await.code(), "problem_missing");
        assert_eq!(
            write(
                &mei,
                "x",
                json!({ "thread": "01990000-0000-7000-8000-00000000000b" })
            )
            .await
            .status,
            404
        );
        let about = json!({ "thread": guest.thread, "seq": 2, "cause": "仓库漏装配件", "tags": ["漏发", " 仓库 "], "number": "8001" });
        let first = write(&mei, "挂毯少了流苏", about).await.expect(201).json();
        assert_eq!(first["day"], "2026-10-03");
        assert_eq!(first["tags"], json!(["仓库", "漏发"]));
        assert!(first["buyer"].is_string() && first["order"].is_null());
        server.home.clock().advance_secs(60);
        let _second = write(
            &li,
            "尺码表打不开",
            json!({ "state": "solved", "solution": "重新上传图片" }),
        )
        .await
        .expect(201);

        // Everybody of the shop reads everything; words are found by any two characters, together with the filters.
        assert_eq!(problems(&li, "").await, ["尺码表打不开", "挂毯少了流苏"]);
        yingke_app::search::catch_up(&server.home.house).await.unwrap();
        for (words, found) in [
            ("流苏", vec!["挂毯少了流苏"]),
            ("漏装", vec!["挂毯少了流苏"]),
            ("上传", vec!["尺码表打不开"]),
            ("漏发", vec!["挂毯少了流苏"]),
            ("8001", vec!["挂毯少了流苏"]),
            ("流苏 上传", vec![]),
            ("了流", vec!["挂毯少了流苏"]),
        ] {
            assert_eq!(
                problems(&li, &format!("q={}", encoded(words))).await,
                found,
                "{words}"
            );
        }
        let few = li
            .http
            .get(&format!("/api/v1/worklog/entries?q={}", encoded("流")))
            .await
            .expect(200)
            .json();
        assert_eq!(few["short"], true);
        let narrow = [
            (format!("person={}", li.person), vec!["尺码表打不开"]),
            ("state=open".to_owned(), vec!["挂毯少了流苏"]),
            (format!("tag={}", encoded("仓库")), vec!["挂毯少了流苏"]),
            ("to=2026-10-02".to_owned(), vec![]),
            (format!("q={}&state=solved", encoded("流苏")), vec![]),
            ("limit=1".to_owned(), vec!["尺码表打不开"]),
        ];
        for (query, found) in narrow {
            assert_eq!(problems(&boss, &query).await, found, "{query}");
        }
        let page = boss
            .http
            .get("/api/v1/worklog/entries?limit=1")
            .await
            .expect(200)
            .json();
        let next = format!("limit=1&after={}", page["next"].as_str().unwrap());
        assert_eq!(problems(&boss, &next).await, ["挂毯少了流苏"]);
        let tags = li.http.get("/api/v1/worklog/tags").await.expect(200).json();
        assert_eq!(tags.as_array().unwrap().len(), 2);

        // Who wrote it changes it; what it said before is kept.
        let path = format!("/api/v1/worklog/entries/{}", first["id"].as_str().unwrap());
        let change = json!({ "rev": 1, "problem": "挂毯少了流苏", "cause": "仓库漏装配件", "solution": "补发一条", "state": "solved", "tags": ["漏发"] });
        assert_eq!(li.http.send("PATCH", &path, &change).await.code(), "not_writer");
        let changed = mei.http.send("PATCH", &path, &change).await.expect(200).json();
        assert_eq!(
            (&changed["rev"], &changed["state"]),
            (&json!(2), &json!("solved"))
        );
        assert_eq!(
            mei.http.send("PATCH", &path, &change).await.code(),
            "entry_changed"
        );
        let whole = li.http.get(&path).await.expect(200).json();
        assert_eq!(whole["past"][0]["said"]["state"], "open");
        assert_eq!(whole["past"][0]["said"]["number"], "8001");
        yingke_app::search::catch_up(&server.home.house).await.unwrap();
        assert_eq!(
            problems(&li, &format!("q={}", encoded("补发"))).await,
            ["挂毯少了流苏"]
        );
        assert!(
            problems(&li, "q=8001").await.is_empty(),
            "what it said once is not found"
        );

        // A table for the supervisor.
        assert_eq!(mei.http.get("/api/v1/worklog/export").await.status, 403);
        let csv = boss
            .http
            .get("/api/v1/worklog/export?format=csv&state=solved")
            .await
            .expect(200);
        assert!(csv.to_string().contains("挂毯少了流苏") && csv.to_string().contains("怎么解决的"));
        yingke_app::search::catch_up(&server.home.house).await.unwrap();
        for (words, found) in [("流苏", true), ("没有这样的话", false)] {
            let path = format!("/api/v1/worklog/export?format=csv&q={}", encoded(words));
            let csv = boss.http.get(&path).await.expect(200).to_string();
            assert_eq!(csv.contains("挂毯少了流苏"), found, "{words}: {csv}");
        }
        let book = boss.http.get("/api/v1/worklog/export?lang=en").await.expect(200);
        assert!(
            book.header("content-disposition")
                .unwrap()
                .contains("yingke-worklog.xlsx")
        );

        // With the buyer goes what was written about them.
        let owner = server.hire("店主", Role::Owner, None).await;
        let _closed = mei.act(&guest.thread, "close", &json!({})).await;
        let buyer = first["buyer"].as_str().unwrap();
        let document = owner
            .http
            .get(&format!("/api/v1/buyer/{buyer}/export"))
            .await
            .expect(200)
            .json();
        assert_eq!(document["worklog"][0]["solution"], "补发一条");
        let name = document["identities"][0]["name"].clone();
        let _gone = owner
            .http
            .post(
                &format!("/api/v1/buyer/{buyer}/erase"),
                &json!({ "confirm": name }),
            )
            .await
            .expect(204);
        let whole = li.http.get(&path).await.expect(200).json();
        assert_eq!(
            (
                &whole["entry"]["erased"],
                &whole["entry"]["problem"],
                &whole["past"]
            ),
            (&json!(true), &json!(""), &json!([]))
        );
        yingke_app::search::catch_up(&server.home.house).await.unwrap();
        assert!(problems(&li, &format!("q={}", encoded("流苏"))).await.is_empty());
        let again = json!({ "rev": 2, "problem": "x", "state": "open" });
        assert_eq!(mei.http.send("PATCH", &path, &again).await.code(), "entry_erased");
        server.stop().await;
    }
);
