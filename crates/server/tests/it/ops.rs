//! Running it for real: backup and restore by the commands, upgrades, `doctor`, numbers, logs.

use crate::program::{Folder, Server};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use yingke_app::backup::{Schedule, upgrade_by};
use yingke_domain::policy::TimeOfDay;
use yingke_kernel::{Clock, SystemClock};
use yingke_store::migrate::MIGRATIONS;
use yingke_store::{Lane, Store, StoreConfig, args};
use yingke_testkit::{Guest, Http, Socket, TestHouse, block_on, both, eventually, multipart};

fn folders() -> Vec<Folder> {
    [Some(Folder::new()), Folder::postgres()]
        .into_iter()
        .flatten()
        .collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A buyer who greets the house.
async fn guest(server: &Server) -> Guest {
    let http = Http::new(server.address());
    let hello = http
        .post("/api/v1/widget/hello", &json!({ "shop": "main" }))
        .await
        .expect(200)
        .json();
    known(server, &hello)
}

/// The same buyer, as this server knows them.
fn known(server: &Server, hello: &Value) -> Guest {
    let text = |key: &str| hello[key].as_str().unwrap().to_owned();
    Guest {
        http: Http::new(server.address()).with("x-yingke-guest", &text("token")),
        token: text("token"),
        thread: text("thread"),
        name: text("name"),
    }
}

/// A picture of one colour.
fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 30)
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner()
}

fn imported(folder: &Folder) {
    let mut lines = String::new();
    for n in 0..60 {
        for (second, from, text) in [(0, "buyer", "在吗"), (20 + n % 30, "agent", "在的")] {
            let line = json!({"shop": "main", "channel": "taobao", "conversation": format!("c{n}"), "buyer": format!("b{n}"),
                "agent": "店铺:小美", "at": format!("2026-10-03T10:{n:02}:{second:02}+08:00"), "from": from, "text": text});
            lines.push_str(&format!("{line}\n"));
        }
    }
    folder.chats(&lines, 0);
}

const FIGURES: &str = "--from 2026-10-03 --to 2026-10-03 --by shop,agent,hour";

#[test]
fn a_backup_under_load_holds_whatever_was_acknowledged_before() {
    for from in folders() {
        imported(&from);
        let server = from.serve();
        let stop = Arc::new(AtomicBool::new(false));
        let (known_before, guests, archive) = block_on(async {
            let mut guests = Vec::new();
            let mut talks = Vec::new();
            let acked: Arc<std::sync::Mutex<BTreeMap<(String, i64), String>>> = Arc::default();
            for n in 0..3 {
                let guest = guest(&server).await;
                let (stop, acked, mine) = (stop.clone(), acked.clone(), guest.clone());
                talks.push(tokio::spawn(async move {
                    let mut socket = mine.socket().await;
                    for i in 0.. {
                        let text = format!("第 {n}-{i} 句");
                        let seq = socket.send(None, &text).await;
                        acked.lock().unwrap().insert((mine.thread.clone(), seq), text);
                        if stop.load(Ordering::SeqCst) {
                            break;
                        }
                        // Below the limit of a guest.
                        tokio::time::sleep(std::time::Duration::from_millis(120)).await;
                    }
                }));
                guests.push(guest);
            }
            let form = multipart("file", "a.png", "image/png", &picture());
            let sent = guests[0]
                .http
                .request("POST", "/api/v1/conversation/files", Some((&form.0, &form.1)))
                .await;
            assert_eq!(sent.status, 201, "{sent}");
            eventually("everybody talks", || async { acked.lock().unwrap().len() > 12 }).await;
            let before = acked.lock().unwrap().clone();
            let to = from.beside("house.tar");
            let words = ["backup", "--to", &shown(&to), "--format", "json"].map(str::to_owned);
            let done = std::thread::scope(|scope| {
                scope
                    .spawn(|| from.run(&words.each_ref().map(String::as_str)))
                    .join()
                    .unwrap()
            })
            .json(0);
            assert!(
                done[0]["entries"].as_u64().unwrap() >= before.len() as u64 + 120,
                "{done}"
            );
            assert_eq!(done[0]["files"], 1);
            let more = acked.lock().unwrap().len();
            eventually("work goes on", || async { acked.lock().unwrap().len() > more }).await;
            stop.store(true, Ordering::SeqCst);
            for talk in talks {
                talk.await.unwrap();
            }
            (before, guests, to)
        });
        server.stop();
        let figures = from.report(FIGURES);
        assert_eq!(figures[0]["total_reply_times"], 60, "{figures}");
        for to in folders() {
            let done = to.run(&["restore", &shown(&archive), "--format", "json"]).json(0);
            assert_eq!(done[0]["files"], 1);
            assert_eq!(to.report(FIGURES), figures);
            assert_eq!(
                to.run(&["doctor", "--format", "json"]).code,
                1,
                "only a backup is missing"
            );
            let server = to.serve();
            block_on(async {
                for old in &guests {
                    let hello = json!({"token": old.token, "thread": old.thread, "name": old.name});
                    let entries = known(&server, &hello).entries().await;
                    let numbers: Vec<i64> = entries.iter().map(|e| e["seq"].as_i64().unwrap()).collect();
                    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
                    for ((thread, seq), text) in &known_before {
                        if *thread == old.thread {
                            let entry = &entries[*seq as usize - 1];
                            assert_eq!(entry["text"], text.as_str(), "{entry}");
                        }
                    }
                }
            });
            server.stop();
        }
    }
}

