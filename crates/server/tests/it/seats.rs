//! Lines and seats through the front door, on both databases (R-DESK-03, R-DESK-10, R-DESK-13, R-DESK-18).

use serde_json::{Value, json};
use yingke_domain::access::Role;
use yingke_testkit::{Bed, Desk, TestServer, both, eventually};

async fn seat(owner: &Desk, person: &Desk, seats: Value) {
    let path = format!("/api/v1/routing/seats/{}", person.person);
    let body = json!({ "shop": "main", "seats": seats });
    let _put = owner.http.send("PUT", &path, &body).await.expect(204);
}

async fn is_held_by(desk: &Desk, thread: &str, by: &Desk) {
    let wanted = json!(by.person.to_string());
    let held = async || desk.row(thread).await["live"]["holder"] == wanted;
    eventually("the right one holds it", held).await;
}

/// Time passes, and these people are there all the while.
async fn pass(server: &TestServer, bed: &Bed, secs: i64, there: &[&Desk]) {
    let people: Vec<_> = there.iter().map(|desk| desk.person).collect();
    for _ in 0..=secs / 20 {
        bed.clock().advance_secs(20);
        server.home.renew(&people).await;
    }
}

async fn last_why(desk: &Desk, thread: &str) -> Value {
    let entries = desk.entries(thread).await;
    let given = entries
        .iter()
        .rfind(|e| e["kind"] == "assign" || e["kind"] == "transfer");
    given.unwrap()["why"].clone()
}

both!(
    async fn seats_are_set_by_whoever_manages_people_and_say_what_is_wrong_desk_03(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let agent = server.hire("小美", Role::Agent, None).await;
        let path = format!("/api/v1/routing/seats/{}", agent.person);
        let one = json!({ "line": "售前", "weight": 300, "capacity": 4, "skills": [" 窗帘 "] });
        let body = json!({ "shop": "main", "seats": [one] });
        let refused = agent.http.send("PUT", &path, &body).await;
        assert_eq!(refused.status, 403);
        let _put = owner.http.send("PUT", &path, &body).await.expect(204);
        let people = owner.http.get("/api/v1/access/people").await.expect(200).json();
        let row = people
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["name"] == "小美")
            .unwrap()
            .clone();
        let wanted = json!([{ "shop": "main", "line": "pre_sales", "weight": 300, "capacity": 4, "skills": ["窗帘"] }]);
        assert_eq!((&row["seats"], &row["line"]), (&wanted, &json!("pre_sales")));
        for (seats, place) in [
            (json!([{ "line": "a", "weight": 0 }]), "seats[0]"),
            (
                json!([{ "line": "pre_sales", "weight": 1 }, { "line": "售前", "weight": 1 }]),
                "seats[1]",
            ),
        ] {
            let body = json!({ "shop": "main", "seats": seats });
            let bad = owner.http.send("PUT", &path, &body).await.expect(400).json();
            let detail = bad["detail"].as_str().unwrap();
            assert!(bad["code"] == "bad_seat" && detail.starts_with(place), "{detail}");
        }
        let elsewhere = json!({ "shop": "nowhere", "seats": [] });
        let _none = owner.http.send("PUT", &path, &elsewhere).await.expect(404);
        let trail = owner.http.get("/api/v1/access/audit").await.expect(200).json();
        assert!(trail.to_string().contains("person.seats"), "{trail}");
        // The older field goes on working where there is no more than one usual seat.
        let person = format!("/api/v1/access/people/{}", agent.person);
        seat(&owner, &agent, json!([{ "line": "pre_sales", "weight": 100 }])).await;
        let _put = owner
            .http
            .send("PATCH", &person, &json!({ "line": "售后" }))
            .await
            .expect(204);
        let lines = agent
            .http
            .get("/api/v1/routing/lines?shop=main")
            .await
            .expect(200)
            .json();
        let seated: Vec<&str> = lines
            .as_array()
            .unwrap()
            .iter()
            .filter(|l| l["seated"] == 1)
            .map(|l| l["line"].as_str().unwrap())
            .collect();
        assert_eq!(seated, ["after_sales"]);
        server.stop().await;
    }
);

