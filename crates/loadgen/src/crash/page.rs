//! A page, of a buyer or of an agent, that lives through kills and cuts as the real ones do: an outbox whose messages are sent
//! again until they are answered, a view that goes on after the last sequence it has, another connection whenever one ends.

use super::World;
use super::record::{Line, View};
use crate::http::Http;
use crate::socket::{Entry, Frame, PONG, Socket, resume_frame, send_frame};
use anyhow::{Result, bail};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};
use yingke_kernel::{ClientId, Clock, SystemClock};

/// Between two tries to connect.
const RETRY: Duration = Duration::from_millis(15);
/// Messages without an answer that a page has under way.
const UNDER_WAY: usize = 8;
/// A connection lives so long on average before it is cut.
const CUT_EVERY: Duration = Duration::from_millis(2_500);
/// The last entries that a page asks for when it knows none.
const TAIL: i64 = 50;
/// A desk follows at most so many threads at a time.
const WATCHED: usize = 60;

/// What the world is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// New messages, cuts.
    Load,
    /// No new messages and no cuts; what is under way is finished.
    Drain,
    /// Over.
    End,
}

/// Whose page it is.
pub(crate) enum Side {
    Buyer {
        thread: String,
    },
    Agent {
        person: String,
        http: Http,
        colleagues: Vec<String>,
    },
}

struct Pending {
    client_id: String,
    thread: String,
    text: String,
    /// Sent over this connection.
    under_way: bool,
}

/// A page.
pub(crate) struct Page {
    world: Arc<World>,
    /// Name in the record: `b7`, `a2`.
    name: String,
    cookie: String,
    side: Side,
    dice: fastrand::Rng,
    outbox: VecDeque<Pending>,
    views: HashMap<String, View>,
    /// Views of pages that were reloaded.
    past: Vec<(String, View)>,
    /// Threads with a `resume` under way.
    asked: HashSet<String>,
    /// Threads held by this agent, with the `rev` of that news.
    held: HashMap<String, (bool, i64)>,
}

/// How a connection ended.
enum End {
    /// By the server, the network, or us.
    Lost,
    /// Everything is over.
    Over,
}

impl Page {
    pub(crate) fn new(world: Arc<World>, name: String, cookie: String, side: Side, seed: u64) -> Self {
        Self {
            world,
            name,
            cookie,
            side,
            dice: fastrand::Rng::with_seed(seed),
            outbox: VecDeque::new(),
            views: HashMap::new(),
            past: Vec::new(),
            asked: HashSet::new(),
            held: HashMap::new(),
        }
    }

    /// Lives until the world ends; gives what it saw of each thread.
    pub(crate) async fn live(mut self) -> Result<Vec<(String, String, View)>> {
        while self.world.phase() != Phase::End {
            let shop = matches!(self.side, Side::Buyer { .. }).then_some("main");
            let Ok(socket) = Socket::open(self.world.server, shop, &self.cookie).await else {
                tokio::time::sleep(RETRY).await;
                continue;
            };
            self.world.connected();
            match self.serve(socket).await? {
                End::Over => break,
                End::Lost => {}
            }
            self.asked.clear();
            for message in &mut self.outbox {
                message.under_way = false;
            }
            // Now and then the page is loaded anew, and knows nothing but its outbox.
            if self.dice.u32(..20) == 0 && self.world.phase() == Phase::Load {
                for (thread, mut view) in self.views.drain() {
                    view.is_live = false;
                    self.past.push((thread, view));
                }
                self.held.clear();
            }
        }
        let name = self.name;
        let views = self.past.into_iter().chain(self.views);
        Ok(views.map(|(thread, view)| (name.clone(), thread, view)).collect())
    }