#[test]
fn a_backup_of_a_folder_that_no_server_holds_and_only_so_many_are_kept() {
    for folder in folders() {
        if folder.url().is_none() {
            folder.run(&["backup"]).refused(&["no house", "--data"]);
        }
        imported(&folder);
        let to = format!("{}/", shown(&folder.beside("kept")));
        let mut made = Vec::new();
        for _ in 0..3 {
            let done = folder
                .run(&["backup", "--to", &to, "--keep", "2", "--format", "json"])
                .json(0);
            made.push(PathBuf::from(done[0]["file"].as_str().unwrap()));
            // Names tell seconds.
            std::thread::sleep(std::time::Duration::from_millis(1_100));
        }
        assert_eq!(
            made.iter().map(|file| file.exists()).collect::<Vec<_>>(),
            [false, true, true]
        );
        let there = std::fs::read_dir(folder.beside("kept")).unwrap().count();
        assert_eq!(there, 2);
        folder
            .run(&["backup", "--to", &shown(&made[1])])
            .refused(&["exists"]);
    }
}

both!(
    async fn a_daily_backup_is_made_when_its_time_comes(bed: Bed) {
        let home = TestHouse::start(&bed);
        let place = tempfile::tempdir().unwrap();
        let schedule = Schedule {
            at: TimeOfDay::parse("23:30").unwrap(),
            folder: Some(place.path().join("daily")),
            keep: 2,
        };
        let stop = tokio_util::sync::CancellationToken::new();
        let job = tokio::spawn(yingke_app::backup::run(
            home.house.clone(),
            schedule,
            stop.clone(),
        ));
        let count = || async {
            std::fs::read_dir(place.path().join("daily")).map_or(0, |files| {
                files
                    .flatten()
                    .filter(|f| f.path().extension().is_some_and(|e| e == "tar"))
                    .count()
            })
        };
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        assert_eq!(count().await, 0, "not before its time");
        // 10:00 is when the clock begins.
        home.clock().advance_secs(14 * 3_600);
        eventually("the first", || async { count().await == 1 }).await;
        for _ in 0..3 {
            home.clock().advance_secs(24 * 3_600);
            tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        }
        eventually("the oldest is gone", || async { count().await == 2 }).await;
        stop.cancel();
        job.await.unwrap();
        home.stop().await;
    }
);

