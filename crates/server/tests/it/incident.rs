//! The clock at work, through the front door, on both databases: what is found, who is told, who decides; answers that were
//! put off; desks that nobody touches.

use serde_json::{Value, json};
use yingke_api::ws::protocol::{IncidentRow, ServerFrame};
use yingke_domain::access::Role;
use yingke_testkit::{Bed, Desk, Guest, Socket, TestServer, both, eventually};

/// Nobody is lost while the clock is moved by hand.
fn patient(bed: &mut Bed, ask_secs: i64) {
    bed.change_policy(|policy| {
        policy.presence.lease_secs = 1_000_000;
        policy.presence.ask_secs = ask_secs;
        policy.conversation.idle_close_secs = 1_000_000;
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

async fn found(desk: &Desk, more: &str) -> Value {
    let path = format!("/api/v1/incident/incidents?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z{more}");
    desk.http.get(&path).await.expect(200).json()
}

fn all(page: &Value) -> &Vec<Value> {
    page["incidents"].as_array().unwrap()
}

/// A conversation that this agent holds, without a question open.
async fn held(server: &TestServer, desk: &Desk, socket: &mut Socket) -> (Guest, Socket) {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    widget.send(None, "在吗").await;
    socket.given(&guest.thread, desk.person).await;
    socket.send(Some(&guest.thread), "在的，您说").await;
    (guest, widget)
}

/// The buyer asks, the agent answers so much later.
async fn wait(server: &TestServer, guest: &Guest, widget: &mut Socket, socket: &mut Socket, secs: i64) {
    server.home.clock().advance_secs(60);
    widget.send(None, "还有货吗").await;
    server.home.clock().advance_secs(secs);
    socket.send(Some(&guest.thread), "有的").await;
}

async fn decide(desk: &Desk, id: &str, decision: &str, reason: &str) -> yingke_testkit::Reply {
    let body = json!({ "incidents": [id], "decision": decision, "reason": reason });
    desk.http.post("/api/v1/incident/decide", &body).await
}

both!(
    async fn resp_03_slow_answers_are_counted_and_the_fourth_of_a_month_costs(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed, 0);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let li = server.hire("小李", Role::Agent, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let (guest, mut widget) = held(&server, &mei, &mut desk).await;

        // In time: nothing.
        wait(&server, &guest, &mut widget, &mut desk, 120).await;
        for _ in 0..3 {
            wait(&server, &guest, &mut widget, &mut desk, 121).await;
            let one = told(&mut wall, "a slow answer", |i| i.rule == "R-RESP-03").await;
            assert_eq!(
                (one.kind.as_str(), one.secs, one.amount_fen, one.state.as_str()),
                ("turn", 121, 0, "proposed")
            );
            assert_eq!(one.person_name.as_deref(), Some("小美"));
            assert_eq!(one.thread.as_deref(), Some(guest.thread.as_str()));
        }
        assert_eq!(all(&found(&boss, "").await).len(), 3);
        wait(&server, &guest, &mut widget, &mut desk, 121).await;
        let month = told(&mut wall, "the month's fine", |i| i.kind == "month").await;
        assert_eq!((month.secs, month.amount_fen), (4, 5_000));
        let evidence = boss
            .http
            .get(&format!("/api/v1/incident/incidents/{}", month.id))
            .await
            .expect(200)
            .json();
        assert_eq!(evidence["parts"].as_array().unwrap().len(), 4);

        // The agent sees her own and decides nothing; a colleague sees nothing.
        assert_eq!(all(&found(&mei, "").await).len(), 5);
        assert!(all(&found(&li, "").await).is_empty());
        let slow = evidence["parts"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(decide(&mei, &slow, "confirm", "").await.status, 403);
        assert_eq!(
            li.http
                .get(&format!("/api/v1/incident/incidents/{slow}"))
                .await
                .status,
            404
        );

        // One of them counts for nothing: three are left, and the fine is gone.
        assert_eq!(decide(&boss, &slow, "waive", " ").await.code(), "reason_missing");
        let _waived = decide(&boss, &slow, "waive", "当时系统慢").await.expect(200);
        told(&mut wall, "the fine taken back", |i| {
            i.kind == "month" && !i.stands
        })
        .await;
        // Decided again: the trail of decisions is whole.
        server.home.clock().advance_secs(1);
        let _confirmed = decide(&boss, &slow, "confirm", "").await.expect(200);
        server.home.clock().advance_secs(1);
        let _waived = decide(&boss, &slow, "waive", "还是系统慢").await.expect(200);
        let path = format!("/api/v1/incident/incidents/{slow}");
        let evidence = boss.http.get(&path).await.expect(200).json();
        let said: Vec<_> = evidence["decisions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| {
                (
                    d["act"].as_str().unwrap(),
                    d["by"].as_str().unwrap(),
                    d["words"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("waive", "主管", "当时系统慢"),
                ("confirm", "主管", ""),
                ("waive", "主管", "还是系统慢")
            ]
        );
        let left = found(&boss, "&state=proposed").await;
        assert!(all(&left).iter().all(|i| i["kind"] == "turn"), "{left}");
        assert_eq!(all(&left).len(), 3);
        server.stop().await;
    }
);

both!(
    async fn resp_04_a_long_wait_rises_while_it_runs_and_is_decided_when_it_is_over(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed, 0);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let (guest, mut widget) = held(&server, &mei, &mut desk).await;
        server.home.clock().advance_secs(60);
        widget.send(None, "什么时候发货").await;

        server.home.clock().advance_secs(121);
        let slow = told(&mut wall, "slow", |i| i.rule == "R-RESP-03").await;
        assert!(slow.running);
        server.home.clock().advance_secs(1_801 - 121);
        let grave = told(&mut wall, "30 minutes", |i| i.rule == "R-RESP-04").await;
        assert_eq!(
            (grave.id.as_str(), grave.tier, grave.amount_fen),
            (slow.id.as_str(), 1, 10_000)
        );
        assert_eq!(
            decide(&boss, &grave.id, "confirm", "").await.code(),
            "incident_running"
        );
        server.home.clock().advance_secs(7_201 - 1_801);
        let worst = told(&mut desk, "two hours, told to the agent too", |i| i.tier == 2).await;
        assert_eq!((worst.id.as_str(), worst.amount_fen), (slow.id.as_str(), 20_000));

        server.home.clock().advance_secs(9);
        desk.send(Some(&guest.thread), "今天发").await;
        let over = told(&mut wall, "the wait is over", |i| !i.running && i.tier == 2).await;
        assert_eq!(over.secs, 7_210);
        assert_eq!(
            decide(&boss, &over.id, "confirm", "").await.expect(200).json()[0]["state"],
            "confirmed"
        );
        assert_eq!(
            decide(&boss, &over.id, "confirm", "").await.code(),
            "incident_decided"
        );

        // The agent disagrees, the supervisor looks again.
        server.home.clock().advance_secs(1);
        let appeal = format!("/api/v1/incident/incidents/{}/appeal", over.id);
        let words = json!({ "words": "我在打电话给仓库" });
        // Two hours without an act are idle hanging, too: of one span only one costs.
        let idle = all(&found(&boss, "&rule=R-RESP-06").await)[0]["id"].clone();
        assert_eq!(
            all(&found(&boss, "&rule=R-RESP-04").await)[0]["absorbed_by"],
            idle
        );
        assert_eq!(
            boss.http.post(&appeal, &words).await.status,
            404,
            "it is not about them"
        );
        let appealed = mei.http.post(&appeal, &words).await.expect(200).json();
        assert_eq!(
            (&appealed["state"], &appealed["appeal"]),
            (&json!("appealed"), &words["words"])
        );
        server.home.clock().advance_secs(1);
        let waived = decide(&boss, &over.id, "waive", "有通话记录")
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&waived[0]["state"], &waived[0]["decided_by"]),
            (&json!("waived"), &json!("主管"))
        );
        let counts = found(&boss, "").await["counts"].clone();
        let count = |rule: &str, state: &str| json!({ "rule": rule, "state": state, "count": 1, "amount_fen": 20_000 });
        assert_eq!(
            counts,
            json!([count("R-RESP-04", "waived"), count("R-RESP-06", "proposed")])
        );
        let trail = boss
            .http
            .get("/api/v1/access/audit?act=incident.")
            .await
            .expect(200)
            .json();
        let acts: Vec<&str> = trail["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["act"].as_str().unwrap())
            .collect();
        assert_eq!(acts, ["incident.waive", "incident.appeal", "incident.confirm"]);
        server.stop().await;
    }
);

both!(
    async fn resp_07_a_conversation_that_closes_unanswered_is_found_and_a_waived_one_is_not(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed, 0);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let (one, two) = (server.guest().await, server.guest().await);
        let (mut first, mut second) = (one.socket().await, two.socket().await);
        first.send(None, "在吗").await;
        desk.given(&one.thread, mei.person).await;
        second.send(None, "谢谢").await;
        desk.given(&two.thread, mei.person).await;
        let _waived = mei.act(&two.thread, "waive", &json!({})).await.expect(200);
        let _closed = mei.act(&two.thread, "close", &json!({})).await.expect(200);
        let _closed = mei.act(&one.thread, "close", &json!({})).await.expect(200);
        let left = told(&mut wall, "an unanswered conversation", |i| i.rule == "R-RESP-07").await;
        assert_eq!(left.thread.as_deref(), Some(one.thread.as_str()));
        assert_eq!(
            (left.kind.as_str(), left.person_name.as_deref()),
            ("conversation", Some("小美"))
        );
        assert_eq!(all(&found(&boss, "").await).len(), 1);

        // The close is taken back: nothing of it was ever so, and nobody had decided.
        let _back = mei.act(&one.thread, "reopen", &json!({})).await.expect(200);
        told(&mut wall, "taken back", |i| i.rule == "R-RESP-07" && !i.stands).await;
        assert!(all(&found(&boss, "").await).is_empty());
        server.stop().await;
    }
);

both!(
    async fn desk_08_an_answer_put_off_is_owed_until_it_is_given(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let (guest, mut widget) = held(&server, &mei, &mut desk).await;
        widget.send(None, "还有货吗").await;
        let promised = async || mei.row(&guest.thread).await["live"]["promised_since"].clone();
        assert!(promised().await.is_null());
        let seq = desk.send(Some(&guest.thread), "稍等，我问下仓库").await;
        let since = promised().await;
        assert_eq!(since, json!(server.home.house.now().to_string()));
        assert_eq!(mei.row(&guest.thread).await["live"]["promised_seq"], json!(seq));
        // Asking for patience again moves nothing, nor does another question.
        server.home.clock().advance_secs(30);
        desk.send(Some(&guest.thread), "您再等一下哦").await;
        widget.send(None, "好的").await;
        assert_eq!(promised().await, since);
        desk.send(Some(&guest.thread), "有货的，今天发").await;
        assert!(promised().await.is_null());

        // Taken back, it was never said; and a close ends it.
        let seq = desk.send(Some(&guest.thread), "稍等").await;
        let _recalled = mei
            .act(&guest.thread, "recall", &json!({ "seq": seq }))
            .await
            .expect(200);
        assert!(promised().await.is_null());
        desk.send(Some(&guest.thread), "稍等").await;
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        assert!(promised().await.is_null());
        server.stop().await;
    }
);

both!(
    async fn resp_06_a_desk_that_nobody_touches_is_asked_and_then_set_away(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed, 900);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let asked = |frame: &ServerFrame| match frame {
            ServerFrame::StillThere { until } => Some(until.is_some()),
            _ => None,
        };
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let own = mei.person.to_string();
        let shown = |frame: &ServerFrame, is_asked: bool| match frame {
            ServerFrame::Presence { person, .. }
                if person.person == own && person.asked_at.is_some() == is_asked =>
            {
                Some(person.shops.clone())
            }
            _ => None,
        };
        server.home.clock().advance_secs(900);
        assert!(desk.until("the question", asked).await);
        // Whoever watches the team sees that they are asked, and that they answered.
        let shops = wall.until("who is asked", |frame| shown(frame, true)).await;
        assert_eq!(shops, ["main"]);
        desk.say(&yingke_api::ws::protocol::ClientFrame::Active).await;
        assert!(!desk.until("that it is settled", asked).await);
        let _ = wall.until("who answered", |frame| shown(frame, false)).await;

        // A buyer who waits is no reason to be sent away.
        let guest = server.guest().await;
        guest.socket().await.send(None, "在吗").await;
        desk.given(&guest.thread, mei.person).await;
        server.home.clock().advance_secs(2_000);
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        assert_eq!(
            yingke_app::presence::state_of(&server.home.house, mei.person).as_str(),
            "online"
        );
        desk.send(Some(&guest.thread), "在的").await;

        server.home.clock().advance_secs(900);
        assert!(desk.until("the question", asked).await);
        server.home.clock().advance_secs(60);
        assert!(!desk.until("that it is settled", asked).await);
        eventually("away", async || {
            yingke_app::presence::state_of(&server.home.house, mei.person).as_str() == "away"
        })
        .await;
        server.stop().await;
    }
);

both!(
    async fn resp_06_two_hours_online_without_an_act_are_found(bed: Bed) {
        let mut bed = bed;
        patient(&mut bed, 0);
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        server.home.clock().advance_secs(7_199);
        tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
        assert!(all(&found(&boss, "").await).is_empty());
        server.home.clock().advance_secs(1);
        let idle = told(&mut wall, "idle hanging", |i| i.rule == "R-RESP-06").await;
        assert_eq!((idle.running, idle.amount_fen, idle.secs), (true, 20_000, 7_200));
        server.home.clock().advance_secs(400);
        desk.say(&yingke_api::ws::protocol::ClientFrame::Active).await;
        let over = told(&mut wall, "its end", |i| i.rule == "R-RESP-06" && !i.running).await;
        assert_eq!((over.id, over.secs), (idle.id, 7_600));
        assert_eq!(all(&found(&mei, "&rule=R-RESP-06").await).len(), 1);
        server.stop().await;
    }
);
