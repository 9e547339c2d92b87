//! A browser in miniature: requests by hand, so that a test says exactly which headers it sends; and sockets with frames.

use futures_util::{SinkExt, StreamExt};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use yingke_api::ws::protocol::{ClientFrame, ServerFrame};

/// How long a test waits for an answer before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where requests go, and what they carry.
#[derive(Debug, Clone)]
pub struct Http {
    /// The server.
    pub address: SocketAddr,
    /// Headers of every request.
    pub headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// First header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }
    /// Code of the problem; empty if it is none.
    pub fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }
    /// The answer, if its status is this.
    ///
    /// # Panics
    /// If it is another.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }
    /// `name=value` of a cookie that it sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let begins = format!("{name}=");
        let set = self
            .headers
            .iter()
            .filter(|(key, _)| key == "set-cookie")
            .map(|(_, value)| value);
        set.filter_map(|value| value.split(';').next())
            .find(|pair| pair.starts_with(&begins))
            .map(str::to_owned)
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

impl Http {
    /// Nobody in particular.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            headers: Vec::new(),
        }
    }
    /// With one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }
    /// `GET`.
    pub async fn get(&self, path: &str) -> Reply {
        self.request("GET", path, None).await
    }
    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &serde_json::Value) -> Reply {
        self.send("POST", path, body).await
    }
    /// A request with a JSON body.
    pub async fn send(&self, method: &str, path: &str, body: &serde_json::Value) -> Reply {
        self.request(
            method,
            path,
            Some(("application/json", body.to_string().as_bytes())),
        )
        .await
    }
    /// A request.
    ///
    /// # Panics
    /// If there is no answer.
    pub async fn request(&self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Reply {
        let answer = tokio::time::timeout(PATIENCE, self.exchange(method, path, body)).await;
        let answer = answer.unwrap_or_else(|_| panic!("{method} {path} was not answered"));
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    async fn exchange(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, &[u8])>,
    ) -> std::io::Result<Reply> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some((kind, bytes)) = body {
            head.push_str(&format!(
                "Content-Type: {kind}\r\nContent-Length: {}\r\n",
                bytes.len()
            ));
        } else if method != "GET" && method != "HEAD" {
            head.push_str("Content-Length: 0\r\n");
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(head.as_bytes()).await?;
        if let Some((_, bytes)) = body {
            // A server that has refused already may have closed its side; its answer is what counts.
            let _refused_early = stream.write_all(bytes).await;
        }
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;
        if answer.is_empty() {
            read?;
        }
        parse(&answer, method == "HEAD").ok_or_else(|| std::io::Error::other("the answer is no HTTP"))
    }
}

fn parse(answer: &[u8], bodiless: bool) -> Option<Reply> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut reply = Reply {
        status,
        headers,
        body: answer[end + 4..].to_vec(),
    };
    if reply.header("transfer-encoding") == Some("chunked") {
        reply.body = dechunk(&reply.body)?;
    } else if let Some(length) = reply
        .header("content-length")
        .and_then(|l| l.parse::<usize>().ok())
        && !bodiless
        && reply.body.len() != length
    {
        return None;
    }
    Some(reply)
}

fn dechunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).ok()?, 16).ok()?;
        let rest = &body[end + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..size)?);
        body = rest.get(size + 2..)?;
    }
}

/// A form with one file, as a browser sends it: content type and body.
pub fn multipart(field: &str, name: &str, kind: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    const EDGE: &str = "----yingke-test-7d1f";
    let mut body = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={EDGE}"), body)
}

/// A socket of a desk or of a widget.
#[derive(Debug)]
pub struct Socket {
    ws: WebSocketStream<TcpStream>,
    /// Frames that came and that nobody has asked for yet.
    pub kept: Vec<ServerFrame>,
}

impl Socket {
    /// Opens a socket with these headers; gives the status of the refusal when it is refused.
    ///
    /// # Errors
    /// The status of the refusal; 0 when there is no server.
    ///
    /// # Panics
    /// If what answers speaks no WebSocket.
    pub async fn open(http: &Http, path: &str) -> Result<Self, u16> {
        Self::open_on(http, path, TcpStream::connect(http.address).await).await
    }
    /// The same through a window so small that the sender soon notices when nobody reads.
    ///
    /// # Errors
    /// As [`Socket::open`].
    ///
    /// # Panics
    /// If what answers speaks no WebSocket.
    pub async fn open_narrow(http: &Http, path: &str) -> Result<Self, u16> {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("a small window");
        Self::open_on(http, path, socket.connect(http.address).await).await
    }