#[test]
fn a_restore_refuses_what_is_in_use_or_not_empty_and_moves_aside_when_told() {
    for folder in folders() {
        imported(&folder);
        let figures = folder.report(FIGURES);
        let archive = folder.beside("house.tar");
        let _made = folder.run(&["backup", "--to", &shown(&archive)]);
        let restore = |more: &[&str]| folder.run(&[&["restore", &shown(&archive)], more].concat());
        restore(&[]).refused(&["not empty", "--replace"]);
        let server = folder.serve();
        restore(&["--replace"]).refused(&["a server runs", "stop it"]);
        server.kill();
        // A later state, which is not lost.
        folder.chats(
            &format!(
                "{}\n",
                json!({"shop": "main", "channel": "taobao", "conversation": "late", "buyer": "late", "agent": "店铺:小美",
                    "at": "2026-10-03T22:00:00+08:00", "from": "buyer", "text": "后来"})
            ),
            0,
        );
        assert_ne!(folder.report(FIGURES), figures);
        let done = restore(&["--replace", "--format", "json"]).json(0);
        assert_eq!(folder.report(FIGURES), figures);
        let key = if folder.url().is_some() {
            "tables_aside"
        } else {
            "folder_aside"
        };
        let aside = done[0][key].as_str().unwrap();
        if folder.url().is_none() {
            assert!(Path::new(aside).join("yingke.db").exists());
        }
        // A restore that broke off is not mistaken for a house.
        std::fs::create_dir(folder.data().join(".restoring")).unwrap();
        folder
            .run(&["serve", "--listen", "127.0.0.1:0"])
            .refused(&["broke off", "run it again"]);
        let _again = restore(&["--replace", "--format", "json"]).json(0);
        folder.serve().stop();
    }
}

#[test]
fn a_broken_archive_says_where_and_nothing_is_touched() {
    let folder = Folder::new();
    imported(&folder);
    let archive = folder.beside("house.tar");
    let _made = folder.run(&["backup", "--to", &shown(&archive)]);
    let whole = std::fs::read(&archive).unwrap();
    let to = Folder::new();
    let mut flipped = whole.clone();
    let entry = whole
        .windows(20)
        .position(|w| w.starts_with(b"tables/entry/000001."))
        .unwrap();
    flipped[entry + 700] ^= 1;
    let hurt = to.file("flipped.tar", flipped);
    to.run(&["restore", &shown(&hurt)])
        .refused(&["flipped.tar", "tables/entry/000001", "another copy"]);
    let cut = to.file("cut.tar", &whole[..whole.len() / 2]);
    to.run(&["restore", &shown(&cut)])
        .refused(&["cut.tar", "cut off"]);
    to.run(&["restore", "nowhere.tar"]).refused(&["nowhere.tar"]);
    let left: Vec<String> = std::fs::read_dir(to.data())
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.file_name().into_string().unwrap())
        .filter(|name| name != "yingke.db.lock")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// A house as the first version left it.
