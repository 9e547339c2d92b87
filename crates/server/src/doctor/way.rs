//! The way in that people take: through the proxy, as a browser comes.

use super::{Findings, State};
use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use yingke_kernel::{Clock, SystemClock};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// An address of documentation, which nobody comes from.
const FORGED: &str = "203.0.113.7";
/// Bytes of the largest upload that the house takes, and some.
const UPLOAD: usize = 20 * 1024 * 1024 + 64 * 1024;
/// Days that a certificate is still good for.
const SOON: i64 = 14;
const VERY_SOON: i64 = 3;
/// A ping through a proxy that passes frames on at once.
const SLOW_PING: Duration = Duration::from_secs(1);

/// Where the way begins.
struct Address {
    https: bool,
    host: String,
    port: u16,
    trust: rustls::RootCertStore,
}

/// What `/healthz` says of who asks.
#[derive(Debug, Deserialize)]
struct Health {
    address: String,
    forwarded: String,
    https: bool,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Tries it all.
pub(super) async fn look(url: &str, trust: Option<&Path>, found: &mut Findings) {
    let address = match read(url, trust) {
        Ok(address) => address,
        Err(error) => {
            found.bad(
                "address",
                format!("{error:#}"),
                "give --url as people type it, e.g. https://kf.example.com",
            );
            return;
        }
    };
    if let Err(error) = reach(&address, found).await {
        found.bad(
            "reach",
            format!("{error:#}"),
            "see that the name leads to the proxy, that it runs, and that its port is open",
        );
        return;
    }
    match health(&address, found).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            found.bad(
                "proxy",
                format!("{error:#}"),
                "see that the proxy passes everything on to the server, and that the server runs",
            );
            return;
        }
    }
    socket(&address, found).await;
    upload(&address, found).await;
}

fn read(url: &str, trust: Option<&Path>) -> Result<Address> {
    let trimmed = url.trim_end_matches('/');
    let (https, rest) = match (trimmed.strip_prefix("https://"), trimmed.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => bail!("{url:?} begins neither with https:// nor with http://"),
    };
    if rest.is_empty() || rest.contains(['/', '?', '#', '@', ' ']) {
        bail!("{url:?} is more than scheme, host and port");
    }
    // `[::1]:8080`, `host:8080`, `host`.
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let port = port.parse().with_context(|| format!("{port:?} is no port"))?;
            (host, port)
        }
        _ => (rest, if https { 443 } else { 80 }),
    };
    let mut store = rustls::RootCertStore::empty();
    if https {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Some(file) = trust {
        for certificate in
            CertificateDer::pem_file_iter(file).with_context(|| format!("--trust {}", file.display()))?
        {
            store
                .add(certificate.with_context(|| format!("--trust {}", file.display()))?)
                .with_context(|| format!("--trust {}", file.display()))?;
        }
    }
    Ok(Address {
        https,
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        trust: store,
    })
}

impl Address {
    /// Host and port, as a browser writes them.
    fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match (self.https, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }
    fn origin(&self) -> String {
        format!(
            "{}://{}",
            if self.https { "https" } else { "http" },
            self.authority()
        )
    }
    async fn tcp(&self) -> Result<TcpStream> {
        timeout(PATIENCE, TcpStream::connect((self.host.as_str(), self.port)))
            .await
            .context("no answer within 15 s")?
            .with_context(|| format!("{} port {} cannot be reached", self.host, self.port))
    }
    /// A connection; with https the server's certificate too.
    async fn connect(&self) -> Result<(Box<dyn Stream>, Option<CertificateDer<'static>>)> {
        let tcp = self.tcp().await?;
        if !self.https {
            return Ok((Box::new(tcp), None));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(self.trust.clone())
            .with_no_client_auth();
        let name = ServerName::try_from(self.host.clone())
            .with_context(|| format!("{:?} is no name of a server", self.host))?;
        let connect = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp);
        let stream = timeout(PATIENCE, connect)
            .await
            .context("TLS was not agreed upon within 15 s")?
            .context("TLS")?;
        let (_, session) = stream.get_ref();
        let certificate = session
            .peer_certificates()
            .and_then(|chain| chain.first())
            .map(|first| first.clone().into_owned());
        Ok((Box::new(stream), certificate))
    }
    /// A request; status, content type and body of the answer.
    async fn ask(&self, head: &str, body: &[u8]) -> Result<Reply> {
        let (mut stream, _) = self.connect().await?;
        let head = format!(
            "{head}\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.authority()
        );
        let (mut read, mut write) = tokio::io::split(&mut stream);
        let send = async {
            // Whoever refuses a body stops reading it: the answer says why.
            if write.write_all(head.as_bytes()).await.is_ok() && write.write_all(body).await.is_ok() {
                let _ = write.flush().await;
            }
            std::future::pending::<()>().await
        };
        let receive = async {
            let mut bytes = Vec::new();
            let mut block = [0; 4096];
            loop {
                match read.read(&mut block).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => bytes.extend_from_slice(&block[..count]),
                }
                if Reply::is_whole(&bytes) {
                    break;
                }
            }
            bytes
        };
        let bytes = timeout(PATIENCE * 2, async {
            tokio::select! {
                bytes = receive => bytes,
                () = send => Vec::new(),
            }
        })
        .await
        .context("no answer within 30 s")?;
        Reply::parse(&bytes).context("the answer is no HTTP")
    }
}

