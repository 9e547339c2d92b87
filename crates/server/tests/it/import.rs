//! A month is imported while people talk: nobody waits for it, and it takes no more room than a slice of it.

use crate::program::Folder;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use yingke_domain::access::Role;
use yingke_testkit::{Desk, Http, Socket, TestServer, block_on, both};

/// So many chat lines, as a platform's month of them: many buyers, some accounts, one thing after the other.
fn month(path: &Path, lines: usize) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    for n in 0..lines {
        let (conversation, step) = (n / 8, n % 8);
        let at = 20_000_000 + n as i64 * 7;
        let (day, second) = (at / 86_400, at % 86_400);
        let at = format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}+08:00",
            1 + day / 28 % 9,
            1 + day % 28,
            second / 3600,
            second / 60 % 60,
            second % 60
        );
        let line = json!({"channel": "taobao", "conversation": format!("c{conversation}"), "buyer": format!("b{}", conversation % 5_000),
            "agent": format!("店铺:{}", conversation % 20), "at": at, "from": if step % 2 == 0 { "buyer" } else { "agent" },
            "text": format!("第{n}句，说的是尺码和发货")});
        writeln!(file, "{line}").unwrap();
    }
}

fn anonymous_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_hundred_thousand_lines_hold_up_nobody_and_take_little_room() {
    let folder = Folder::new();
    let lines = 100_000;
    let file = folder.file("month.jsonl", "");
    month(&file, lines);
    let server = folder.serve();
    let pid = server.pid();
    // Own memory, not the pages of the database file that the kernel maps and takes back.
    let before = anonymous_kib(pid);
    let (told, during, peak) = block_on(async {
        let http = Http::new(server.address());
        let hello = http
            .post("/api/v1/widget/hello", &json!({ "shop": "main" }))
            .await
            .expect(200)
            .json();
        let guest = http.with("x-yingke-guest", hello["token"].as_str().unwrap());
        let mut widget = Socket::open(&guest, "/ws?shop=main").await.unwrap();
        widget.resume(None, 0).await;
        let (folder, over) = (&folder, AtomicBool::new(false));
        let file = &file;
        std::thread::scope(|scope| {
            let import = scope.spawn(|| {
                let told = folder.import("chats", file, 0);
                over.store(true, Ordering::SeqCst);
                told
            });
            let watch = scope.spawn(|| {
                let mut peak = 0;
                while !over.load(Ordering::SeqCst) {
                    peak = peak.max(anonymous_kib(pid));
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                peak
            });
            let chat = async {
                let mut acks = 0u32;
                while !import.is_finished() {
                    let sent = std::time::Instant::now();
                    widget.send(None, &format!("第{acks}句")).await;
                    widget.clear();
                    acks += 1;
                    assert!(
                        sent.elapsed().as_secs() < 10,
                        "a message waited {:?} for the import",
                        sent.elapsed()
                    );
                    // As one who types; and below the limit of one guest.
                    tokio::time::sleep(std::time::Duration::from_millis(510)).await;
                }
                acks
            };
            let acks = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(chat));
            (import.join().unwrap(), acks, watch.join().unwrap())
        })
    });
    assert_eq!(
        (told["read"].as_u64(), told["created"].as_u64()),
        (Some(lines as u64), Some(lines as u64))
    );
    assert_eq!(told["conversations"], lines as u64 / 8);
    assert!(
        during > 3,
        "{during} messages were acknowledged before the import was done"
    );
    assert!(peak < before + 128 * 1024, "from {before} to {peak} KiB");
    assert_eq!(server.stop().0, 0);
}

both!(
    async fn an_answer_overtakes_an_import(bed: Bed) {
        let server = TestServer::start(&bed).await;
        let (mei, mut desk): (Desk, Socket) = server.agent("小美", None).await;
        let guest = server.guest().await;
        let mut widget = guest.socket().await;
        widget.send(None, "在吗").await;
        desk.given(&guest.thread, mei.person).await;
        desk.resume(Some(&guest.thread), 0).await;
        let path = bed.folder().join("month.jsonl");
        month(&path, 6_000);
        let house = server.home.house.clone();
        let import = tokio::spawn(async move {
            let file = std::fs::File::open(path).unwrap();
            let options = yingke_app::intake::ChatImport::default();
            yingke_app::intake::import_chats(&house, "month.jsonl", file, &options)
                .await
                .unwrap()
        });
        let mut answered = 0;
        while !import.is_finished() {
            desk.send(Some(&guest.thread), &format!("答{answered}")).await;
            widget.entry(&format!("答{answered}")).await;
            answered += 1;
        }
        assert!(
            answered > 3,
            "{answered} answers were seen before the import was done"
        );
        assert_eq!(import.await.unwrap().created, 6_000);
        // The figures know of both.
        let boss = server.hire("店长", Role::Supervisor, None).await;
        let path = "/api/v1/metric/performance?from=2026-01-01&to=2026-12-31&by=shop";
        let row = boss.http.get(path).await.expect(200).json()[0].clone();
        assert_eq!(row["seller_msg_num"], 3_000 + answered);
        assert_eq!(row["buyer_msg_num"], 3_001);
        server.stop().await;
    }
);
