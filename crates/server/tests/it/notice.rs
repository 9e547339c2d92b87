//! Notices to the team through the front door, on both databases (R-TEAM-03, R-DUTY-05): who gets one, who has confirmed it, what
//! becomes of the old wording, and who gets no new buyers meanwhile.

use serde_json::{Value, json};
use yingke_api::ws::protocol::{NoticeRow, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Reply, Socket, TestServer, both, eventually};

async fn post(boss: &Desk, more: Value) -> Reply {
    let mut body = json!({ "shop": "main", "kind": "goods", "audience": "shop", "title": "新品周五上架" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    boss.http.post("/api/v1/notice/notices", &body).await
}

async fn act(desk: &Desk, notice: &Value, what: &str, body: &Value) -> Reply {
    let path = format!("/api/v1/notice/notices/{}/{what}", notice["id"].as_str().unwrap());
    desk.http.post(&path, body).await
}

async fn list(desk: &Desk, more: &str) -> Vec<Value> {
    let path = format!("/api/v1/notice/notices?{more}");
    let page = desk.http.get(&path).await.expect(200).json();
    page["notices"].as_array().unwrap().clone()
}

fn titles(notices: &[Value]) -> Vec<&str> {
    notices.iter().map(|n| n["title"].as_str().unwrap()).collect()
}

async fn told(socket: &mut Socket, what: &str, wanted: impl Fn(&NoticeRow, bool) -> bool) -> NoticeRow {
    socket
        .until(what, |frame| match frame {
            ServerFrame::Notice { notice, reminder } if wanted(notice, *reminder) => Some((**notice).clone()),
            _ => None,
        })
        .await
}

both!(
    async fn team_03_everybody_confirms_and_the_writer_sees_who_has(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (li, mut li_desk) = server.agent("小李", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let mut wall = boss.socket().await;

        assert_eq!(post(&mei, json!({})).await.status, 403);
        for (wrong, code) in [
            (json!({ "title": " " }), "title_missing"),
            (json!({ "title": "长".repeat(61) }), "too_long"),
            (json!({ "kind": "news" }), "bad_field"),
            (json!({ "audience": "line" }), "bad_field"),
            (json!({ "audience": "line", "line": "no_such" }), "bad_line"),
            (json!({ "audience": "people" }), "nobody_named"),
            (json!({ "until": "2020-01-01T00:00:00Z" }), "bad_end"),
        ] {
            assert_eq!(post(&boss, wrong.clone()).await.code(), code, "{wrong}");
        }
        let notice = post(&boss, json!({ "text": "先看尺寸表" }))
            .await
            .expect(201)
            .json();
        assert_eq!((&notice["read"], &notice["readers"]), (&json!(0), &json!(2)));
        let news = told(&mut mei_desk, "the notice", |n, _| n.title == "新品周五上架").await;
        assert!(news.mine && news.confirmed_at.is_none() && news.read.is_none());
        assert_eq!(
            (news.by.as_str(), news.urgent, news.blocks),
            ("主管", false, false)
        );
        assert_eq!(titles(&list(&li, "which=open").await), ["新品周五上架"]);
        // Owners and whoever wrote it are asked for nothing.
        assert!(list(&owner, "which=open").await.is_empty() && list(&boss, "which=open").await.is_empty());

        let read = json!({ "revision": 1 });
        let confirmed = act(&mei, &notice, "confirm", &read).await.expect(200).json();
        assert!(confirmed["confirmed_at"].is_string());
        let counted = told(&mut wall, "one has read it", |n, _| n.read == Some(1)).await;
        assert_eq!(counted.readers, Some(2));
        let again = act(&mei, &notice, "confirm", &read).await.expect(200).json();
        assert_eq!(again["confirmed_at"], confirmed["confirmed_at"]);
        assert!(list(&mei, "which=open").await.is_empty());
        assert_eq!(titles(&list(&mei, "").await), ["新品周五上架"]);
        assert_eq!(act(&boss, &notice, "confirm", &read).await.status, 404);

        // The rest is reminded, once.
        let _reminded = act(&boss, &notice, "remind", &json!({})).await.expect(200);
        told(&mut li_desk, "a reminder", |n, reminder| reminder && n.mine).await;
        assert_eq!(
            act(&boss, &notice, "remind", &json!({})).await.code(),
            "notice_reminded"
        );

        let path = format!("/api/v1/notice/notices/{}", notice["id"].as_str().unwrap());
        let shown = boss.http.get(&path).await.expect(200).json();
        assert_eq!(shown["unread"][0]["name"], "小李");
        assert_eq!(shown["confirmations"][0]["name"], "小美");
        let own = li.http.get(&path).await.expect(200).json();
        assert!(own["unread"].as_array().unwrap().is_empty());
        assert!(own["confirmations"].as_array().unwrap().is_empty());

        // Whoever comes later finds what is in force; words find old ones, too.
        let late = server.hire("小新", Role::Agent, None).await;
        assert_eq!(titles(&list(&late, "which=open").await), ["新品周五上架"]);
        assert_eq!(list(&late, "q=%E5%B0%BA%E5%AF%B8").await.len(), 1);
        assert!(list(&late, "q=%E8%BF%90%E8%B4%B9").await.is_empty());

        let gone = boss
            .http
            .send("DELETE", &path, &Value::Null)
            .await
            .expect(200)
            .json();
        assert!(gone["in_force"] == json!(false) && gone["ended_by"] == "主管");
        told(&mut li_desk, "it is over", |n, _| !n.in_force).await;
        assert_eq!(act(&li, &notice, "confirm", &read).await.code(), "notice_over");
        assert!(list(&li, "").await.is_empty());
        assert_eq!(list(&li, "which=all").await.len(), 1);
        let trail = owner.http.get("/api/v1/access/audit").await.expect(200).json();
        for act in [
            "notice.post",
            "notice.confirm",
            "notice.remind",
            "notice.withdraw",
        ] {
            assert!(trail.to_string().contains(act), "{act}: {trail}");
        }
        server.stop().await;
    }
);

both!(
    async fn team_03_a_corrected_notice_is_confirmed_anew(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let li = server.hire("小李", Role::Agent, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let named = json!({ "audience": "people", "people": [mei.person.to_string()] });
        let notice = post(&boss, named).await.expect(201).json();
        assert!(list(&li, "which=all").await.is_empty());
        let _read = act(&mei, &notice, "confirm", &json!({ "revision": 1 }))
            .await
            .expect(200);

        let path = format!("/api/v1/notice/notices/{}", notice["id"].as_str().unwrap());
        let body = json!({ "revision": 1, "title": "新品周六上架", "urgent": true });
        assert_eq!(mei.http.send("PUT", &path, &body).await.status, 403);
        let _put = boss.http.send("PUT", &path, &body).await.expect(200);
        let news = told(&mut desk, "the new wording", |n, _| n.revision == 2).await;
        assert!(news.confirmed_at.is_none() && news.urgent);
        assert_eq!(boss.http.send("PUT", &path, &body).await.code(), "notice_changed");
        let old = act(&mei, &notice, "confirm", &json!({ "revision": 1 })).await;
        assert_eq!(old.code(), "notice_changed");
        let _read = act(&mei, &notice, "confirm", &json!({ "revision": 2 }))
            .await
            .expect(200);
        let shown = boss.http.get(&path).await.expect(200).json();
        let wordings: Vec<&Value> = shown["wordings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| &w["title"])
            .collect();
        assert_eq!(wordings, ["新品周五上架", "新品周六上架"]);
        let confirmed: Vec<&Value> = shown["confirmations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["revision"])
            .collect();
        assert_eq!(confirmed, [&json!(1), &json!(2)]);
        assert_eq!(li.http.get(&path).await.status, 404);
        server.stop().await;
    }
);

both!(
    async fn duty_05_an_urgent_notice_holds_up_new_buyers_where_the_shop_wants_it(bed: Bed) {
        let mut bed = bed;
        bed.change_policy(|policy| {
            policy.notice.block_routing = true;
            policy.presence.lease_secs = 1_000_000;
        });
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let calm = post(&boss, json!({ "title": "不急的" })).await.expect(201).json();
        let until = bed.now().plus_secs(600).to_string();
        let urgent = json!({ "title": "运费规则变了", "kind": "rule", "urgent": true, "until": until });
        let notice = post(&boss, urgent).await.expect(201).json();
        let news = told(&mut desk, "the notice", |n, _| n.urgent).await;
        assert!(news.blocks);

        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "在吗").await;
        widget.place(1).await;
        // Not even after a while; what is not urgent holds up nobody.
        let _read = act(&mei, &calm, "confirm", &json!({ "revision": 1 }))
            .await
            .expect(200);
        bed.clock().advance_secs(5);
        tokio::time::sleep(std::time::Duration::from_millis(1_300)).await;
        assert_eq!(mei.row(&guest.thread).await["live"]["state"], "queued");
        let _read = act(&mei, &notice, "confirm", &json!({ "revision": 1 }))
            .await
            .expect(200);
        desk.given(&guest.thread, mei.person).await;

        // Its end lets go by itself.
        let second = json!({ "title": "库存盘点", "urgent": true, "until": until });
        let _posted = post(&boss, second).await.expect(201);
        told(&mut desk, "the second", |n, _| n.title == "库存盘点").await;
        let other = server.guest().await;
        let mut widget = other.socket().await;
        widget.send(None, "有人吗").await;
        widget.place(1).await;
        bed.clock().advance_secs(600);
        let held = async || mei.row(&other.thread).await["live"]["state"] == "held";
        eventually("the end has come", held).await;
        server.stop().await;
    }
);
