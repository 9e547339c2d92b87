//! Suggested answers through the front door, on both databases: from the stock, from what was sent before, and never what was forgotten.

use serde_json::{Value, json};
use std::time::Duration;
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Socket, TestServer, both};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn ask(desk: &Desk, thread: &str) -> Value {
    let path = format!("/api/v1/suggest/threads/{thread}");
    desk.http.get(&path).await.expect(200).json()
}

fn texts(suggested: &Value) -> Vec<&str> {
    suggested["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| text(&a["text"]))
        .collect()
}

/// Asks until learning, which goes on beside, has come so far.
async fn until(desk: &Desk, thread: &str, what: &str, done: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let suggested = ask(desk, thread).await;
        if done(&suggested) {
            return suggested;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not come: {:#}", ask(desk, thread).await);
}

/// A guest asks and is given to somebody who answers. Gives the thread.
async fn talk(server: &TestServer, desk: &Desk, socket: &mut Socket, words: &str, answer: &str) -> String {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    let _ = widget.send(None, words).await;
    socket.given(&guest.thread, desk.person).await;
    let _ = socket.send(Some(&guest.thread), answer).await;
    guest.thread.clone()
}

both!(
    async fn r_desk_06_an_open_question_is_answered_from_the_stock_and_a_closed_one_is_not(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let _ = widget.send(None, "在吗").await;
        let seq = widget.send(None, "邮费谁出呀").await;
        desk.given(&guest.thread, mei.person).await;

        let found = ask(&mei, &guest.thread).await;
        assert_eq!(found["seq"], json!(seq));
        assert!(
            found["about"].as_array().unwrap().contains(&json!("邮费")),
            "{found}"
        );
        let answers = found["answers"].as_array().unwrap();
        assert!((1..=5).contains(&answers.len()), "{found:#}");
        // The best one is about freight although it says it in other words, and shows where.
        let best = answers
            .iter()
            .find(|a| text(&a["text"]).contains("运费") || text(&a["text"]).contains("包邮"));
        let best = best.unwrap_or_else(|| panic!("nothing about freight: {found:#}"));
        assert_eq!(best["kind"], "phrase");
        assert_eq!(best["set"], "team");
        assert!(!best["why"].as_array().unwrap().is_empty());
        assert!((1..=3).contains(&best["level"].as_i64().unwrap()));
        for answer in answers {
            // R-PHRASE-07: what has no value here stays a hole that is told.
            let holes = answer["missing"].as_array().unwrap().len();
            assert_eq!(text(&answer["text"]).matches('{').count(), holes, "{answer}");
        }

        // Taking it is a use of the phrase.
        let sent = desk.send(Some(&guest.thread), text(&best["text"])).await;
        let path = format!("/api/v1/phrase/phrases/{}/use", text(&best["phrase"]));
        let body = json!({ "thread": guest.thread, "seq": sent });
        assert_eq!(
            mei.http.post(&path, &body).await.expect(200).json()["counted"],
            true
        );
        let after = ask(&mei, &guest.thread).await;
        assert_eq!((&after["seq"], &after["answers"]), (&Value::Null, &json!([])));

        let path = format!("/api/v1/suggest/threads/{}", guest.thread);
        assert_eq!(server.http().get(&path).await.status, 401);
        assert_eq!(guest.http.get(&path).await.status, 401);
        server.stop().await;
    }
);

both!(
    async fn what_went_to_several_buyers_is_offered_and_forgotten_with_them(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let owner = server.hire("掌柜", Role::Owner, None).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let answer = "橘猫徽章是限量的，一人一枚";
        let private = "橘猫徽章的快递单号是773012345678901";
        let first = talk(&server, &mei, &mut desk, "橘猫徽章能买几枚", answer).await;
        let _ = talk(&server, &mei, &mut desk, "橘猫徽章可以多买吗", answer).await;
        let _ = talk(&server, &mei, &mut desk, "橘猫徽章怎么寄", private).await;
        let _ = talk(&server, &mei, &mut desk, "橘猫徽章寄了吗", private).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let _ = widget.send(None, "橘猫徽章最多买几枚").await;
        desk.given(&guest.thread, mei.person).await;

        let found = until(&mei, &guest.thread, "the earlier answer", |found| {
            texts(found).contains(&answer)
        })
        .await;
        let learnt = found["answers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|a| a["text"] == answer)
            .unwrap();
        assert_eq!(
            (&learnt["kind"], &learnt["phrase"]),
            (&json!("answer"), &Value::Null)
        );
        assert!(
            !texts(&found).contains(&private),
            "a number is somebody's: {found:#}"
        );

        // One of the two is forgotten: then it went to one buyer only.
        let _ = mei.act(&first, "close", &json!({})).await;
        let row = mei.row(&first).await;
        let path = format!("/api/v1/buyer/{}/erase", text(&row["buyer"]));
        let confirm = json!({ "confirm": row["buyer_name"] });
        let _ = owner.http.post(&path, &confirm).await.expect(204);
        assert!(
            !texts(&ask(&mei, &guest.thread).await).contains(&answer),
            "forgotten at once"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(
            !texts(&ask(&mei, &guest.thread).await).contains(&answer),
            "and for good"
        );
        server.stop().await;
    }
);

both!(
    async fn r_speech_16_nothing_is_offered_that_is_not_so_of_this_buyer_or_names_a_colleague(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk) = server.agent("小美", None).await;
        let _ = server.hire("谷雨", Role::Agent, None).await;
        let open = "橘猫徽章是限量的，一人一枚";
        let named = "橘猫徽章找谷雨登记，一人一枚";
        for answer in [open, named] {
            for question in ["橘猫徽章能买几枚", "橘猫徽章可以多买吗"] {
                let _ = talk(&server, &mei, &mut desk, question, answer).await;
            }
        }
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let _ = widget.send(None, "橘猫徽章最多买几枚").await;
        desk.given(&guest.thread, mei.person).await;
        let found = until(&mei, &guest.thread, "the earlier answer", |found| {
            texts(found).contains(&open)
        })
        .await;
        assert!(!texts(&found).contains(&named), "{found:#}");

        // Nobody knows which goods are meant: "in stock" is looked at before it is sent.
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let _ = widget.send(None, "我要的颜色有货吗").await;
        desk.given(&guest.thread, mei.person).await;
        let found = ask(&mei, &guest.thread).await;
        let says_so =
            |a: &&Value| text(&a["text"]).contains("有货的") || text(&a["text"]).contains("都有现货");
        let answers = found["answers"].as_array().unwrap();
        assert!(answers.iter().any(|a| says_so(&a)), "{found:#}");
        for answer in answers.iter().filter(says_so) {
            assert_eq!(answer["unproved"], json!(["stock"]), "{answer}");
        }

        // A new buyer has bought nothing here before.
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        let _ = widget.send(None, "上次买更便宜，能便宜点吗").await;
        desk.given(&guest.thread, mei.person).await;
        let found = ask(&mei, &guest.thread).await;
        assert!(!texts(&found).is_empty());
        assert!(
            !texts(&found).iter().any(|text| text.contains("上次买")),
            "{found:#}"
        );
        server.stop().await;
    }
);
