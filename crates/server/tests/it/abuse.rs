//! Harassing words through the front door, on both databases: marks and what they do to the figures, blocked buyers.

use serde_json::{Value, json};
use yingke_api::ws::protocol::{MarkRow, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Guest, Socket, TestServer, both};

async fn told(socket: &mut Socket, state: &str) -> MarkRow {
    socket
        .until(state, |frame| match frame {
            ServerFrame::Mark { mark } if mark.state == state => Some(mark.clone()),
            _ => None,
        })
        .await
}

async fn mark(desk: &Desk, thread: &str, body: Value) -> yingke_testkit::Reply {
    let path = format!("/api/v1/abuse/threads/{thread}/marks");
    desk.http.post(&path, &body).await
}

async fn decide(desk: &Desk, id: &str, decision: &str, note: &str) -> yingke_testkit::Reply {
    let path = format!("/api/v1/abuse/marks/{id}/decide");
    let body = json!({ "decision": decision, "note": note });
    desk.http.post(&path, &body).await
}

/// Turns, unanswered buyers and buyers who wrote, of the whole shop today.
async fn figures(server: &TestServer, boss: &Desk) -> (i64, i64, i64) {
    yingke_app::metric::catch_up(&server.home.house).await.unwrap();
    let path = "/api/v1/metric/performance?from=2026-10-03&to=2026-10-03&by=shop";
    let rows = boss.http.get(path).await.expect(200).json();
    let figure = |name: &str| rows[0][name].as_i64().unwrap_or(0);
    (
        figure("turn_times"),
        figure("no_reply_num"),
        figure("consult_num"),
    )
}

async fn held(server: &TestServer, desk: &Desk, socket: &mut Socket, text: &str) -> (Guest, i64) {
    let guest = server.guest().await;
    let seq = guest.socket().await.send(None, text).await;
    socket.given(&guest.thread, desk.person).await;
    (guest, seq)
}

