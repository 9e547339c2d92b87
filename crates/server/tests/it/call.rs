//! Telephone calls through the front door, on both databases: logged, chased, confirmed in the chat, taken out and forgotten.

use serde_json::{Value, json};
use yingke_api::ws::protocol::ServerFrame;
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Reply, TestServer, both};

async fn log(desk: &Desk, body: Value) -> Reply {
    desk.http.post("/api/v1/call/calls", &body).await
}

const RANGE: &str = "from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z";

async fn list(desk: &Desk, more: &str) -> Vec<Value> {
    let path = format!("/api/v1/call/calls?{RANGE}{more}");
    let page = desk.http.get(&path).await.expect(200).json();
    page["calls"].as_array().unwrap().clone()
}

both!(
    async fn channel_05_a_call_is_logged_and_its_promise_confirmed_in_the_chat(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let li = server.hire("小丽", Role::Agent, None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let mut wall = boss.socket().await;
        let guest = server.guest().await;
        guest.socket().await.send(None, "收到少一根").await;
        desk.given(&guest.thread, mei.person).await;
        let good = json!({
            "thread": guest.thread, "direction": "out", "number": "8001", "phone": "138-1234-2207", "secs": 95,
            "outcome": "agreed", "words": "少发一根，已道歉", "agreed": "周五前补发一根", "confirm": true,
        });

        // What cannot be is refused, and says what.
        let with = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        assert_eq!(
            log(&mei, with("agreed", json!(" "))).await.code(),
            "nothing_agreed"
        );
        assert_eq!(
            log(&mei, with("outcome", json!("no_answer"))).await.code(),
            "not_spoken"
        );
        assert_eq!(log(&mei, with("phone", json!("微信"))).await.code(), "bad_phone");
        assert_eq!(
            log(&mei, with("at", json!("2099-01-01T00:00:00Z"))).await.code(),
            "call_ahead"
        );
        assert_eq!(log(&mei, with("secs", json!(-1))).await.code(), "bad_length");
        let nobody = json!({ "shop": "main", "direction": "in", "outcome": "settled" });
        assert_eq!(log(&mei, nobody).await.code(), "call_with_nobody");
        let no_chat = json!({ "shop": "main", "number": "8001", "direction": "in", "outcome": "agreed", "agreed": "x", "confirm": true });
        assert_eq!(log(&mei, no_chat).await.code(), "no_chat");

        // Logged: the number is masked, the supervisor is told, and it waits to be confirmed.
        let logged = log(&mei, good.clone()).await.expect(200).json();
        assert_eq!(logged["phone"], "138****2207");
        assert!(logged["due_at"].is_string() && logged["confirmed_seq"].is_null());
        let told = wall
            .until("the call", |frame| match frame {
                ServerFrame::Call { call } => Some(call.clone()),
                _ => None,
            })
            .await;
        assert_eq!(
            (told.number.as_str(), told.phone.as_str()),
            ("8001", "138****2207")
        );
        let id = logged["id"].as_str().unwrap();
        let open = |desk: &Desk| {
            let http = desk.http.clone();
            async move {
                http.get("/api/v1/call/open")
                    .await
                    .expect(200)
                    .json()
                    .as_array()
                    .unwrap()
                    .len()
            }
        };
        assert_eq!((open(&mei).await, open(&boss).await, open(&li).await), (1, 1, 0));

        // Only a person's later message of this chat confirms it, once.
        let confirm = async |desk: &Desk, seq: i64| {
            let path = format!("/api/v1/call/calls/{id}/confirm");
            desk.http.post(&path, &json!({ "seq": seq })).await
        };
        assert_eq!(confirm(&mei, 1).await.code(), "message_unknown");
        assert_eq!(confirm(&mei, 99).await.code(), "message_unknown");
        let seq = desk.send(Some(&guest.thread), "跟您确认：周五前补发一根").await;
        let done = confirm(&mei, seq).await.expect(200).json();
        assert_eq!(
            (&done["confirmed_seq"], &done["confirmed_by"]),
            (&json!(seq), &json!("小美"))
        );
        assert_eq!(confirm(&mei, seq).await.code(), "call_settled");
        assert_eq!((open(&mei).await, open(&boss).await), (0, 0));
        // The message is taken back: it is to be confirmed again, and is.
        let recall = json!({ "seq": seq });
        let _recalled = mei.act(&guest.thread, "recall", &recall).await.expect(200);
        assert_eq!((open(&mei).await, open(&boss).await), (1, 1));
        assert!(list(&mei, "").await[0]["confirmed_by"].is_null());
        let seq = desk.send(Some(&guest.thread), "跟您确认：周五前补发一根").await;
        let _done = confirm(&mei, seq).await.expect(200);
        assert_eq!((open(&mei).await, open(&boss).await), (0, 0));

        // A colleague does not change it, a supervisor does; another agreement is to be confirmed anew.
        let put = async |desk: &Desk, body: Value| {
            desk.http
                .send("PUT", &format!("/api/v1/call/calls/{id}"), &body)
                .await
        };
        assert_eq!(put(&li, good.clone()).await.code(), "not_own_call");
        assert_eq!(
            put(&boss, good.clone()).await.expect(200).json()["confirmed_seq"],
            seq
        );
        let other = with("agreed", json!("周六前补发一根"));
        assert!(put(&mei, other).await.expect(200).json()["confirmed_seq"].is_null());
        assert_eq!(open(&boss).await, 1);

        // The list: by person, outcome, number, and what is open; a file with the same rows.
        let missed =
            json!({ "shop": "main", "phone": "057188880001", "direction": "in", "outcome": "no_answer" });
        let _missed = log(&li, missed).await.expect(200);
        assert_eq!(list(&mei, "").await.len(), 2);
        assert_eq!(list(&mei, &format!("&person={}", li.person)).await.len(), 1);
        assert_eq!(list(&mei, "&outcome=agreed").await[0]["number"], "8001");
        assert_eq!(list(&mei, "&q=0001").await[0]["phone"], "057*****0001");
        assert_eq!(list(&mei, "&open=true").await.len(), 1);
        let first = mei
            .http
            .get(&format!("/api/v1/call/calls?{RANGE}&limit=1"))
            .await
            .expect(200)
            .json();
        let next = format!("&after={}", first["next"].as_str().unwrap());
        assert_eq!(list(&mei, &next).await.len(), 1);
        let file = boss
            .http
            .get(&format!("/api/v1/call/export?{RANGE}&format=csv"))
            .await
            .expect(200);
        let text = String::from_utf8(file.body.to_vec()).unwrap();
        assert!(
            text.contains("周六前补发一根") && text.contains("138****2207"),
            "{text}"
        );
        let book = boss
            .http
            .get(&format!("/api/v1/call/export?{RANGE}"))
            .await
            .expect(200);
        assert!(book.body.starts_with(b"PK"));
        let wrong = format!("/api/v1/call/export?{RANGE}&format=pdf");
        assert_eq!(boss.http.get(&wrong).await.code(), "bad_format");
        let of_buyer = format!("/api/v1/call/threads/{}", guest.thread);
        assert_eq!(
            mei.http
                .get(&of_buyer)
                .await
                .expect(200)
                .json()
                .as_array()
                .unwrap()
                .len(),
            1
        );

        // What the house holds of the buyer has the call; once the buyer is forgotten, nothing of it is left but that it was.
        let owner = server.hire("店主", Role::Owner, None).await;
        let row = mei.row(&guest.thread).await;
        let buyer = row["buyer"].as_str().unwrap();
        let held = owner
            .http
            .get(&format!("/api/v1/buyer/{buyer}/export"))
            .await
            .expect(200)
            .json();
        assert_eq!(held["calls"][0]["phone"], "13812342207");
        let _closed = mei.act(&guest.thread, "close", &json!({})).await.expect(200);
        let name = json!({ "confirm": row["buyer_name"] });
        let gone = owner
            .http
            .post(&format!("/api/v1/buyer/{buyer}/erase"), &name)
            .await;
        assert!(gone.status < 300, "{}", gone.status);
        let left = list(&mei, "&outcome=agreed").await;
        assert_eq!((&left[0]["agreed"], &left[0]["phone"]), (&json!(""), &json!("")));
        server.stop().await;
    }
);

both!(
    async fn desk_12_evidence_is_taken_out_and_a_report_keeps_its_outcome(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let boss = server.hire("主管", Role::Supervisor, None).await;
        let guest = server.guest().await;
        let seq = guest.socket().await.send(None, "不退钱就给差评").await;
        desk.given(&guest.thread, mei.person).await;
        let of = format!("/api/v1/abuse/threads/{}", guest.thread);
        let evidence = format!("{of}/evidence");
        assert_eq!(boss.http.get(&evidence).await.code(), "nothing_marked");
        let words = json!({ "seq": seq, "sort": "malicious", "reason": "敲诈" });
        let _marked = mei.http.post(&format!("{of}/marks"), &words).await.expect(200);
        assert_eq!(mei.http.get(&evidence).await.status, 403);
        let english = boss.http.get(&format!("{evidence}?lang=en")).await.expect(200);
        assert!(String::from_utf8_lossy(&english.body).contains("taken out:"));
        assert_eq!(
            boss.http.get(&format!("{evidence}?lang=xx")).await.code(),
            "bad_lang"
        );
        let file = boss.http.get(&evidence).await.expect(200);
        assert!(file.body.starts_with(b"PK"));
        // Stored, not packed: the words can be read in it.
        let text = String::from_utf8_lossy(&file.body).into_owned();
        assert!(text.contains("不退钱就给差评") && text.contains("敲诈") && text.contains("case.txt"));
        assert!(text.contains("取出时间：") && text.contains("恶意行为") && !text.contains("malicious"));

        let place = json!({ "place": " " });
        assert_eq!(
            boss.http.post(&format!("{of}/reports"), &place).await.code(),
            "place_missing"
        );
        let place = json!({ "place": "平台", "number": "A-12" });
        assert_eq!(mei.http.post(&format!("{of}/reports"), &place).await.status, 403);
        let made = boss
            .http
            .post(&format!("{of}/reports"), &place)
            .await
            .expect(200)
            .json();
        let path = format!("/api/v1/abuse/reports/{}", made["id"].as_str().unwrap());
        let outcome = json!({ "place": "平台", "number": "A-12", "outcome": "已受理" });
        let _known = boss.http.send("PUT", &path, &outcome).await.expect(200);
        let list = boss.http.get("/api/v1/abuse/reports").await.expect(200).json();
        assert_eq!(
            (&list[0]["outcome"], &list[0]["changed_by"]),
            (&json!("已受理"), &json!("主管"))
        );
        let trail = boss
            .http
            .get("/api/v1/access/audit")
            .await
            .expect(200)
            .json()
            .to_string();
        assert!(trail.contains("abuse.evidence") && trail.contains("abuse.report"));
        server.stop().await;
    }
);
