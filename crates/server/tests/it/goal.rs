//! Goals of the day through the front door, on both databases (R-TEAM-01).

use serde_json::{Value, json};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, TestServer, both, eventually};

async fn set(desk: &Desk, scope: &str, goals: Value) -> yingke_testkit::Reply {
    let body = json!({ "shop": "main", "scope": scope, "goals": goals });
    desk.http.send("PUT", "/api/v1/goal/goals", &body).await
}

async fn today(desk: &Desk) -> Vec<Value> {
    let reply = desk
        .http
        .get("/api/v1/goal/today?shop=main")
        .await
        .expect(200)
        .json();
    reply["goals"].as_array().unwrap().clone()
}

both!(
    async fn team_01_goals_are_set_split_and_stand_beside_the_days_figures(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let li = server.hire("小李", Role::Agent, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        // Two people of one name are two people.
        let path = format!("/api/v1/access/people/{}", li.person);
        let _renamed = boss
            .http
            .send("PATCH", &path, &json!({ "name": "小美" }))
            .await
            .expect(204);
        assert!(today(&mei).await.is_empty());
        assert_eq!(set(&mei, "every", json!([])).await.status, 403);
        for (wrong, code) in [
            (
                json!([{ "figure": "three_minute_rate", "value": 95 }]),
                "bad_goal",
            ),
            (json!([{ "figure": "service_num", "value": 1.5 }]), "bad_goal"),
            (json!([{ "figure": "sales", "value": 1 }]), "bad_field"),
            (
                json!([{ "figure": "service_num", "value": 1 }, { "figure": "service_num", "value": 2 }]),
                "bad_goal",
            ),
        ] {
            assert_eq!(set(&boss, "every", wrong.clone()).await.code(), code, "{wrong}");
        }
        assert_eq!(set(&boss, "someday", json!([])).await.code(), "bad_field");
        let (one, two) = (mei.person.to_string(), li.person.to_string());
        let goals = json!([
            { "figure": "first_reply_avg", "value": 30 },
            { "figure": "service_num", "value": 2 },
            { "figure": "service_num", "person": one, "value": 1 },
            { "figure": "service_num", "person": two, "value": 1 },
        ]);
        let all = set(&boss, "every", goals).await.expect(200).json();
        assert_eq!(all.as_array().unwrap().len(), 4);

        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "在吗").await;
        desk.given(&guest.thread, mei.person).await;
        bed.clock().advance_secs(12);
        desk.send(Some(&guest.thread), "在的，您说").await;
        eventually("the figures have followed", async || {
            today(&boss)
                .await
                .iter()
                .any(|g| g["figure"] == "service_num" && g["now"] == 1.0)
        })
        .await;
        let seen = today(&boss).await;
        let of = |figure: &str, person: Option<&str>| {
            seen.iter()
                .find(|g| g["figure"] == figure && g["person"].as_str() == person)
                .cloned()
                .unwrap()
        };
        let reply = of("first_reply_avg", None);
        assert_eq!((&reply["now"], &reply["kept"]), (&json!(12.0), &json!(true)));
        assert_eq!(of("service_num", None)["kept"], json!(false));
        assert_eq!(of("service_num", Some(&one))["kept"], json!(true));
        assert_eq!(of("service_num", Some(&two))["now"], Value::Null);
        // An agent sees the team and their own part, and nobody else's.
        let own = today(&mei).await;
        assert_eq!(own.len(), 3);
        assert!(
            own.iter()
                .all(|g| g["person"].is_null() || g["person"] == json!(one))
        );

        // A date of its own takes the place of every day; without goals it is every day again.
        let reply = business_day(&boss).await;
        let _set = set(
            &boss,
            &reply,
            json!([{ "figure": "first_reply_avg", "value": 5 }]),
        )
        .await
        .expect(200);
        let now = today(&boss).await;
        assert_eq!((&now[0]["goal"], &now[0]["kept"]), (&json!(5.0), &json!(false)));
        let _set = set(&boss, &reply, json!([])).await.expect(200);
        assert_eq!(today(&boss).await[0]["goal"], json!(30.0));
        let trail = boss.http.get("/api/v1/access/audit").await.expect(200).json();
        assert!(trail.to_string().contains("goal.set"));
        server.stop().await;
    }
);

async fn business_day(desk: &Desk) -> String {
    let reply = desk
        .http
        .get("/api/v1/goal/today?shop=main")
        .await
        .expect(200)
        .json();
    reply["day"].as_str().unwrap().to_owned()
}