    async fn serve(&mut self, mut socket: Socket) -> Result<End> {
        let mut phase = self.world.follow();
        let cut = tokio::time::Instant::now() + CUT_EVERY.mul_f64(-(1.0 - self.dice.f64()).ln());
        let mut write = tokio::time::Instant::now() + self.pause();
        let mut welcomed = false;
        loop {
            let now = *phase.borrow_and_update();
            if now == Phase::End {
                return Ok(End::Over);
            }
            if now == Phase::Drain {
                let lasts = self
                    .views
                    .iter()
                    .map(|(thread, view)| (thread.clone(), view.last()))
                    .collect();
                self.world.saw(&self.name, lasts);
            }
            if welcomed && self.dispatch(&mut socket).await.is_err() {
                return Ok(End::Lost);
            }
            tokio::select! {
                text = socket.next() => {
                    let Some(text) = text else { return Ok(End::Lost) };
                    let frame: Frame<'_> = serde_json::from_str(&text)?;
                    if frame.t == "bye" {
                        return Ok(End::Lost);
                    }
                    welcomed |= frame.t == "welcome";
                    let Ok(frames) = self.hear(&frame) else { return self.hear_failed(&frame) };
                    for frame in frames {
                        if socket.say(frame).await.is_err() {
                            return Ok(End::Lost);
                        }
                    }
                }
                () = tokio::time::sleep_until(write), if now == Phase::Load => {
                    write = tokio::time::Instant::now() + self.pause();
                    if let Side::Buyer { thread } = &self.side {
                        let thread = thread.clone();
                        self.compose(&thread);
                    }
                }
                () = tokio::time::sleep_until(cut), if now == Phase::Load => {
                    self.world.cut();
                    // Dropped without a goodbye, in the middle of whatever was under way.
                    return Ok(End::Lost);
                }
                _ = phase.changed() => {}
            }
        }
    }

    fn hear_failed(&self, frame: &Frame<'_>) -> Result<End> {
        let said = frame.problem.as_ref().map_or("nothing", |p| p.detail.as_ref());
        bail!("{} was told {:?} ({said})", self.name, frame.t)
    }

    fn pause(&mut self) -> Duration {
        self.world.every.mul_f64(-(1.0 - self.dice.f64()).ln())
    }

    /// Puts the next message into the outbox.
    fn compose(&mut self, thread: &str) {
        let text = self.world.record().send(thread, &self.name);
        let client_id = ClientId::new(SystemClock.now()).to_string();
        self.outbox.push_back(Pending {
            client_id,
            thread: thread.to_owned(),
            text,
            under_way: false,
        });
    }

    /// Sends what may be sent, in order.
    async fn dispatch(&mut self, socket: &mut Socket) -> Result<()> {
        let under_way = self.outbox.iter().filter(|m| m.under_way).count();
        let room = UNDER_WAY.saturating_sub(under_way);
        for message in self.outbox.iter_mut().filter(|m| !m.under_way).take(room) {
            let thread = matches!(self.side, Side::Agent { .. }).then_some(message.thread.as_str());
            message.under_way = true;
            socket
                .say(send_frame(thread, &message.client_id, &message.text))
                .await?;
        }
        Ok(())
    }

    /// What a frame changes; gives the frames to be said.
    fn hear(&mut self, frame: &Frame<'_>) -> Result<Vec<String>> {
        let mut say = Vec::new();
        match frame.t {
            "welcome" => {
                if let Side::Buyer { thread } = &self.side {
                    let thread = thread.clone();
                    say.extend(self.resume(&thread));
                } else {
                    let known: Vec<String> = self.views.keys().cloned().collect();
                    for thread in known {
                        say.extend(self.resume(&thread));
                    }
                }
            }
            "ping" => {
                say.push(PONG.to_owned());
                for (thread, last) in frame.last.iter().flatten() {
                    if self.views.get(*thread).is_some_and(|v| v.last() < *last) {
                        self.asked.remove(*thread);
                        say.extend(self.resume(thread));
                    }
                }
            }
            "ack" => {
                let (Some(id), Some(seq)) = (frame.client_id, frame.seq) else {
                    bail!("an acknowledgement of nothing")
                };
                if let Some(message) = self.answered(id) {
                    self.world
                        .record()
                        .acknowledge(&message.thread, &message.text, seq);
                }
            }
            "refused" => {
                let code = frame.problem.as_ref().map_or("", |p| p.code.as_ref());
                // The only refusal that this load may meet: a colleague holds the conversation by now.
                if code != "held_by_other" {
                    bail!("refused");
                }
                if let Some(message) = frame.client_id.and_then(|id| self.answered(id)) {
                    self.world.record().refuse(&message.thread, &message.text);
                }
            }
            "problem" => {
                let code = frame.problem.as_ref().map_or("", |p| p.code.as_ref());
                // The store may be unable to answer for a moment; the connection is ended then and the page tries again.
                if !matches!(code, "busy" | "stopping" | "too_many_watched") {
                    bail!("a problem");
                }
            }
            "rows" => {
                for row in frame.rows.iter().flatten() {
                    say.extend(self.holder(row.thread, row.live.holder, row.live.rev));
                }
            }
            "row" => {
                if let Some(row) = &frame.row {
                    say.extend(self.holder(row.thread, row.live.holder, row.live.rev));
                }
            }
            "entry" => {
                let Some(entry) = &frame.entry else {
                    bail!("an entry without one")
                };
                if let Some(live) = &frame.live {
                    say.extend(self.holder(entry.thread, live.holder, live.rev));
                }
                if self.views.contains_key(entry.thread) {
                    say.extend(self.apply(entry));
                }
                self.react(entry);
            }
            "entries" => {
                let (Some(thread), Some(entries)) = (frame.thread, &frame.entries) else {
                    bail!("entries of nothing")
                };
                self.asked.remove(thread);
                if let Some(view) = self.views.get_mut(thread)
                    && view.lines.is_empty()
                    && let Some(first) = entries.first()
                {
                    view.base = first.seq - 1;
                }
                for entry in entries {
                    say.extend(self.apply(entry));
                }
                if let Some(live) = &frame.live {
                    say.extend(self.holder(thread, live.holder, live.rev));
                }
            }
            _ => {}
        }
        Ok(say)
    }

