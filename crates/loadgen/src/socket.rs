//! `/ws` as a page sees it. Frames are read here from the JSON alone, so that a change of the wire is noticed.

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Longer than any upgrade may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A frame of the server: all kinds in one, fields that a kind does not have are absent.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame<'a> {
    /// The kind.
    #[serde(borrow)]
    pub(crate) t: &'a str,
    #[serde(default, borrow)]
    pub(crate) client_id: Option<&'a str>,
    #[serde(default, borrow)]
    pub(crate) thread: Option<&'a str>,
    #[serde(default)]
    pub(crate) seq: Option<i64>,
    #[serde(default, borrow)]
    pub(crate) entry: Option<Entry<'a>>,
    #[serde(default, borrow)]
    pub(crate) entries: Option<Vec<Entry<'a>>>,
    #[serde(default, borrow)]
    pub(crate) live: Option<Live<'a>>,
    #[serde(default, borrow)]
    pub(crate) rows: Option<Vec<Row<'a>>>,
    #[serde(default, borrow)]
    pub(crate) row: Option<Row<'a>>,
    #[serde(default, borrow)]
    pub(crate) problem: Option<Problem<'a>>,
    #[serde(default, borrow)]
    pub(crate) last: Option<HashMap<&'a str, i64>>,
}

/// An entry of a thread.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry<'a> {
    #[serde(borrow)]
    pub(crate) thread: &'a str,
    pub(crate) seq: i64,
    #[serde(borrow)]
    pub(crate) kind: &'a str,
    #[serde(borrow)]
    pub(crate) from: &'a str,
    #[serde(borrow)]
    pub(crate) text: Cow<'a, str>,
}

/// Who holds a thread.
#[derive(Debug, Deserialize)]
pub(crate) struct Live<'a> {
    #[serde(default, borrow)]
    pub(crate) holder: Option<&'a str>,
    pub(crate) rev: i64,
}

/// A row of the desk's list.
#[derive(Debug, Deserialize)]
pub(crate) struct Row<'a> {
    #[serde(borrow)]
    pub(crate) thread: &'a str,
    #[serde(borrow)]
    pub(crate) live: Live<'a>,
}

/// Why something was refused.
#[derive(Debug, Deserialize)]
pub(crate) struct Problem<'a> {
    #[serde(borrow)]
    pub(crate) code: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) detail: Cow<'a, str>,
}

/// One connection.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens the socket of a desk (`shop` none) or of a widget, with the cookie of whoever comes.
    pub(crate) async fn open(server: SocketAddr, shop: Option<&str>, cookie: &str) -> Result<Self> {
        let query = shop.map(|s| format!("?shop={s}")).unwrap_or_default();
        let mut request = format!("ws://{server}/ws{query}").into_client_request()?;
        request.headers_mut().insert(
            "cookie",
            cookie.parse().context("a cookie that no header can carry")?,
        );
        let config = WebSocketConfig::default()
            .read_buffer_size(8 * 1024)
            .write_buffer_size(4 * 1024);
        let upgrade = async {
            let stream = TcpStream::connect(server).await?;
            stream.set_nodelay(true)?;
            anyhow::Ok(tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?)
        };
        let (socket, _) = tokio::time::timeout(PATIENCE, upgrade)
            .await
            .context("the upgrade was not answered")??;
        Ok(Self(socket))
    }

    /// The next text frame; `None` when the connection is over. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<Utf8Bytes> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(text),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Sends one frame.
    pub(crate) async fn say(&mut self, frame: String) -> Result<()> {
        Ok(self.0.send(Message::text(frame)).await?)
    }
}

/// A message. The texts of this program need no escaping.
pub(crate) fn send_frame(thread: Option<&str>, client_id: &str, text: &str) -> String {
    let thread = thread.map(|t| format!(r#""thread":"{t}","#)).unwrap_or_default();
    format!(r#"{{"t":"send",{thread}"client_id":"{client_id}","kind":"text","text":"{text}"}}"#)
}

/// Begins to follow a thread, or goes on.
pub(crate) fn resume_frame(thread: Option<&str>, after: i64) -> String {
    let thread = thread.map(|t| format!(r#""thread":"{t}","#)).unwrap_or_default();
    format!(r#"{{"t":"resume",{thread}"after":{after}}}"#)
}

/// Answer to a ping.
pub(crate) const PONG: &str = r#"{"t":"pong"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_as_they_are_written() {
        let ack: Frame<'_> =
            serde_json::from_str(r#"{"t":"ack","client_id":"c","thread":"t","seq":7,"at":"2026"}"#).unwrap();
        assert_eq!((ack.t, ack.client_id, ack.seq), ("ack", Some("c"), Some(7)));
        let text = r#"{"t":"entries","thread":"t","from":0,"entries":[{"thread":"t","seq":1,"conversation":"x","at":"","kind":"text",
            "from":"buyer","text":"a\"b"}],"more":false,"last_seq":1,"buyer_read":0,"shop_read":0,"live":{"rev":3,"holder":"p"}}"#;
        let entries: Frame<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(entries.entries.unwrap()[0].text, "a\"b");
        assert_eq!(entries.live.unwrap().holder, Some("p"));
        let ping: Frame<'_> = serde_json::from_str(r#"{"t":"ping","now":"x","last":{"t":9}}"#).unwrap();
        assert_eq!(ping.last.unwrap()["t"], 9);
        // A typing sign says "from" too, but of another kind: nobody here reads it.
        assert!(
            serde_json::from_str::<Frame<'_>>(
                r#"{"t":"typing","thread":"t","from":"buyer","name":"n","on":true}"#
            )
            .is_ok()
        );
    }

    #[test]
    fn frames_are_json() {
        for frame in [
            send_frame(Some("t"), "c", "在吗"),
            send_frame(None, "c", "x"),
            resume_frame(None, -50),
            PONG.to_owned(),
        ] {
            assert!(
                serde_json::from_str::<serde_json::Value>(&frame).is_ok(),
                "{frame}"
            );
        }
    }
}
