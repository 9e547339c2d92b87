//! Handing up and passing on, through the front door, on both databases: what is on record, what is found, what the evidence says.

use serde_json::{Value, json};
use yingke_api::ws::protocol::{IncidentRow, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Bed, Desk, Guest, Socket, TestServer, both};

/// Nobody is lost and nothing is moved while the clock is set by hand.
fn patient(bed: &mut Bed) {
    bed.change_policy(|policy| {
        policy.presence.lease_secs = 1_000_000;
        policy.presence.ask_secs = 0;
        policy.conversation.idle_close_secs = 1_000_000;
        policy.routing.reassign_secs = 0;
    });
}

async fn told(socket: &mut Socket, what: &str, wanted: impl Fn(&IncidentRow) -> bool) -> IncidentRow {
    socket
        .until(what, |frame| match frame {
            ServerFrame::Incident { incident } if wanted(incident) => Some(incident.clone()),
            _ => None,
        })
        .await
}

async fn bucks(desk: &Desk) -> Vec<Value> {
    let path = "/api/v1/incident/incidents?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&rule=R-DESK-13";
    let page = desk.http.get(path).await.expect(200).json();
    page["incidents"].as_array().unwrap().clone()
}

async fn raised(desk: &Desk) -> Value {
    let path = "/api/v1/escalation/escalations?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    desk.http.get(path).await.expect(200).json()
}

/// A buyer whose question lies open with this agent.
async fn asks(server: &TestServer, desk: &Desk, socket: &mut Socket) -> (Guest, Socket) {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    widget.send(None, "我要退货").await;
    socket.given(&guest.thread, desk.person).await;
    (guest, widget)
}

async fn give(desk: &Desk, guest: &Guest, to: Option<&Desk>, note: &str) {
    let body = json!({ "to": to.map(|d| d.person.to_string()), "note": note });
    let _live = desk.act(&guest.thread, "transfer", &body).await.expect(200);
}

both!(
    async fn r_desk_13_passing_on_without_a_word_is_found_with_its_evidence(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let (guest, mut widget) = asks(&server, &mei, &mut desk).await;
        let (li, mut other) = server.agent("小李", None).await;

        server.home.clock().advance_secs(60);
        give(&mei, &guest, Some(&li), "你来吧").await;
        let one = told(&mut wall, "the buck", |i| i.rule == "R-DESK-13").await;
        assert_eq!(
            (
                one.kind.as_str(),
                one.person_name.as_deref(),
                one.secs,
                one.amount_fen,
                one.running
            ),
            ("pass", Some("小美"), 60, 0, false)
        );
        assert_eq!(one.thread.as_deref(), Some(guest.thread.as_str()));
        // Back to where it came from, quickly: the second, too.
        server.home.clock().advance_secs(5);
        give(&li, &guest, Some(&mei), "").await;
        let two = told(&mut wall, "the second", |i| {
            i.person_name.as_deref() == Some("小李")
        })
        .await;
        assert_eq!((two.rule.as_str(), two.secs, two.tier), ("R-DESK-13", 5, 1));
        let evidence = boss
            .http
            .get(&format!("/api/v1/incident/incidents/{}", one.id))
            .await
            .expect(200)
            .json();
        let steps: Vec<_> = evidence["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| {
                let text = |key: &str| s[key].as_str().unwrap().to_owned();
                (
                    text("by"),
                    text("to"),
                    text("way"),
                    s["held_secs"].as_i64().unwrap(),
                    text("note"),
                )
            })
            .collect();
        let step = |by: &str, to: &str, held, note: &str| {
            (
                by.to_owned(),
                to.to_owned(),
                "peer".to_owned(),
                held,
                note.to_owned(),
            )
        };
        assert_eq!(
            steps,
            [step("小美", "小李", 60, "你来吧"), step("小李", "小美", 5, "")]
        );
        // An agent sees their own; another rule has no such steps.
        assert_eq!(bucks(&mei).await.len(), 1);
        assert_eq!(bucks(&boss).await.len(), 2);
        assert_eq!(raised(&boss).await["escalations"], json!([]));

        // It is decided as anything else.
        let body = json!({ "incidents": [two.id], "decision": "waive", "reason": "系统分错了" });
        let waived = boss
            .http
            .post("/api/v1/incident/decide", &body)
            .await
            .expect(200)
            .json();
        assert_eq!(waived[0]["state"], "waived");

        // The buyer needed no answer after all: nobody passed anything on.
        let _live = mei.act(&guest.thread, "waive", &json!({})).await.expect(200);
        told(&mut wall, "gone", |i| i.id == one.id && !i.stands).await;
        assert_eq!(bucks(&mei).await.len(), 0);

        // After a word it is no buck, nor when the shift ends.
        widget.send(None, "那多久到账").await;
        desk.send(Some(&guest.thread), "三天内").await;
        give(&mei, &guest, Some(&li), "").await;
        widget.send(None, "好").await;
        server.home.clock().advance_secs(60);
        let body = json!({ "note": "下班", "away": false });
        let _given = li
            .http
            .post("/api/v1/presence/hand-over", &body)
            .await
            .expect(200);
        desk.given(&guest.thread, mei.person).await;
        desk.send(Some(&guest.thread), "不客气").await;
        yingke_app::metric::catch_up(&server.home.house).await.unwrap();
        let standing: Vec<_> = bucks(&boss)
            .await
            .into_iter()
            .filter(|i| i["stands"] == json!(true))
            .collect();
        assert_eq!(standing, Vec::<Value>::new());
        drop(other.listen(std::time::Duration::from_millis(1)).await);
        server.stop().await;
    }
);