    fn answered(&mut self, client_id: &str) -> Option<Pending> {
        let i = self.outbox.iter().position(|m| m.client_id == client_id)?;
        self.outbox.remove(i)
    }

    /// Asks for what is missing, unless that is under way.
    fn resume(&mut self, thread: &str) -> Option<String> {
        if !self.asked.insert(thread.to_owned()) {
            return None;
        }
        let view = self.views.entry(thread.to_owned()).or_insert_with(|| View {
            is_live: true,
            ..View::default()
        });
        let after = if view.lines.is_empty() { -TAIL } else { view.last() };
        let named = matches!(self.side, Side::Agent { .. }).then_some(thread);
        Some(resume_frame(named, after))
    }

    /// News of who holds a thread; an agent opens what they hold.
    fn holder(&mut self, thread: &str, holder: Option<&str>, rev: i64) -> Option<String> {
        let Side::Agent { person, .. } = &self.side else {
            return None;
        };
        let is_mine = holder == Some(person.as_str());
        let news = self.held.entry(thread.to_owned()).or_insert((false, -1));
        if rev >= news.1 {
            *news = (is_mine, rev);
        }
        if is_mine && !self.views.contains_key(thread) && self.views.len() < WATCHED {
            self.resume(thread)
        } else {
            None
        }
    }

    /// An entry takes its place, or shows a gap.
    fn apply(&mut self, entry: &Entry<'_>) -> Option<String> {
        let view = self.views.get_mut(entry.thread)?;
        let text = (entry.kind == "text").then(|| entry.text.to_string());
        let line = Line { seq: entry.seq, text };
        if self.asked.contains(entry.thread) && view.lines.is_empty() {
            return None;
        }
        match entry.seq - view.last() {
            1 => view.lines.push(line),
            ..=0 => {
                // Known already. If it is another than before, it is kept twice, so that the check at the end finds it.
                let i = usize::try_from(entry.seq - view.base - 1).ok();
                if let Some(known) = i.and_then(|i| view.lines.get(i))
                    && *known != line
                {
                    view.lines.push(line);
                }
            }
            _ => return self.resume(entry.thread),
        }
        None
    }

    /// An agent answers, and sometimes closes or passes on.
    fn react(&mut self, entry: &Entry<'_>) {
        if entry.from != "buyer" || entry.kind != "text" || self.world.phase() != Phase::Load {
            return;
        }
        if !self.held.get(entry.thread).is_some_and(|(is_mine, _)| *is_mine) {
            return;
        }
        match self.dice.u32(..100) {
            0..60 => self.compose(entry.thread),
            60 => self.act(entry.thread, "close", serde_json::json!({})),
            61 => {
                if let Side::Agent { colleagues, .. } = &self.side
                    && let Some(to) = colleagues.get(self.dice.usize(..colleagues.len().max(1)))
                {
                    let body = serde_json::json!({ "to": to, "note": "" });
                    self.act(entry.thread, "transfer", body);
                }
            }
            _ => {}
        }
    }

    /// Over HTTP, beside the socket. Whether it succeeds does not matter: the server may die of a kill just then.
    fn act(&mut self, thread: &str, verb: &str, body: serde_json::Value) {
        let Side::Agent { http, .. } = &self.side else {
            return;
        };
        let mut http = http.another();
        let path = format!("/api/v1/conversation/threads/{thread}/{verb}");
        let world = Arc::clone(&self.world);
        tokio::spawn(async move {
            if http
                .ask("POST", &path, Some(&body))
                .await
                .is_ok_and(|reply| reply.status == 200)
            {
                world.acted();
            }
        });
    }
}

/// Waits until a condition holds.
pub(crate) async fn until(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if is_so() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    is_so()
}
