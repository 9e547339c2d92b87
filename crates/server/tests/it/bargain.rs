//! Bargaining through the front door, on both databases: own authority, requests answered in the desk, the record, the ladder.

use serde_json::{Value, json};
use yingke_api::ws::protocol::{ApprovalRow, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Guest, Reply, Socket, TestServer, both};

async fn held(server: &TestServer, desk: &Desk, socket: &mut Socket) -> Guest {
    let guest = server.guest().await;
    guest.socket().await.send(None, "能便宜点吗").await;
    socket.given(&guest.thread, desk.person).await;
    guest
}

async fn post(desk: &Desk, thread: &str, what: &str, body: Value) -> Reply {
    let path = format!("/api/v1/bargain/threads/{thread}/{what}");
    desk.http.post(&path, &body).await
}

/// So much off an order of 358.00 that the house does not know.
fn off(price_fen: i64, form: &str, reason: &str) -> Value {
    json!({ "total_fen": 35_800, "price_fen": price_fen, "form": form, "reason": reason })
}

async fn told(socket: &mut Socket, state: &str) -> ApprovalRow {
    socket
        .until(state, |frame| match frame {
            ServerFrame::Approval { approval } if approval.state == state => Some(approval.clone()),
            _ => None,
        })
        .await
}

async fn board(desk: &Desk, thread: &str) -> Value {
    let path = format!("/api/v1/bargain/threads/{thread}");
    desk.http.get(&path).await.expect(200).json()
}