    async fn open_on(http: &Http, path: &str, stream: std::io::Result<TcpStream>) -> Result<Self, u16> {
        let Ok(stream) = stream else { return Err(0) };
        let mut request = format!("ws://{}{path}", http.address)
            .into_client_request()
            .expect("an address");
        for (name, value) in &http.headers {
            let name: HeaderName = name.parse().expect("a header's name");
            request
                .headers_mut()
                .append(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        match tokio::time::timeout(PATIENCE, client_async(request, stream)).await {
            Ok(Ok((ws, _))) => Ok(Self { ws, kept: Vec::new() }),
            Ok(Err(tungstenite::Error::Http(answer))) => Err(answer.status().as_u16()),
            Ok(Err(
                tungstenite::Error::Io(_)
                | tungstenite::Error::ConnectionClosed
                | tungstenite::Error::Protocol(_),
            )) => Err(0),
            Ok(Err(error)) => panic!("the socket did not open: {error}"),
            Err(_) => panic!("the socket was not answered"),
        }
    }

    /// Says a frame; a connection that is gone swallows it, as a real one does.
    ///
    /// # Panics
    /// Never: frames have a JSON form.
    pub async fn say(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("a frame");
        self.say_text(&text).await;
    }
    /// Says any text.
    pub async fn say_text(&mut self, text: &str) {
        let _gone_already = self.ws.send(Message::text(text)).await;
    }
    /// Says something that is no text.
    pub async fn say_bytes(&mut self, bytes: Vec<u8>) {
        let _gone_already = self.ws.send(Message::binary(bytes)).await;
    }

    /// The next frame off the wire; `None` when the connection is over. Pings are answered, and given like all others.
    ///
    /// # Panics
    /// If a frame is none of the protocol.
    pub async fn read(&mut self) -> Option<ServerFrame> {
        loop {
            let message = self.ws.next().await?.ok()?;
            let Message::Text(text) = message else { continue };
            let frame: ServerFrame = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("an unknown frame ({error}): {text}"));
            if matches!(frame, ServerFrame::Ping { .. }) {
                self.say(&ClientFrame::Pong).await;
            }
            return Some(frame);
        }
    }

    /// The first frame that `wanted` takes, among those kept and those to come; the others are kept.
    ///
    /// # Panics
    /// If none comes.
    pub async fn until<T>(&mut self, what: &str, mut wanted: impl FnMut(&ServerFrame) -> Option<T>) -> T {
        for (i, frame) in self.kept.iter().enumerate() {
            if let Some(found) = wanted(frame) {
                self.kept.remove(i);
                return found;
            }
        }
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            match tokio::time::timeout_at(deadline, self.read()).await {
                Ok(Some(frame)) => match wanted(&frame) {
                    Some(found) => return found,
                    None => self.kept.push(frame),
                },
                Ok(None) => panic!("the connection ended before {what}; came: {:#?}", self.kept),
                Err(_) => panic!("{what} did not come; came: {:#?}", self.kept),
            }
        }
    }

    /// Everything that comes within this time.
    pub async fn listen(&mut self, time: Duration) -> Vec<ServerFrame> {
        let mut all = std::mem::take(&mut self.kept);
        let deadline = tokio::time::Instant::now() + time;
        while let Ok(Some(frame)) = tokio::time::timeout_at(deadline, self.read()).await {
            all.push(frame);
        }
        all
    }

    /// Reads to the end of the connection; gives the reason of its goodbye, if it said one.
    ///
    /// # Panics
    /// If the connection does not end.
    pub async fn farewell(&mut self) -> Option<String> {
        let mut reason = None;
        let end = async {
            while let Some(frame) = self.read().await {
                if let ServerFrame::Bye { reason: given } = &frame {
                    reason = Some(given.clone());
                }
                self.kept.push(frame);
            }
        };
        tokio::time::timeout(PATIENCE, end)
            .await
            .expect("the connection ends");
        reason
    }

    /// Forgets what was kept.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// Cuts the connection as a lost network does: no goodbye.
    pub fn cut(self) {
        drop(self);
    }
}