both!(
    async fn r_desk_13_what_is_handed_up_is_on_record_and_no_buck(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, _widget) = asks(&server, &mei, &mut desk).await;
        let (li, _other) = server.agent("小李", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let _wall = boss.socket().await;
        boss.set_state("online").await;

        // Asked upward in a note, then given to a colleague.
        server.home.clock().advance_secs(30);
        let note = json!({ "text": "超出我的权限", "mentions": [boss.person.to_string()] });
        let _note = mei.act(&guest.thread, "note", &note).await.expect(200);
        server.home.clock().advance_secs(30);
        give(&mei, &guest, Some(&li), "在等主管").await;
        // Who gets it asks for a price, then hands it up whole.
        server.home.clock().advance_secs(30);
        let price = json!({ "total_fen": 100_000, "price_fen": 50_000, "reason": "买家要半价" });
        let path = format!("/api/v1/bargain/threads/{}/ask", guest.thread);
        let _asked = li.http.post(&path, &price).await.expect(200);
        server.home.clock().advance_secs(30);
        give(&li, &guest, Some(&boss), "要退一半").await;
        yingke_app::metric::catch_up(&server.home.house).await.unwrap();
        assert_eq!(bucks(&boss).await, Vec::<Value>::new());

        let page = raised(&boss).await;
        let said: Vec<_> = page["escalations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| {
                let text = |key: &str| e[key].as_str().unwrap_or_default().to_owned();
                (text("person_name"), text("how"), text("to"), text("note"))
            })
            .collect();
        let line = |by: &str, how: &str, to: &str, note: &str| {
            (by.to_owned(), how.to_owned(), to.to_owned(), note.to_owned())
        };
        assert_eq!(
            said,
            [
                line("小李", "transfer", "主管", "要退一半"),
                line("小李", "price", "", "买家要半价"),
                line("小美", "mention", "主管", "超出我的权限")
            ]
        );
        assert_eq!(page["counts"].as_array().unwrap().len(), 3);
        // Whoever does not judge sees what they handed up themselves.
        assert_eq!(raised(&mei).await["escalations"].as_array().unwrap().len(), 1);
        // It stands in the thread, for the house only.
        let entries = mei.entries(&guest.thread).await;
        let up: Vec<_> = entries
            .iter()
            .filter(|e| e["kind"] == "transfer")
            .map(|e| e["up"] == json!(true))
            .collect();
        assert_eq!(up, [false, true]);
        assert!(guest.entries().await.iter().all(|e| e["up"].is_null()));
        // And page by page.
        let path = "/api/v1/escalation/escalations?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=2";
        let first = boss.http.get(path).await.expect(200).json();
        let after = first["next"].as_str().unwrap();
        let rest = boss
            .http
            .get(&format!("{path}&after={after}"))
            .await
            .expect(200)
            .json();
        assert_eq!(rest["escalations"].as_array().unwrap().len(), 1);
        assert!(rest["next"].is_null());
        server.stop().await;
    }
);