both!(
    async fn bargain_01_own_authority_is_used_up_and_recorded(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let guest = held(&server, &mei, &mut desk).await;
        let give = async |price: i64| post(&mei, &guest.thread, "concede", off(price, "price", "老客")).await;

        assert_eq!(give(35_000).await.code(), "needs_approval", "beyond one per cent");
        assert_eq!(give(35_800).await.code(), "bad_price");
        assert_eq!(
            post(&mei, &guest.thread, "concede", off(35_500, "price", " "))
                .await
                .code(),
            "reason_missing"
        );
        assert_eq!(
            post(&mei, &guest.thread, "concede", off(35_500, "transfer", "老客"))
                .await
                .code(),
            "bad_form"
        );
        let first = give(35_500).await.expect(200).json();
        assert_eq!(first["concession"]["off_fen"], 300);
        assert_eq!(first["concession"]["authority"], "own");
        assert!(first["words"].as_str().unwrap().contains("355元"));
        assert_eq!(
            give(35_500).await.expect(200).json()["concession"]["warned"],
            false
        );
        assert_eq!(
            give(35_500).await.expect(200).json()["concession"]["warned"],
            true
        );
        assert_eq!(give(35_500).await.code(), "needs_approval", "the fourth of a day");
        let shown = board(&mei, &guest.thread).await;
        assert_eq!(shown["used_today"], 3);
        assert_eq!(shown["given"].as_array().unwrap().len(), 3);

        // Tomorrow there is a new day's worth.
        for _ in 0..2 {
            server.home.clock().advance_secs(8 * 3_600);
            for desk in [&mei, &boss] {
                let _awake = desk.http.get("/api/v1/access/me").await.expect(200);
            }
        }
        mei.set_state("online").await;
        guest.socket().await.send(None, "在吗").await;
        let _taken = mei.act(&guest.thread, "take", &json!({})).await;
        let _given = give(35_500).await.expect(200);

        // Whoever may approve gives alone, and it is recorded as theirs.
        let _over = boss.act(&guest.thread, "take", &json!({})).await.expect(200);
        let large = post(&boss, &guest.thread, "concede", off(30_000, "coupon", "投诉"))
            .await
            .expect(200);
        assert_eq!(large.json()["concession"]["authority"], "supervisor");
        let report = "/api/v1/bargain/report?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
        let sums = boss.http.get(report).await.expect(200).json();
        let mine = sums["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["person_name"] == "小美")
            .unwrap()
            .clone();
        assert_eq!(
            (&mine["count"], &mine["off_fen"], &mine["own_fen"]),
            (&json!(4), &json!(1_200), &json!(1_200))
        );
        assert_eq!(mei.http.get(report).await.status, 403);

        // As a table: all of it, or of one person; on the trail with how many.
        let export = "/api/v1/bargain/export?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
        assert_eq!(mei.http.get(export).await.status, 403);
        let file = boss.http.get(export).await.expect(200);
        assert_eq!(
            file.to_string()
                .lines()
                .filter(|line| line.contains("小美"))
                .count(),
            4
        );
        assert!(file.to_string().contains("自己做主") && file.to_string().contains("优惠券"));
        // The trail tells what happened in one moment in any order.
        server.home.clock().advance_secs(1);
        let path = format!("{export}&lang=en&person={}", boss.person);
        let file = boss.http.get(&path).await.expect(200).to_string();
        assert!(file.contains("Granted by") && file.contains("coupon") && !file.contains("小美"));
        let owner = server.hire("店主", Role::Owner, None).await;
        let path = "/api/v1/access/audit?act=bargain.export";
        let trail = owner.http.get(path).await.expect(200).json();
        let rows: Vec<Value> = trail["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| serde_json::from_str::<Value>(l["detail"].as_str().unwrap()).unwrap()["rows"].clone())
            .collect();
        assert_eq!(rows, [json!(1), json!(5)]);
        // In the thread it stands where it happened, and the buyer sees nothing of it.
        let inside: Vec<Value> = boss
            .entries(&guest.thread)
            .await
            .into_iter()
            .filter(|e| e["bargain"]["what"] == "conceded")
            .collect();
        assert_eq!(inside.len(), 5);
        assert!(
            guest
                .entries()
                .await
                .iter()
                .all(|e| e["bargain"].is_null() && e["text"] != "老客")
        );
        server.stop().await;
    }
);

both!(
    async fn bargain_02_a_request_is_answered_in_the_desk_and_taken(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let guest = held(&server, &mei, &mut desk).await;
        let wish = json!({ "total_fen": 35_800, "price_fen": 34_000, "reason": "一次买三件" });
        let asked = post(&mei, &guest.thread, "ask", wish.clone())
            .await
            .expect(200)
            .json();
        let request = told(&mut wall, "open").await;
        assert_eq!(
            (request.id.as_str(), request.asked_fen),
            (asked["id"].as_str().unwrap(), 34_000)
        );
        assert_eq!(request.why, "beyond_limit");
        assert_eq!(
            post(&mei, &guest.thread, "ask", wish).await.code(),
            "request_open"
        );
        let open = boss.http.get("/api/v1/bargain/requests").await.expect(200).json();
        assert_eq!(open.as_array().unwrap().len(), 1);
        assert_eq!(mei.http.get("/api/v1/bargain/requests").await.status, 403);

        let path = format!("/api/v1/bargain/requests/{}", request.id);
        let answer = async |desk: &Desk, body: Value| desk.http.post(&format!("{path}/answer"), &body).await;
        assert_eq!(answer(&mei, json!({ "decision": "grant" })).await.status, 403);
        let bad = json!({ "decision": "counter", "price_fen": 33_000 });
        assert_eq!(answer(&boss, bad).await.code(), "bad_price");
        let take = async |form: &str| {
            mei.http
                .post(&format!("{path}/take"), &json!({ "form": form }))
                .await
        };
        assert_eq!(take("price").await.code(), "nothing_granted");
        let counter = json!({ "decision": "counter", "price_fen": 35_000, "note": "最多到350" });
        let _said = answer(&boss, counter).await.expect(200);
        let offered = told(&mut desk, "countered").await;
        assert_eq!(
            (offered.answer_fen, offered.note.as_str()),
            (Some(35_000), "最多到350")
        );
        assert_eq!(
            answer(&boss, json!({ "decision": "refuse" })).await.code(),
            "request_settled"
        );
        let taken = take("price").await.expect(200).json();
        assert_eq!(taken["concession"]["off_fen"], 800);
        assert_eq!(taken["concession"]["authority"], "supervisor");
        assert_eq!(taken["concession"]["approver"], "主管");
        told(&mut wall, "taken").await;
        assert_eq!(take("price").await.code(), "nothing_granted", "once only");
        // What the supervisor grants uses up nothing of the agent's own.
        assert_eq!(board(&mei, &guest.thread).await["used_today"], 0);
        let said: Vec<String> = mei
            .entries(&guest.thread)
            .await
            .iter()
            .filter_map(|e| e["bargain"]["what"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(said, ["asked", "countered", "taken"]);

        // Another one is withdrawn; refused ones can be asked anew.
        let wish = json!({ "total_fen": 35_800, "price_fen": 30_000, "reason": "再问问" });
        let again = post(&mei, &guest.thread, "ask", wish).await.expect(200).json();
        let path = format!("/api/v1/bargain/requests/{}", again["id"].as_str().unwrap());
        assert_eq!(boss.http.send("DELETE", &path, &Value::Null).await.status, 404);
        assert_eq!(
            mei.http
                .send("DELETE", &path, &Value::Null)
                .await
                .expect(200)
                .json()["state"],
            "withdrawn"
        );
        server.stop().await;
    }
);

both!(
    async fn bargain_03_the_ladder_goes_on_where_it_stands(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let guest = held(&server, &mei, &mut desk).await;
        let first = board(&mei, &guest.thread).await;
        assert_eq!(
            (&first["next"], &first["next_wavering"]),
            (&json!("lowest"), &json!("lowest"))
        );
        // The stock has words for every step, the best level first.
        for step in ["lowest", "freight", "apply", "activity", "second", "gift"] {
            let said = post(&mei, &guest.thread, "step", json!({ "step": step }))
                .await
                .expect(200)
                .json();
            assert!(
                said["words"].as_str().is_some_and(|w| w.chars().count() > 8),
                "{step}: {said}"
            );
        }
        let other = held(&server, &mei, &mut desk).await;
        let _said = post(&mei, &other.thread, "step", json!({ "step": "lowest" }))
            .await
            .expect(200);
        let guest = other;
        let second = board(&mei, &guest.thread).await;
        assert_eq!(second["tried"], json!(["lowest"]));
        assert_eq!(
            (&second["next"], &second["next_wavering"]),
            (&json!("freight"), &json!("activity"))
        );
        assert_eq!(
            post(&mei, &guest.thread, "step", json!({ "step": "beg" }))
                .await
                .code(),
            "bad_field"
        );
        server.stop().await;
    }
);