struct Reply {
    status: u16,
    kind: String,
    location: String,
    body: String,
}

impl Reply {
    fn head(bytes: &[u8]) -> Option<(&str, &[u8])> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]))
    }
    fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
    /// By its length; without one the end of the connection tells.
    fn is_whole(bytes: &[u8]) -> bool {
        Self::head(bytes).is_some_and(|(head, body)| {
            if Self::is_chunked(head) {
                return body.ends_with(b"0\r\n\r\n");
            }
            Self::field(head, "content-length")
                .and_then(|length| length.parse::<usize>().ok())
                .is_some_and(|length| body.len() >= length)
        })
    }
    fn is_chunked(head: &str) -> bool {
        Self::field(head, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    }
    /// The chunks put together, as far as they came.
    fn joined(mut chunks: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        while let Some(end) = chunks.windows(2).position(|two| two == b"\r\n") {
            let length = std::str::from_utf8(&chunks[..end])
                .ok()
                .and_then(|line| usize::from_str_radix(line.split(';').next()?.trim(), 16).ok());
            let rest = &chunks[end + 2..];
            match length {
                Some(length) if length > 0 && rest.len() >= length => {
                    body.extend_from_slice(&rest[..length]);
                    chunks = rest.get(length + 2..).unwrap_or_default();
                }
                _ => break,
            }
        }
        body
    }
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, body) = Self::head(bytes)?;
        let body = match Self::is_chunked(head) {
            true => Self::joined(body),
            false => body.to_vec(),
        };
        let field = |name| Self::field(head, name).unwrap_or_default().to_owned();
        Some(Self {
            status: head.split(' ').nth(1)?.parse().ok()?,
            kind: field("content-type"),
            location: field("location"),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
    /// A refusal in the house's own form.
    fn is_ours(&self) -> bool {
        self.kind.starts_with("application/problem+json")
    }
}

/// Name, port, TLS, certificate.
async fn reach(address: &Address, found: &mut Findings) -> Result<()> {
    let (_, certificate) = address.connect().await?;
    let Some(certificate) = certificate else {
        if ["localhost", "127.0.0.1", "::1"].contains(&address.host.as_str()) {
            found.ok("encryption", "none, on this machine alone");
        } else {
            found.bad(
                "encryption",
                "passwords and messages travel in the open",
                "put a proxy with TLS before the server (docs/install.md) and use its https address",
            );
        }
        return Ok(());
    };
    use x509_cert::der::Decode;
    let Ok(parsed) = x509_cert::Certificate::from_der(&certificate) else {
        found.ok("certificate", "trusted");
        return Ok(());
    };
    let until = parsed
        .tbs_certificate
        .validity
        .not_after
        .to_unix_duration()
        .as_secs();
    let until = i64::try_from(until).unwrap_or(i64::MAX);
    let days = (until - SystemClock.now().micros() / 1_000_000) / 86_400;
    let state = match days {
        days if days < VERY_SOON => State::Bad,
        days if days < SOON => State::Warn,
        _ => State::Ok,
    };
    found.judge(
        "certificate",
        state,
        format!("trusted, good for {days} more days"),
        "renew it, and see why it was not renewed by itself",
    );
    Ok(())
}

/// Whether the house answers, and whom it takes us for. `false`: nothing more can be tried.
async fn health(address: &Address, found: &mut Findings) -> Result<bool> {
    let head = format!("GET /healthz HTTP/1.1\r\nAccept: application/json\r\nX-Forwarded-For: {FORGED}");
    let reply = address.ask(&head, b"").await?;
    if (300..400).contains(&reply.status) {
        found.bad(
            "proxy",
            format!("sends on to {}", reply.location),
            "look at that address instead",
        );
        return Ok(false);
    }
    if reply.status != 200 {
        let what = match reply.is_ours() {
            true => "the server is stopping",
            false => "the proxy does not reach the server",
        };
        found.bad(
            "proxy",
            format!("{what} (status {})", reply.status),
            "see that the server runs where the proxy looks for it",
        );
        return Ok(false);
    }
    let Ok(health) = serde_json::from_str::<Health>(&reply.body) else {
        found.bad(
            "proxy",
            "another program answers there",
            "see that the proxy passes everything on to this server, and that both are of this version",
        );
        return Ok(false);
    };
    found.ok("proxy", format!("the server answers at {}", address.origin()));
    if address.https && !health.https {
        found.bad(
            "cookies",
            "the server does not know that people come by https: its cookies are not marked Secure",
            format!("start it with --public-url {}", address.origin()),
        );
    } else if address.https {
        found.ok("cookies", "marked Secure");
    }
    let own = matches!(address.host.as_str(), "localhost" | "127.0.0.1" | "::1");
    let mend = "let the proxy set X-Forwarded-For to the address of who comes (docs/deploy/), and start the server with --trusted-proxy and the proxy's address";
    match health.forwarded.as_str() {
        "believed" if health.address == FORGED && !own => found.bad(
            "addresses",
            "the proxy passes on what a caller writes into X-Forwarded-For: anybody gets around the limits by address",
            mend,
        ),
        "believed" => found.ok("addresses", "the proxy says who comes, and is believed"),
        "absent" if address.https => found.warn(
            "addresses",
            "the proxy does not say who comes: to the limits all people are one",
            mend,
        ),
        _ if address.https => found.warn(
            "addresses",
            "the proxy says who comes and is not believed: to the limits all people are one",
            mend,
        ),
        _ => found.ok("addresses", "no proxy between, and nobody's word is believed"),
    }
    Ok(true)
}

/// Whether a socket opens, and frames pass at once.
async fn socket(address: &Address, found: &mut Findings) {
    let mend = "let the proxy pass Upgrade and Connection on with HTTP/1.1, and not buffer (docs/deploy/)";
    let outcome = timeout(PATIENCE, async {
        let scheme = if address.https { "wss" } else { "ws" };
        let mut request = format!("{scheme}://{}/ws?shop=main", address.authority()).into_client_request()?;
        if let Ok(origin) = address.origin().parse() {
            request.headers_mut().insert("origin", origin);
        }
        let (stream, _) = address
            .connect()
            .await
            .map_err(|e| tungstenite::Error::Io(std::io::Error::other(format!("{e:#}"))))?;
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let begun = Instant::now();
        socket.send(Message::Ping(b"doctor".as_slice().into())).await?;
        while let Some(message) = socket.next().await {
            if matches!(message?, Message::Pong(_)) {
                let _ = socket.close(None).await;
                return Ok(begun.elapsed());
            }
        }
        Err(tungstenite::Error::ConnectionClosed)
    })
    .await;
    match outcome {
        Ok(Ok(taken)) => {
            let state = if taken > SLOW_PING { State::Warn } else { State::Ok };
            found.judge(
                "socket",
                state,
                format!("opens; there and back in {:.1} ms", taken.as_secs_f64() * 1_000.0),
                "let the proxy not buffer",
            );
        }
        Ok(Err(tungstenite::Error::Http(response))) => {
            let body = response.body().as_deref().unwrap_or_default();
            found.bad(
                "socket",
                format!(
                    "is refused with status {}: {}",
                    response.status().as_u16(),
                    String::from_utf8_lossy(&body[..body.len().min(200)]).trim()
                ),
                mend,
            );
        }
        Ok(Err(error)) => found.bad("socket", format!("does not open: {error}"), mend),
        Err(_) => found.bad("socket", "opens, but no frame passes within 15 s", mend),
    }
}

/// Whether the largest file gets through. It is refused, since nobody is signed in: what counts is who refuses.
async fn upload(address: &Address, found: &mut Findings) {
    let head = format!(
        "POST /api/v1/conversation/files HTTP/1.1\r\nOrigin: {}\r\nContent-Type: multipart/form-data; boundary=doctor\r\nContent-Length: {UPLOAD}",
        address.origin()
    );
    match address.ask(&head, &vec![0; UPLOAD]).await {
        Ok(reply) if reply.is_ours() => found.ok("uploads", "files of 20 MiB get through"),
        Ok(reply) => found.bad(
            "uploads",
            format!("the proxy refuses 20 MiB with status {}", reply.status),
            "allow 21 MiB: client_max_body_size 21m (nginx), request_body max_size 21MiB (Caddy)",
        ),
        Err(error) => found.warn(
            "uploads",
            format!("whether 20 MiB get through was not answered: {error:#}"),
            "see the proxy's limits on the size and the time of a request",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Result<(bool, String, u16, String)> {
        let a = read(url, None)?;
        let authority = a.authority();
        Ok((a.https, a.host, a.port, authority))
    }

    #[test]
    fn an_address_is_scheme_host_and_port() {
        assert_eq!(
            address("https://kf.example.com/").unwrap(),
            (true, "kf.example.com".into(), 443, "kf.example.com".into())
        );
        assert_eq!(
            address("http://[::1]:8080").unwrap(),
            (false, "::1".into(), 8080, "[::1]:8080".into())
        );
        for wrong in [
            "kf.example.com",
            "https://",
            "https://a/b",
            "https://a:b",
            "http://u@h",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_is_whole_by_its_length() {
        let bytes = b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nContent-Type: text/html\r\n\r\nno";
        assert!(!Reply::is_whole(bytes));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n3\r\n\":1\r\n1\r\n}\r\n0\r\n\r\n";
        assert!(Reply::is_whole(chunked) && !Reply::is_whole(&chunked[..chunked.len() - 2]));
        assert_eq!(Reply::parse(chunked).unwrap().body, "{\"a\":1}");
        let whole = [&bytes[..], b"!"].concat();
        assert!(Reply::is_whole(&whole));
        let reply = Reply::parse(&whole).unwrap();
        assert_eq!(
            (reply.status, reply.is_ours(), reply.body.as_str()),
            (413, false, "no!")
        );
    }
}
