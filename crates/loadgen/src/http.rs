//! As much HTTP/1.1 as the house speaks to a page: JSON in, JSON out, one connection that is kept.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser, as far as it is needed.
pub(crate) struct Http {
    server: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    /// Session or guest cookie, as `name=value`.
    pub(crate) cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// First `Set-Cookie`, as `name=value`.
    pub(crate) cookie: Option<String>,
}

impl Http {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self {
            server,
            stream: None,
            cookie: None,
        }
    }

    /// Another connection of the same browser.
    pub(crate) fn another(&self) -> Self {
        Self {
            server: self.server,
            stream: None,
            cookie: self.cookie.clone(),
        }
    }

    /// Asks; any status is an answer.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply> {
        let kept = self.stream.is_some();
        match tokio::time::timeout(PATIENCE, self.try_ask(method, path, body)).await {
            Ok(Ok(reply)) => Ok(reply),
            // The kept connection was closed meanwhile.
            Ok(Err(_)) if kept => {
                self.stream = None;
                tokio::time::timeout(PATIENCE, self.try_ask(method, path, body))
                    .await
                    .context("no answer")?
            }
            Ok(Err(error)) => {
                self.stream = None;
                Err(error)
            }
            Err(_) => {
                self.stream = None;
                bail!("{method} {path}: no answer within {} s", PATIENCE.as_secs())
            }
        }
    }

    /// Asks; a status that is no success is an error with the server's words.
    pub(crate) async fn must(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply> {
        let reply = self
            .ask(method, path, body)
            .await
            .with_context(|| format!("{method} {path}"))?;
        if !(200..300).contains(&reply.status) {
            bail!("{method} {path}: {} {}", reply.status, reply.body);
        }
        Ok(reply)
    }

    async fn try_ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.server).await?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let body = body.map(Value::to_string).unwrap_or_default();
        let cookie = self
            .cookie
            .as_deref()
            .map(|c| format!("Cookie: {c}\r\n"))
            .unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{cookie}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.server,
            body.len(),
        );
        stream.write_all(request.as_bytes()).await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .context("the server closed the connection")?;
        let (mut length, mut chunked, mut cookie) = (0_usize, false, None);
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                bail!("the answer was cut");
            }
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "set-cookie" if cookie.is_none() => cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut bytes = Vec::new();
        if chunked {
            loop {
                line.clear();
                stream.read_line(&mut line).await?;
                let size = usize::from_str_radix(line.trim(), 16).context("a chunk without a size")?;
                let from = bytes.len();
                bytes.resize(from + size, 0);
                stream.read_exact(&mut bytes[from..]).await?;
                line.clear();
                stream.read_line(&mut line).await?;
                if size == 0 {
                    break;
                }
            }
        } else {
            bytes.resize(length, 0);
            stream.read_exact(&mut bytes).await?;
        }
        self.stream = Some(stream);
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Reply { status, body, cookie })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answers(texts: Vec<&'static str>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for text in texts {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut seen = [0; 4096];
                let _asked = stream.read(&mut seen).await.unwrap();
                stream.write_all(text.as_bytes()).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn reads_lengths_chunks_and_cookies() {
        let mut http = Http::new(
            answers(vec![
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 7\r\n\r\n{\"x\":1}",
                "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"x\"\r\n3\r\n:2}\r\n0\r\n\r\n",
            ])
            .await,
        );
        let first = http.must("GET", "/", None).await.unwrap();
        assert_eq!(
            (first.status, first.cookie.as_deref(), &first.body["x"]),
            (200, Some("a=b"), &Value::from(1))
        );
        // The listener closed the kept connection: the second request opens another.
        let second = http.must("GET", "/", None).await.unwrap();
        assert_eq!((second.status, &second.body["x"]), (201, &Value::from(2)));
    }

    #[tokio::test]
    async fn a_refusal_is_an_error_with_its_words() {
        let mut http = Http::new(
            answers(vec![
                "HTTP/1.1 409 Conflict\r\nContent-Length: 15\r\n\r\n{\"code\":\"used\"}",
            ])
            .await,
        );
        let error = http.must("POST", "/x", None).await.unwrap_err().to_string();
        assert!(error.contains("409") && error.contains("used"), "{error}");
    }
}