fn a_house_of_the_first_version(folder: &Folder) {
    std::fs::create_dir(folder.data()).unwrap();
    std::fs::set_permissions(folder.data(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let config = match folder.url() {
        None => StoreConfig::sqlite(folder.data().join("yingke.db")),
        Some(url) => StoreConfig::postgres(url),
    };
    let store = Store::open(config, Arc::new(|_| {})).unwrap();
    yingke_store::migrate::run_list(&store, &MIGRATIONS[..1]).unwrap();
    store
        .write_blocking(Lane::Any, |tx| {
            let shop = yingke_kernel::ShopId::new(SystemClock.now());
            let secret = vec![7_u8; 32];
            tx.exec(
                "INSERT INTO shop (id, code, name, zone, settings, secret, created_at) VALUES ($1, 'old', '老店', 'Asia/Shanghai', '{}', $2, 1)",
                args![shop, &secret],
            )
        })
        .unwrap();
    store.close();
}

#[test]
fn an_upgrade_backs_up_first_and_the_backup_is_good() {
    for folder in folders() {
        a_house_of_the_first_version(&folder);
        let said = folder.run(&["migrate", "--dry-run"]);
        assert!(said.code == 0 && said.out.contains('1'), "{said:?}");
        assert!(!folder.data().join("backups").exists(), "a dry run does nothing");
        let server = folder.serve();
        let (code, log) = server.stop();
        assert_eq!(code, 0);
        let kept: Vec<PathBuf> = std::fs::read_dir(folder.data().join("backups"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        let name = kept[0].file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("before-schema-") && log.contains(name), "{log}");
        assert!(folder.run(&["shop"]).out.contains("老店"));
        // A second start has nothing to do.
        folder.serve().stop();
        assert_eq!(
            std::fs::read_dir(folder.data().join("backups")).unwrap().count(),
            1
        );
        let to = Folder::new();
        let done = to.run(&["restore", &shown(&kept[0]), "--format", "json"]).json(0);
        assert_eq!(
            (&done[0]["schema"], &done[0]["schema_now"]),
            (&json!(1), &json!(MIGRATIONS.len()))
        );
        assert!(to.run(&["shop"]).out.contains("老店"));
    }
}

#[test]
fn an_upgrade_that_fails_leaves_the_house_as_it_was() {
    const BROKEN: &[(&str, &str)] = &[
        MIGRATIONS[0],
        (
            "0002_broken",
            "ALTER TABLE shop ADD COLUMN fine {TEXT}; CREATE NONSENSE;",
        ),
    ];
    for folder in folders() {
        a_house_of_the_first_version(&folder);
        let config = match folder.url() {
            None => StoreConfig::sqlite(folder.data().join("yingke.db")),
            Some(url) => StoreConfig::postgres(url),
        };
        let store = Store::open(config, Arc::new(|_| {})).unwrap();
        let problem = upgrade_by(&store, &folder.data(), &SystemClock, BROKEN).unwrap_err();
        assert_eq!(problem.code, "upgrade_failed");
        assert!(
            problem.detail.contains("0002_broken") && problem.detail.contains("before-schema-"),
            "{problem}"
        );
        let names = store
            .read_blocking(|tx| tx.all("SELECT name FROM shop", &[], |row| row.string(0)))
            .unwrap();
        assert_eq!(names, ["老店"]);
        let status = yingke_store::migrate::status_by(&store, &MIGRATIONS[..1]).unwrap();
        assert_eq!((status.at, status.waiting.len()), (1, 0));
        store.close();
    }
}

fn doctor(folder: &Folder, words: &[&str]) -> (i32, BTreeMap<String, (String, String)>) {
    let done = folder.run(&[&["doctor", "--format", "json"], words].concat());
    let found: Value = serde_json::from_str(&done.out).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let by_check = found
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            (
                text(&f["check"]),
                (
                    text(&f["state"]),
                    format!("{} {}", text(&f["found"]), text(&f["mend"])),
                ),
            )
        })
        .collect();
    (done.code, by_check)
}

#[test]
fn doctor_finds_what_is_wrong_and_says_how_to_mend_it() {
    for folder in folders() {
        let state = |found: &BTreeMap<String, (String, String)>, check: &str| {
            found
                .get(check)
                .unwrap_or_else(|| panic!("no {check} in {found:?}"))
                .clone()
        };
        let (code, found) = doctor(&folder, &[]);
        assert_eq!(code, 1, "{found:?}");
        assert_eq!(state(&found, "folder").0, "warn", "there is none yet");
        let server = folder.serve();
        let _made = folder.run(&["backup"]);
        let (_, found) = doctor(&folder, &["--url", &server.url]);
        for check in [
            "folder",
            "database",
            "schema",
            "sequences",
            "files",
            "backup",
            "policy",
            "settings",
            "proxy",
            "socket",
            "uploads",
            "server",
        ] {
            assert_eq!(state(&found, check).0, "ok", "{check}: {found:?}");
        }
        // A picture whose file is lost.
        block_on(async {
            let guest = guest(&server).await;
            let form = multipart("file", "a.png", "image/png", &picture());
            let _sent = guest
                .http
                .request("POST", "/api/v1/conversation/files", Some((&form.0, &form.1)))
                .await
                .expect(201);
        });
        std::fs::remove_dir_all(folder.data().join("files")).unwrap();
        std::fs::set_permissions(folder.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let (code, found) = doctor(&folder, &[]);
        assert_eq!(code, 2);
        let (lost, words) = state(&found, "files");
        assert!(
            lost == "bad" && words.contains("1 of 1") && words.contains("backup"),
            "{words}"
        );
        let (open, words) = state(&found, "folder");
        assert!(open == "bad" && words.contains("chmod 700"), "{words}");
        server.kill();
        let (code, found) = doctor(&folder, &["--url", "http://127.0.0.1:1"]);
        assert_eq!(code, 2);
        assert_eq!(state(&found, "reach").0, "bad");
        assert!(state(&found, "leftovers").1.contains("killed"));
        let policy = folder.file("policy.toml", "effective = 1\n");
        let (code, found) = doctor(&folder, &["--policy", &shown(&policy)]);
        assert_eq!(code, 2);
        assert!(state(&found, "policy").1.contains("policy.toml"));
        // For reading, it is a line each, and a line for the mending.
        let read = folder.run(&["doctor"]);
        assert!(
            read.out.contains("BAD   files") && read.out.contains("→ copy the folder"),
            "{read:?}"
        );
    }
}

#[test]
fn doctor_names_a_database_that_is_damaged() {
    let folder = Folder::new();
    imported(&folder);
    let file = folder.data().join("yingke.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let end = bytes.len();
    for byte in &mut bytes[end * 2 / 3..end * 2 / 3 + 20_000] {
        *byte ^= 0x5a;
    }
    std::fs::write(&file, bytes).unwrap();
    let (code, found) = doctor(&folder, &[]);
    assert_eq!((code, found["database"].0.as_str()), (2, "bad"), "{found:?}");
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[test]
fn the_numbers_are_those_of_the_house() {
    for folder in folders() {
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let server = folder.serve_with(&["--listen", "127.0.0.1:0", "--metrics", &address], &[]);
        let page = block_on(async {
            let guest = guest(&server).await;
            let mut socket = guest.socket().await;
            for n in 0..3 {
                socket.send(None, &format!("机密-{n}")).await;
            }
            let http = Http::new(address.parse().unwrap());
            eventually("the followers are done", || async {
                let page = http.get("/metrics").await;
                let page = String::from_utf8(page.body).unwrap();
                page.contains("\nyingke_figures_lag_seconds 0\n")
                    && page.contains("\nyingke_search_lag_seconds 0\n")
            })
            .await;
            let page = http.get("/metrics").await.expect(200);
            assert!(page.header("content-type").unwrap().starts_with("text/plain"));
            assert_eq!(
                http.get("/api/v1/access/session").await.status,
                404,
                "nothing else is there"
            );
            String::from_utf8(page.body).unwrap()
        });
        let value = |name: &str| -> f64 {
            let line = page
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
                .unwrap_or_else(|| panic!("no {name} in {page}"));
            line.parse().unwrap()
        };
        assert_eq!(value("yingke_messages_total{from=\"buyer\"}"), 3.0);
        assert_eq!(value("yingke_ack_seconds_count"), 3.0);
        assert_eq!(value("yingke_ack_seconds_bucket{le=\"+Inf\"}"), 3.0);
        assert_eq!(value("yingke_connections{kind=\"widget\"}"), 1.0);
        assert_eq!(value("yingke_buyers_waiting"), 1.0);
        assert_eq!(value("yingke_conversations_open"), 1.0);
        assert!(value("yingke_store_commit_seconds_count") >= 3.0);
        assert!(value("yingke_database_bytes") > 10_000.0);
        assert!(value("process_resident_memory_bytes") > 1_000_000.0);
        assert!(
            !page.contains("yingke_backup_age_seconds"),
            "there is no backup yet"
        );
        assert!(!page.contains("机密"));
        let _made = folder.run(&["backup"]);
        let again = block_on(async { Http::new(address.parse().unwrap()).get("/metrics").await });
        assert!(
            String::from_utf8(again.body)
                .unwrap()
                .contains("\nyingke_backup_age_seconds ")
        );
        server.stop();
    }
    let folder = Folder::new();
    folder
        .run(&["serve", "--listen", "127.0.0.1:0", "--metrics", "0.0.0.0:9464"])
        .refused(&["other machines", "--metrics-open"]);
    folder
        .run(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--backup-at",
            "half past three",
        ])
        .refused(&["--backup-at", "03:30"]);
}

#[test]
fn the_log_is_json_names_the_version_and_holds_nothing_personal() {
    let folder = Folder::new();
    let server = folder.serve_with(
        &["--listen", "127.0.0.1:0", "--log-format", "json"],
        &[("YINGKE_LOG", "debug")],
    );
    let password = "correct horse battery";
    let token = {
        let made = folder.run(&["link"]);
        let (_, rest) = made.out.split_once("/in#").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    let (secrets, id) = block_on(async {
        let http = Http::new(server.address());
        let form = json!({"token": token, "login": "laoban", "name": "王小二", "password": password});
        let signed = http.post("/api/v1/access/link", &form).await.expect(200);
        let session = signed.cookie("yk_session").unwrap();
        let guest = guest(&server).await;
        let mut socket = guest.socket().await;
        socket.send(None, "我的电话是13812345678，住在幸福路9号").await;
        let desk = http.with("cookie", &session);
        let mut seat = Socket::open(&desk, "/ws").await.unwrap();
        seat.send(Some(&guest.thread), "记下了，幸福路9号").await;
        let wrong = json!({"login": "laoban", "password": "wrong password here"});
        let refused = http.post("/api/v1/access/sign-in", &wrong).await;
        assert!(refused.status >= 400);
        let found = desk.get("/api/v1/search?q=%E5%B9%B8%E7%A6%8F%E8%B7%AF").await;
        let id = found.header("x-request-id").unwrap().to_owned();
        let session = session.split_once('=').unwrap().1.to_owned();
        (
            vec![session, guest.token, guest.name, "wrong password here".to_owned()],
            id,
        )
    });
    let (_, log) = server.stop();
    let lines: Vec<Value> = log
        .lines()
        // The link to make the owner's account is for a person, not for the log.
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    assert!(lines.len() > 5, "{log}");
    assert!(
        lines
            .iter()
            .any(|l| l["fields"]["message"] == "starting"
                && l["fields"]["version"] == env!("CARGO_PKG_VERSION"))
    );
    let requests: Vec<&Value> = lines.iter().filter(|l| l["span"]["id"] == id.as_str()).collect();
    assert_eq!(requests.len(), 1, "the answer's id finds its line");
    assert_eq!(requests[0]["fields"]["path"], "/api/v1/search");
    let written: String = log.lines().filter(|line| line.starts_with('{')).collect();
    let words = ["13812345678", "幸福路", "王小二", "laoban", password];
    for secret in words.iter().copied().chain(secrets.iter().map(String::as_str)) {
        assert!(
            !secret.is_empty() && !written.contains(secret),
            "{secret:?} is in the log"
        );
    }
    assert!(!written.contains("%E5"), "nor what was searched for");
}

#[test]
fn a_command_says_what_it_was_given_instead() {
    let folder = Folder::new();
    let chats = folder.file(
        "chats.jsonl",
        format!(
            "{}\n",
            json!({"shop": "main", "channel": "taobao", "conversation": "c", "buyer": "b", "agent": null,
                "at": "2026-10-03T10:00:00+08:00", "from": "buyer", "text": "在吗"})
        ),
    );
    folder
        .run(&["import", "orders", &shown(&chats)])
        .refused(&["chat file", "yingke import chats"]);
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sheets/tests/files/order-report-7.csv");
    folder
        .run(&["import", "chats", &shown(&orders)])
        .refused(&["order list", "yingke import orders"]);
    let said = folder.run(&[
        "report",
        "performance",
        "--from",
        "2026-13-01",
        "--to",
        "2026-10-03",
    ]);
    said.refused(&["--from takes a day that exists, like 2026-10-03, not \"2026-13-01\"\n"]);
    let policy = folder.file("policy.toml", "this is no policy");
    let said = folder.run(&["shop", "--policy", &shown(&policy)]);
    said.refused(&["policy.toml"]);
    assert!(!said.err.contains("``"), "{said:?}");
    let line = json!({"shop": "east", "channel": "web", "conversation": "c", "buyer": "b", "agent": null,
        "at": "2026-10-03T10:00:00+08:00", "from": "buyer", "text": "在吗"});
    let east = folder.file("east.jsonl", format!("{line}\n{{}}\n"));
    let done = folder.run(&["import", "chats", &shown(&east)]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("yingke shop east"), "{done:?}");
    assert!(!done.out.contains("\"\":"), "no empty words: {done:?}");
}
