//! A side of a chat that behaves like the pages: an outbox that is sent again until it is acknowledged, and a history that is
//! resumed after its last entry. Whatever the network does, both must come out whole.

use crate::client::{Http, Socket};
use crate::server::fresh_id;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use yingke_api::ws::protocol::{ClientFrame, Entry, MessageKind, ServerFrame};

/// One side.
#[derive(Debug)]
pub struct Talker {
    http: Http,
    path: &'static str,
    thread: String,
    socket: Option<Socket>,
    /// What is not acknowledged yet: id and text, oldest first.
    pub outbox: VecDeque<(String, String)>,
    /// What was acknowledged: id to sequence.
    pub acked: BTreeMap<String, i64>,
    /// What was refused: id and code.
    pub refused: Vec<(String, String)>,
    /// What was seen, by sequence.
    pub seen: BTreeMap<i64, Entry>,
    /// How often it has connected.
    pub connects: u32,
}

impl Talker {
    /// A widget, with the guest's own requests.
    pub fn widget(http: &Http, thread: &str) -> Self {
        Self::new(http, "/ws?shop=main", thread)
    }
    /// A desk, with the session's own requests.
    pub fn desk(http: &Http, thread: &str) -> Self {
        Self::new(http, "/ws", thread)
    }
    fn new(http: &Http, path: &'static str, thread: &str) -> Self {
        Self {
            http: http.clone(),
            path,
            thread: thread.to_owned(),
            socket: None,
            outbox: VecDeque::new(),
            acked: BTreeMap::new(),
            refused: Vec::new(),
            seen: BTreeMap::new(),
            connects: 0,
        }
    }

    /// Writes a text; it goes out at once if there is a connection, and again with every new one.
    pub async fn write(&mut self, text: &str) {
        let message = (fresh_id(), text.to_owned());
        if let Some(socket) = &mut self.socket {
            socket.say(&send(&self.thread, &message)).await;
        }
        self.outbox.push_back(message);
    }

    /// The network is gone.
    pub fn cut(&mut self) {
        self.socket = None;
    }

    /// Connects when it must and takes what comes, for so long.
    ///
    /// # Panics
    /// If the server says what contradicts what it said before.
    pub async fn run(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            if self.socket.is_none() && !self.connect().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            let Some(socket) = &mut self.socket else { continue };
            match timeout_at(deadline, socket.read()).await {
                Err(_) => return,
                Ok(None) => self.socket = None,
                Ok(Some(frame)) => self.take(frame).await,
            }
        }
    }

    /// Runs until nothing is owed to it: everything acknowledged, everything up to `last` seen.
    ///
    /// # Panics
    /// If that takes longer than half a minute.
    pub async fn settle(&mut self, last: i64) {
        let begun = Instant::now();
        while !self.outbox.is_empty() || self.last() < last {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{} unacknowledged, seen {} of {last} (socket: {})",
                self.outbox.len(),
                self.last(),
                self.socket.is_some()
            );
            self.run(Duration::from_millis(50)).await;
        }
    }

    /// The last sequence up to which nothing is missing.
    pub fn last(&self) -> i64 {
        self.seen.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    async fn connect(&mut self) -> bool {
        let Ok(mut socket) = Socket::open(&self.http, self.path).await else {
            return false;
        };
        self.connects += 1;
        socket
            .say(&ClientFrame::Resume {
                thread: Some(self.thread.clone()),
                after: self.last(),
            })
            .await;
        for message in &self.outbox {
            socket.say(&send(&self.thread, message)).await;
        }
        self.socket = Some(socket);
        true
    }

    async fn take(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Ack { client_id, seq, .. } => {
                self.outbox.retain(|(id, _)| *id != client_id);
                let before = self.acked.insert(client_id.clone(), seq);
                assert!(
                    before.is_none_or(|before| before == seq),
                    "{client_id} was {before:?}, is now {seq}"
                );
            }
            ServerFrame::Refused { client_id, problem } => {
                self.outbox.retain(|(id, _)| *id != client_id);
                self.refused.push((client_id, problem.code));
            }
            ServerFrame::Entries { entries, thread, .. } if thread == self.thread => {
                for entry in entries {
                    self.see(entry).await;
                }
            }
            ServerFrame::Entry { entry, .. } if entry.thread == self.thread => self.see(entry).await,
            ServerFrame::Bye { .. } => self.socket = None,
            _ => {}
        }
    }

    async fn see(&mut self, entry: Entry) {
        let last = self.last();
        if entry.seq <= last {
            let known = &self.seen[&entry.seq];
            assert_eq!(
                (&known.text, &known.kind),
                (&entry.text, &entry.kind),
                "entry {} has changed",
                entry.seq
            );
        } else if entry.seq == last + 1 {
            self.seen.insert(entry.seq, entry);
        } else if let Some(socket) = &mut self.socket {
            // A gap: asked for again, as the pages do.
            socket
                .say(&ClientFrame::Resume {
                    thread: Some(self.thread.clone()),
                    after: last,
                })
                .await;
        }
    }
}

fn send(thread: &str, (id, text): &(String, String)) -> ClientFrame {
    ClientFrame::Send {
        thread: Some(thread.to_owned()),
        client_id: id.clone(),
        kind: MessageKind::Text,
        text: text.clone(),
        file: None,
        quote: None,
        card: None,
        overrule: false,
    }
}