both!(
    async fn desk_12_a_mark_counts_only_once_a_supervisor_confirms_it(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let (guest, seq) = held(&server, &mei, &mut desk, "你们都是骗子").await;
        let rude = json!({ "seq": seq, "sort": "harassing", "reason": "骂人" });
        let before = figures(&server, &boss).await;
        assert_eq!(before.0, 1);

        // Only words of the buyer, of a thread of one's own shop.
        let nothing = json!({ "seq": 99, "sort": "harassing" });
        assert_eq!(mark(&mei, &guest.thread, nothing).await.code(), "no_such_entry");
        let done = mark(&mei, &guest.thread, rude.clone()).await.expect(200).json();
        let answer = done["answer"].as_str().unwrap();
        assert!(
            answer.contains("店铺客服"),
            "the stock's one polite answer: {answer}"
        );
        let proposal = told(&mut wall, "open").await;
        assert_eq!((proposal.seq, proposal.person_name.as_str()), (Some(seq), "小美"));
        assert_eq!(
            mark(&mei, &guest.thread, rude.clone()).await.code(),
            "marked_already"
        );

        // A proposal changes no figure and still owes the answer; a refusal neither, and needs a reason.
        assert_eq!(figures(&server, &boss).await, before);
        assert_eq!(mei.row(&guest.thread).await["live"]["owed_seq"], seq);
        let id = proposal.id.as_str();
        assert_eq!(decide(&mei, id, "confirm", "").await.status, 403);
        assert_eq!(decide(&boss, id, "withdraw", "").await.code(), "not_own_mark");
        assert_eq!(decide(&boss, id, "refuse", "").await.code(), "reason_missing");
        let _refused = decide(&boss, id, "refuse", "只是着急").await.expect(200);
        assert_eq!(told(&mut desk, "refused").await.note, "只是着急");
        assert_eq!(decide(&boss, id, "confirm", "").await.code(), "mark_settled");
        assert_eq!(figures(&server, &boss).await, before);

        // Proposed again: the polite answer was given, and once it is confirmed nothing is owed and no turn is left.
        let again = mark(&mei, &guest.thread, rude).await.expect(200).json();
        assert!(again["answer"].is_null() && again["answered_at"].is_string());
        let id = again["mark"]["id"].as_str().unwrap();
        let confirmed = decide(&boss, id, "confirm", "确实").await.expect(200).json();
        assert_eq!(confirmed["state"], "confirmed");
        let row = mei.row(&guest.thread).await;
        assert_eq!(
            (&row["live"]["owed_seq"], &row["live"]["state"]),
            (&Value::Null, &json!("held"))
        );
        assert_eq!(
            figures(&server, &boss).await,
            (0, 0, before.2),
            "still somebody who wrote"
        );
        let entries = mei.entries(&guest.thread).await;
        let said: Vec<&str> = entries
            .iter()
            .filter_map(|e| e["abuse"]["what"].as_str())
            .collect();
        assert_eq!(said, ["proposed", "refused", "proposed", "confirmed"]);
        let entry = entries.iter().find(|e| e["kind"] == "mark").unwrap();
        assert_eq!(
            (&entry["refers"], &entry["seq"]),
            (&json!(seq), &confirmed["entry"])
        );
        let seen = guest.entries().await;
        assert!(seen.iter().all(|e| e["abuse"].is_null() && e["text"] != "确实"));

        // Taken back by a supervisor, with a reason: it is owed an answer again and counts, as if it had never been confirmed.
        assert_eq!(decide(&mei, id, "revoke", "看错了").await.status, 403);
        assert_eq!(decide(&boss, id, "revoke", " ").await.code(), "reason_missing");
        let back = decide(&boss, id, "revoke", "看错了").await.expect(200).json();
        assert_eq!(
            (&back["state"], &back["note"]),
            (&json!("revoked"), &json!("看错了"))
        );
        assert_eq!(
            decide(&boss, id, "revoke", "再来").await.code(),
            "mark_not_confirmed"
        );
        assert_eq!(figures(&server, &boss).await, before);
        assert_eq!(mei.row(&guest.thread).await["live"]["owed_seq"], seq);
        let entries = mei.entries(&guest.thread).await;
        let last = entries.last().unwrap();
        assert_eq!(
            (&last["kind"], &last["abuse"]["what"], &last["refers"]),
            (&json!("reopen"), &json!("revoked"), &confirmed["entry"])
        );
        // It may be marked again, and confirmed again.
        let rude = json!({ "seq": seq, "sort": "harassing", "reason": "还是骂人" });
        let third = mark(&mei, &guest.thread, rude).await.expect(200).json();
        let id = third["mark"]["id"].as_str().unwrap();
        let _confirmed = decide(&boss, id, "confirm", "").await.expect(200);
        assert_eq!(figures(&server, &boss).await.0, 0);

        // The next question is a turn as any other.
        let next = guest.socket().await.send(None, "在吗").await;
        assert_eq!(figures(&server, &boss).await.0, 1);
        assert_eq!(mei.row(&guest.thread).await["live"]["owed_seq"], next);

        // Nobody decides their own, and what is one's own can be taken back.
        let own = mark(&boss, &guest.thread, json!({ "sort": "irrelevant" }))
            .await
            .expect(200)
            .json();
        let id = own["mark"]["id"].as_str().unwrap();
        assert_eq!(decide(&boss, id, "confirm", "").await.code(), "own_mark");
        let _taken = decide(&boss, id, "withdraw", "").await.expect(200);
        let trail = boss
            .http
            .get("/api/v1/access/audit")
            .await
            .expect(200)
            .json()
            .to_string();
        assert!(trail.contains("abuse.mark") && trail.contains("abuse.decide"));
        server.stop().await;
    }
);

