//! Behind real proxies, with the very files of docs/deploy: only names, ports and certificates are put in.
//!
//! Where nginx or Caddy is not installed, its test says so and passes.

use crate::program::{Folder, Server};
use futures_util::{SinkExt, StreamExt};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use yingke_testkit::block_on;

fn deploy(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/deploy")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Puts `new` where `old` stands; a file that changed must not slip through.
fn put(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old:?} is not in\n{text}");
    text.replace(old, new)
}

fn is_installed(program: &str) -> bool {
    let there = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .chain([PathBuf::from("/usr/sbin")])
        .any(|folder| folder.join(program).exists());
    if !there {
        eprintln!("SKIPPED: {program} is not installed (apt-get install {program})");
    }
    there
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A proxy that runs, and the server behind it; gone with this value.
struct Way {
    folder: Folder,
    server: Option<Server>,
    proxy: Child,
    dir: tempfile::TempDir,
    port: u16,
    ca: PathBuf,
}

impl Drop for Way {
    fn drop(&mut self) {
        // nginx's master takes its workers with it.
        let _ = Command::new("kill").arg(self.proxy.id().to_string()).status();
        let _ = self.proxy.wait();
    }
}

/// Certificates for `localhost`: ca, certificate, key.
fn certificates(dir: &Path) -> [PathBuf; 3] {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "a house of tests");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2096, 1, 1);
    let certificate = params.signed_by(&key, &ca).unwrap();
    [
        ("ca.pem", ca.pem()),
        ("certificate.pem", certificate.pem()),
        ("key.pem", key.serialize_pem()),
    ]
    .map(|(name, text)| {
        let file = dir.join(name);
        std::fs::write(&file, text).unwrap();
        file
    })
}

impl Way {
    /// `make` gets the folder, the public port, the server's address, certificate and key, and gives the proxy's command.
    fn open(make: impl FnOnce(&Path, u16, &str, &Path, &Path) -> Command) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("yingke-proxy-")
            .tempdir()
            .unwrap();
        // nginx's workers are another user.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let [ca, certificate, key] = certificates(dir.path());
        let (folder, port) = (Folder::new(), free_port());
        let server = folder.serve_with(
            &[
                "--listen",
                "127.0.0.1:0",
                "--trusted-proxy",
                "127.0.0.1",
                "--public-url",
                &format!("https://localhost:{port}"),
            ],
            &[],
        );
        let behind = listening(server.pid());
        let mut command = make(dir.path(), port, &behind, &certificate, &key);
        let log = std::fs::File::create(dir.path().join("proxy.log")).unwrap();
        let proxy = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut way = Self {
            folder,
            server: Some(server),
            proxy,
            dir,
            port,
            ca,
        };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = way.proxy.try_wait().unwrap().is_some();
            assert!(
                !ended && begun.elapsed() < Duration::from_secs(30),
                "the proxy does not listen:\n{}",
                std::fs::read_to_string(way.dir.path().join("proxy.log")).unwrap()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        way
    }

