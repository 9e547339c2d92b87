//! The page of figures over HTTP, and its files, on both databases.

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use std::io::Cursor;
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Guest, Socket, TestServer, both};

const DAYS: &str = "from=2026-10-02&to=2026-10-03";

/// A conversation that this agent holds and follows.
async fn held(server: &TestServer, desk: &Desk, socket: &mut Socket, words: &str) -> (Guest, Socket) {
    let guest = server.guest().await;
    let mut widget = guest.socket().await;
    widget.send(None, words).await;
    socket.given(&guest.thread, desk.person).await;
    socket.resume(Some(&guest.thread), 0).await;
    widget.served().await;
    (guest, widget)
}

async fn page(desk: &Desk, words: &str) -> Value {
    let path = format!("/api/v1/metric/sheet?{DAYS}&days=service_num,reply_rate,reply_avg{words}");
    desk.http.get(&path).await.expect(200).json()
}

fn of<'a>(page: &'a Value, agent: &str) -> &'a Value {
    let rows = page["rows"].as_array().unwrap();
    rows.iter().find(|row| row["row"]["agent"] == agent).unwrap()
}

both!(
    async fn a_row_has_its_days_and_what_is_late_its_part_so_far(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let mei = server
            .home
            .person("小美", Role::Agent, Some("售前"), None)
            .await
            .person;
        let mei = server.sign_in(mei, "小美").await;
        let mut mei_desk = mei.socket().await;
        mei.set_state("online").await;
        let (first, _a) = held(&server, &mei, &mut mei_desk, "在吗").await;
        bed.clock().advance_secs(8);
        mei_desk.send(Some(&first.thread), "在的").await;
        let (_open, _b) = held(&server, &mei, &mut mei_desk, "有货吗").await;
        let boss = server.hire("店长", Role::Supervisor, None).await;

        let all = page(&boss, "").await;
        assert_eq!(all["days"], json!(["2026-10-02", "2026-10-03"]));
        let row = of(&all, "小美");
        assert_eq!(
            (&row["row"]["service_num"], &row["row"]["reply_rate"]),
            (&json!(2), &Value::Null)
        );
        // Of the two buyers one is decided, and was answered.
        assert_eq!(
            row["so_far"],
            json!({ "no_reply_num": 0, "unanswered_turn_num": 0, "reply_rate": 1.0 })
        );
        assert_eq!(
            row["days"],
            json!({ "service_num": [0, 2], "reply_rate": [null, 1.0], "reply_avg": [null, 8.0] })
        );
        assert_eq!(all["team"]["row"]["consult_num"], 2);
        assert_eq!(all["team"]["days"]["service_num"], json!([0, 2]));
        let hours = all["hours"].as_array().unwrap();
        assert!(
            hours
                .iter()
                .all(|row| row["date"] == "2026-10-03" && row["hour"].is_number())
        );

        // The line's page is that of its people; of another line there is nothing.
        let line = page(&boss, "&line=%E5%94%AE%E5%89%8D").await;
        assert_eq!(line["rows"], all["rows"]);
        let none = page(&boss, "&line=%E5%94%AE%E5%90%8E").await;
        assert_eq!((&none["rows"], &none["team"]), (&json!([]), &Value::Null));
        for (words, code) in [
            ("&days=", "bad_figure"),
            ("&by=moon", "bad_by"),
            ("&shop=nowhere", "not_found"),
        ] {
            let path = format!(
                "/api/v1/metric/sheet?{DAYS}{}",
                words.replace("&days=", "&days=moon")
            );
            let reply = boss.http.get(&path).await;
            assert_eq!(reply.code(), code, "{words}");
        }
        let turned = "/api/v1/metric/sheet?from=2026-10-03&to=2026-10-02";
        assert_eq!(boss.http.get(turned).await.expect(400).code(), "bad_range");
        server.stop().await;
    }
);

both!(
    async fn files_have_numbers_and_words_for_what_is_late(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut mei_desk) = server.agent("小美", None).await;
        let (first, _a) = held(&server, &mei, &mut mei_desk, "在吗").await;
        bed.clock().advance_secs(8);
        mei_desk.send(Some(&first.thread), "在的").await;
        let (_open, _b) = held(&server, &mei, &mut mei_desk, "有货吗").await;
        let boss = server.hire("店长", Role::Supervisor, None).await;
        let path = format!("/api/v1/metric/export?{DAYS}&by=agent");
        let file = boss.http.get(&path).await.expect(200);
        assert!(
            file.header("content-disposition")
                .unwrap()
                .contains("2026-10-03.xlsx")
        );
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.body)).unwrap();
        assert_eq!(book.sheet_names(), ["绩效", "口径"]);
        let sheet = book.worksheet_range("绩效").unwrap();
        let rows: Vec<_> = sheet.rows().collect();
        let cell = |head: &str| {
            let at = rows[0]
                .iter()
                .position(|cell| *cell == Data::String(head.to_owned()));
            rows[1][at.unwrap()].clone()
        };
        assert_eq!(cell("客服"), Data::String("小美".to_owned()));
        assert_eq!(cell("接待"), Data::Float(2.0));
        assert_eq!(cell("平均响应"), Data::Float(8.0));
        assert_eq!(cell("回复率"), Data::String("未定".to_owned()));
        let meanings = book.worksheet_range("口径").unwrap();
        assert!(meanings.height() > 30, "each figure says what it is");

        let path = format!("{path}&format=csv&lang=en");
        let csv = boss.http.get(&path).await.expect(200);
        let text = String::from_utf8(csv.body).unwrap();
        assert!(text.starts_with("\u{FEFF}Agent,"), "{text}");
        assert!(text.lines().nth(1).unwrap().starts_with("小美,"), "{text}");
        // Whoever sees only their own figures takes only these away.
        let (li, _socket) = server.agent("小丽", None).await;
        let own = li.http.get(&path).await.expect(200);
        assert!(!String::from_utf8(own.body).unwrap().contains("小美"));
        for wrong in ["&format=pdf", "&lang=fr"] {
            let path = format!("/api/v1/metric/export?{DAYS}{wrong}");
            assert_eq!(boss.http.get(&path).await.status, 400, "{wrong}");
        }
        server.stop().await;
    }
);