both!(
    async fn what_a_buyer_says_names_the_line_and_only_the_house_sees_why_desk_03(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("店主", Role::Owner, None).await;
        let before = server.hire("小前", Role::Agent, None).await;
        let after = server.hire("小后", Role::Agent, None).await;
        seat(&owner, &before, json!([{ "line": "pre_sales", "weight": 100 }])).await;
        seat(&owner, &after, json!([{ "line": "after_sales", "weight": 100 }])).await;
        let asks = server.guest().await;
        let complains = server.guest().await;
        let (mut one, mut two) = (asks.socket().await, complains.socket().await);
        one.send(None, "这款有货吗").await;
        two.send(None, "收到就坏了，我要退货").await;
        let line = async |thread: &str| owner.row(thread).await["line"].clone();
        eventually("both wait for their lines", async || {
            line(&asks.thread).await == json!("pre_sales")
                && line(&complains.thread).await == json!("after_sales")
        })
        .await;
        // Each is the first of their line.
        one.place(1).await;
        two.place(1).await;
        let lines = owner
            .http
            .get("/api/v1/routing/lines?shop=main")
            .await
            .expect(200)
            .json();
        let of = |name: &str| {
            lines
                .as_array()
                .unwrap()
                .iter()
                .find(|l| l["line"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(
            (
                &of("after_sales")["waiting"],
                &of("after_sales")["online"],
                &of("after_sales")["wait_secs"]
            ),
            (&json!(1), &json!(0), &Value::Null)
        );
        let _sockets = (before.socket().await, after.socket().await);
        after.set_state("online").await;
        is_held_by(&owner, &complains.thread, &after).await;
        assert_eq!(owner.row(&asks.thread).await["live"]["state"], "queued");
        before.set_state("online").await;
        is_held_by(&owner, &asks.thread, &before).await;
        let why = last_why(&owner, &asks.thread).await;
        assert_eq!(
            (&why["reason"], &why["line"]),
            (&json!("load"), &json!("pre_sales"))
        );
        let seen = asks.entries().await;
        assert!(seen.iter().all(|e| e.get("why").is_none()), "{seen:?}");
        server.stop().await;
    }
);

both!(
    async fn a_buyer_left_without_an_answer_goes_to_a_colleague_and_not_to_and_fro_desk_13(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let policy = yingke_domain::policy::Policy::default().routing;
        let owner = server.hire("店主", Role::Owner, None).await;
        let silent = server.hire("小静", Role::Agent, None).await;
        let _sockets = (silent.socket().await, owner.socket().await);
        silent.set_state("online").await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "在吗").await;
        is_held_by(&owner, &guest.thread, &silent).await;
        // Nobody else is there: it stays.
        pass(&server, &bed, policy.reassign_secs, &[&silent]).await;
        is_held_by(&owner, &guest.thread, &silent).await;
        let other = server.hire("小援", Role::Agent, None).await;
        let _socket = other.socket().await;
        other.set_state("online").await;
        is_held_by(&owner, &guest.thread, &other).await;
        let why = last_why(&owner, &guest.thread).await;
        assert_eq!(why["reason"], "unanswered");
        for _ in 0..policy.reassign_times + 2 {
            pass(&server, &bed, policy.reassign_secs, &[&silent, &other]).await;
            // The router looks once a second of the real clock.
            tokio::time::sleep(std::time::Duration::from_millis(1_300)).await;
        }
        let entries = owner.entries(&guest.thread).await;
        let moves = entries.iter().filter(|e| e["kind"] == "transfer").count();
        assert_eq!(moves, policy.reassign_times as usize);
        server.stop().await;
    }
);

both!(
    async fn away_and_everything_to_one_colleague_with_one_note_desk_10(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, _mei_desk) = server.agent("小美", None).await;
        let (one, two) = (server.guest().await, server.guest().await);
        let (mut a, mut b) = (one.socket().await, two.socket().await);
        a.send(None, "在吗").await;
        b.send(None, "几天到").await;
        is_held_by(&mei, &one.thread, &mei).await;
        is_held_by(&mei, &two.thread, &mei).await;
        let (lan, _lan_desk) = server.agent("小兰", None).await;
        let (zhu, _zhu_desk) = server.agent("小竹", None).await;
        let give = async |to: &Desk| {
            let body = json!({ "note": "两位都在等快递", "to_person": to.person.to_string(), "away": true });
            mei.http.post("/api/v1/presence/hand-over", &body).await
        };
        assert_eq!(give(&mei).await.code(), "not_member");
        zhu.set_state("suspended").await;
        assert_eq!(give(&zhu).await.code(), "not_online");
        let given = give(&lan).await.expect(200).json();
        assert_eq!(given["threads"].as_array().unwrap().len(), 2);
        is_held_by(&lan, &one.thread, &lan).await;
        is_held_by(&lan, &two.thread, &lan).await;
        let notes = async |who: &Desk| {
            who.http
                .get("/api/v1/presence/handovers")
                .await
                .expect(200)
                .json()
        };
        let left = notes(&lan).await;
        assert_eq!(
            (&left[0]["note"], &left[0]["to_me"]),
            (&json!("两位都在等快递"), &json!(true))
        );
        assert_eq!(notes(&zhu).await, json!([]), "for one alone");
        let me = mei.http.get("/api/v1/access/me").await.expect(200).json();
        assert_eq!(me["state"], "away");
        server.stop().await;
    }
);