both!(
    async fn desk_12_a_blocked_buyer_is_stored_and_nothing_else(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let (guest, _) = held(&server, &mei, &mut desk, "滚").await;
        let path = format!("/api/v1/abuse/threads/{}/block", guest.thread);
        let block = async |desk: &Desk, body: Value| desk.http.post(&path, &body).await;
        assert_eq!(block(&mei, json!({ "reason": "辱骂" })).await.status, 403);
        assert_eq!(
            block(&boss, json!({ "reason": " " })).await.code(),
            "reason_missing"
        );
        assert_eq!(
            block(&boss, json!({ "reason": "x", "secs": 0 })).await.code(),
            "bad_time"
        );
        let blocked = block(&boss, json!({ "reason": "反复辱骂" }))
            .await
            .expect(200)
            .json();
        assert_eq!(
            block(&boss, json!({ "reason": "再" })).await.code(),
            "blocked_already"
        );
        let row = mei.row(&guest.thread).await;
        assert_eq!(
            (&row["blocked"], &row["live"]["state"]),
            (&json!(true), &json!("closed"))
        );
        let before = figures(&server, &boss).await;

        // Stored, answered by the house calmly, and neither queued, given, owed, unread nor counted.
        let mut socket = guest.socket().await;
        let seq = socket.send(None, "喂").await;
        let calm = socket
            .entry("您的消息已经收到并保存。这个窗口目前不会有人答复，请您谅解。")
            .await;
        assert_eq!(calm.from, "auto");
        server.home.clock().advance_secs(5);
        let row = mei.row(&guest.thread).await;
        assert_eq!(
            (&row["live"]["owed_seq"], &row["live"]["holder"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(
            (&row["live"]["queued_since"], &row["unread"]),
            (&Value::Null, &json!(0))
        );
        let entries = mei.entries(&guest.thread).await;
        let unheard = entries.iter().find(|e| e["seq"] == seq).unwrap();
        assert_eq!(
            (&unheard["unheard"], &unheard["text"]),
            (&json!(true), &json!("喂"))
        );
        assert_eq!(figures(&server, &boss).await, before);
        let again = json!({ "seq": seq, "sort": "harassing" });
        assert_eq!(mark(&boss, &guest.thread, again).await.code(), "no_such_entry");

        // A restart remembers. Lifted, later words wait as anybody's.
        let list = boss.http.get("/api/v1/abuse/blocks").await.expect(200).json();
        assert_eq!(
            (&list[0]["stands"], &list[0]["reason"]),
            (&json!(true), &json!("反复辱骂"))
        );
        let lift = format!("/api/v1/abuse/blocks/{}/lift", blocked["id"].as_str().unwrap());
        assert_eq!(mei.http.post(&lift, &json!({})).await.status, 403);
        let _lifted = boss
            .http
            .post(&lift, &json!({ "note": "道歉了" }))
            .await
            .expect(200);
        assert_eq!(boss.http.post(&lift, &json!({})).await.code(), "not_blocked");
        let heard = socket.send(None, "对不起，想问下尺码").await;
        desk.given(&guest.thread, mei.person).await;
        let row = mei.row(&guest.thread).await;
        assert_eq!(
            (&row["live"]["owed_seq"], &row["unread"]),
            (&json!(heard), &json!(1))
        );
        let after = figures(&server, &boss).await;
        assert_eq!(after.0, before.0 + 1);

        // For a time: it ends by itself.
        let _for_a_minute = block(&boss, json!({ "reason": "又来", "secs": 60 }))
            .await
            .expect(200);
        let _unheard = socket.send(None, "哼").await;
        assert_eq!(mei.row(&guest.thread).await["live"]["owed_seq"], Value::Null);
        server.home.clock().advance_secs(61);
        let heard = socket.send(None, "你好").await;
        assert_eq!(mei.row(&guest.thread).await["live"]["owed_seq"], heard);
        assert_eq!(mei.row(&guest.thread).await["blocked"], Value::Null);
        server.stop().await;
    }
);