    /// What `doctor` finds: exit code, and state and words of each check.
    fn doctor(&self) -> (i32, BTreeMap<String, (String, String)>) {
        let url = format!("https://localhost:{}", self.port);
        let done = self.folder.run(&[
            "doctor",
            "--url",
            &url,
            "--trust",
            &self.ca.display().to_string(),
            "--format",
            "json",
        ]);
        let found: Value = serde_json::from_str(&done.out).unwrap_or_else(|e| panic!("{e}: {done:?}"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found = found
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (text(&f["check"]), (text(&f["state"]), text(&f["found"]))))
            .collect();
        (done.code, found)
    }

    async fn tls(&self) -> TlsStream<TcpStream> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(&self.ca).unwrap() {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        tokio_rustls::TlsConnector::from(Arc::new(config))
            .connect(ServerName::try_from("localhost").unwrap(), tcp)
            .await
            .unwrap()
    }

    /// A request through the proxy; head and body of the answer.
    async fn ask(&self, line: &str, headers: &[String], body: &[u8]) -> (String, Vec<u8>) {
        let mut stream = self.tls().await;
        let mut head = format!(
            "{line} HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: https://localhost:{}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.port,
            self.port,
            body.len()
        );
        for header in headers {
            head.push_str(&format!("{header}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        // Some close without a farewell of TLS.
        let _ = stream.read_to_end(&mut answer).await;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        (head, answer[end + 4..].to_vec())
    }
}

/// Where a server listens whose address is said to be another.
fn listening(pid: u32) -> String {
    // The sockets of the process, among those that listen.
    let sockets: Vec<String> = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .flatten()
        .filter_map(|entry| std::fs::read_link(entry.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|link| Some(link.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let port = table
        .lines()
        .skip(1)
        .find_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let mine = fields[3] == "0A" && sockets.iter().any(|inode| inode == fields[9]);
            mine.then(|| u16::from_str_radix(fields[1].rsplit_once(':')?.1, 16).ok())?
        })
        .expect("the server listens");
    format!("127.0.0.1:{port}")
}

/// Everything that a proxy must do. `patience`: after so long without a word it cuts a connection.
fn proven(way: &Way, patience: Duration) {
    let (_, found) = way.doctor();
    for check in [
        "certificate",
        "proxy",
        "cookies",
        "addresses",
        "socket",
        "uploads",
    ] {
        let (state, words) = found
            .get(check)
            .unwrap_or_else(|| panic!("no {check}: {found:?}"));
        assert_eq!(state, "ok", "{check}: {words}");
    }
    let link = way.folder.run(&["link"]).out;
    let token = link
        .split_once("/in#")
        .unwrap()
        .1
        .split_whitespace()
        .next()
        .unwrap();
    block_on(async {
        let json = "Content-Type: application/json".to_owned();
        let form = serde_json::json!({"token": token, "login": "owner", "name": "店主", "password": "a long password"});
        let (head, _) = way
            .ask(
                "POST /api/v1/access/link",
                std::slice::from_ref(&json),
                form.to_string().as_bytes(),
            )
            .await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let cookie = head
            .lines()
            .find(|line| line.to_lowercase().starts_with("set-cookie: yk_session="))
            .unwrap();
        assert!(
            cookie.contains("; Secure") && cookie.contains("HttpOnly"),
            "{cookie}"
        );
        let value = cookie.split_once(": ").unwrap().1.split(';').next().unwrap();
        let session = format!("Cookie: {value}");
        let (head, _) = way
            .ask("GET /api/v1/access/me", std::slice::from_ref(&session), b"")
            .await;
        assert!(
            head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("strict-transport-security"),
            "{head}"
        );
        // What a caller writes there himself is not believed.
        let forged = [
            "X-Forwarded-For: 203.0.113.7".to_owned(),
            "Accept: application/json".to_owned(),
        ];
        let (_, body) = way.ask("GET /healthz", &forged, b"").await;
        let body = String::from_utf8(body).unwrap();
        assert!(
            body.contains("\"127.0.0.1\"") && body.contains("believed"),
            "{body}"
        );
        // 12 MiB come to the house, which says itself what is wrong with them.
        let large = vec![b'x'; 12 << 20];
        let upload = [
            session,
            "Content-Type: multipart/form-data; boundary=b".to_owned(),
        ];
        let (head, body) = way
            .ask("POST /api/v1/conversation/files?shop=main", &upload, &large)
            .await;
        assert!(
            head.contains("application/problem+json"),
            "{head}\n{}",
            String::from_utf8_lossy(&body)
        );
        idle(way, patience).await;
    });
}

/// A socket on which nobody says anything lives longer than the proxy's patience, because the server speaks every 15 s.
async fn idle(way: &Way, patience: Duration) {
    let mut request = format!("wss://localhost:{}/ws?shop=main", way.port)
        .into_client_request()
        .unwrap();
    let origin = format!("https://localhost:{}", way.port);
    request.headers_mut().insert("origin", origin.parse().unwrap());
    let (_, hello) = way
        .ask(
            "POST /api/v1/widget/hello",
            &["Content-Type: application/json".to_owned()],
            br#"{"shop":"main"}"#,
        )
        .await;
    // With chunks around it, or without.
    let text = String::from_utf8_lossy(&hello);
    let token = text
        .split_once("\"token\":\"")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    request
        .headers_mut()
        .insert("x-yingke-guest", token.parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::client_async(request, way.tls().await)
        .await
        .unwrap();
    let begun = Instant::now();
    let end = patience + Duration::from_secs(8);
    while begun.elapsed() < end {
        let left = end.saturating_sub(begun.elapsed());
        match tokio::time::timeout(left, socket.next()).await {
            Err(_) => break,
            Ok(Some(Ok(message))) => assert!(!message.is_close(), "closed after {:?}", begun.elapsed()),
            Ok(other) => panic!("cut after {:?}: {other:?}", begun.elapsed()),
        }
    }
    socket
        .send(Message::Ping(b"still there".as_slice().into()))
        .await
        .unwrap();
    let pong = async {
        while let Some(message) = socket.next().await {
            if matches!(message.unwrap(), Message::Pong(_)) {
                return;
            }
        }
        panic!("the socket ended");
    };
    tokio::time::timeout(Duration::from_secs(10), pong)
        .await
        .expect("a frame there and back");
}

fn nginx(site: &str) -> impl FnOnce(&Path, u16, &str, &Path, &Path) -> Command {
    let site = site.to_owned();
    move |dir, port, behind, certificate, key| {
        let site = put(&site, "kf.example.com;", "localhost;");
        let site = put(
            &site,
            "/etc/letsencrypt/live/kf.example.com/fullchain.pem",
            &certificate.display().to_string(),
        );
        let site = put(
            &site,
            "/etc/letsencrypt/live/kf.example.com/privkey.pem",
            &key.display().to_string(),
        );
        let site = put(&site, "listen 80;", &format!("listen 127.0.0.1:{};", free_port()));
        let site = put(
            &site,
            "listen 443 ssl http2;",
            &format!("listen 127.0.0.1:{port} ssl http2;"),
        );
        let site = put(&site, "127.0.0.1:8080", behind);
        let d = dir.display();
        std::fs::write(dir.join("site.conf"), site).unwrap();
        std::fs::write(
            dir.join("nginx.conf"),
            format!(
                "daemon off; pid {d}/nginx.pid; error_log {d}/error.log;\nevents {{}}\nhttp {{ access_log off; \
                 client_body_temp_path {d}/body; proxy_temp_path {d}/proxy; fastcgi_temp_path {d}/f; uwsgi_temp_path {d}/u; \
                 scgi_temp_path {d}/s; include {d}/site.conf; }}\n"
            ),
        )
        .unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command
            .arg("-p")
            .arg(dir)
            .arg("-c")
            .arg(dir.join("nginx.conf"))
            .arg("-e")
            .arg(dir.join("error.log"));
        command
    }
}

#[test]
fn nginx_as_in_the_guide() {
    if !is_installed("nginx") {
        return;
    }
    // As it stands, but less patient, so that the test is.
    let site = put(
        &deploy("nginx.conf"),
        "proxy_read_timeout 120s;",
        "proxy_read_timeout 20s;",
    );
    let way = Way::open(nginx(&site));
    proven(&way, Duration::from_secs(20));
    stops_in_time(way);
}

#[test]
fn caddy_as_in_the_guide() {
    if !is_installed("caddy") {
        return;
    }
    let way = Way::open(|dir, port, behind, certificate, key| {
        let site = put(
            &deploy("Caddyfile"),
            "kf.example.com {",
            &format!(
                "https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {} {}",
                certificate.display(),
                key.display()
            ),
        );
        let site = put(&site, "127.0.0.1:8080", behind);
        let options = format!(
            "{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {}\n}}\n",
            dir.display()
        );
        std::fs::write(dir.join("Caddyfile"), format!("{options}{site}")).unwrap();
        let mut command = Command::new("caddy");
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(dir.join("Caddyfile"))
            .env("HOME", dir)
            .env("XDG_DATA_HOME", dir)
            .env("XDG_CONFIG_HOME", dir);
        command
    });
    proven(&way, Duration::from_secs(20));
    stops_in_time(way);
}

/// As systemd asks it to, with connections open through the proxy: well within the unit's TimeoutStopSec.
fn stops_in_time(mut way: Way) {
    let begun = Instant::now();
    let (code, log) = way.server.take().unwrap().stop();
    assert_eq!(code, 0, "{log}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn doctor_sees_a_proxy_that_spoils_it() {
    if !is_installed("nginx") {
        return;
    }
    let site = deploy("nginx.conf");
    let site = put(&site, "proxy_set_header Upgrade $http_upgrade;", "");
    let site = put(&site, "proxy_set_header Connection $yingke_connection;", "");
    let site = put(&site, "client_max_body_size 21m;", "client_max_body_size 1m;");
    let site = put(
        &site,
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-For \"\";",
    );
    let way = Way::open(nginx(&site));
    let (code, found) = way.doctor();
    assert_eq!(code, 2);
    let state = |check: &str| found[check].0.as_str();
    assert_eq!(
        (state("socket"), state("uploads"), state("addresses")),
        ("bad", "bad", "warn"),
        "{found:?}"
    );
    assert!(found["uploads"].1.contains("413"), "{found:?}");
    // And one whose certificate nobody signed whom we trust.
    let url = format!("https://localhost:{}", way.port);
    let done = way.folder.run(&["doctor", "--url", &url]);
    assert!(
        done.code == 2 && done.out.contains("BAD   reach") && done.out.contains("certificate"),
        "{done:?}"
    );
}

#[test]
fn the_unit_is_one_that_systemd_takes() {
    let unit = deploy("yingke.service");
    assert!(unit.contains("TimeoutStopSec=30s"));
    if !is_installed("systemd-analyze") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("yingke.service");
    std::fs::write(
        &file,
        put(&unit, "/usr/local/bin/yingke", env!("CARGO_BIN_EXE_yingke")),
    )
    .unwrap();
    let done = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    let about_us: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("yingke.service") && !line.contains("install.md"))
        .collect();
    assert!(about_us.is_empty(), "{said}");
}
