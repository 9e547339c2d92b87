//! A real server on a free port, and people and buyers who speak to it.

use crate::client::{Http, Reply, Socket};
use crate::house::{Bed, TestHouse};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingke_api::ws::protocol::{ClientFrame, MessageKind, ServerFrame};
use yingke_api::{ApiConfig, Hub, Pages};
use yingke_domain::access::Role;
use yingke_kernel::{ClientId, PersonId, Stamp};

/// What a test decides about the doors.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The limits on how often one address may try. Off: tests are many buyers from one address, and their clock stands still.
    pub flood_limits: bool,
    /// How browsers come; `None` = by the address itself.
    pub public_url: Option<String>,
    /// Sockets that one address may have open; `None` = as usual.
    pub sockets_per_address: Option<usize>,
    /// The port, to come back where one was; `None` = a free one.
    pub port: Option<u16>,
}

/// A server that runs.
#[derive(Debug)]
pub struct TestServer {
    /// The house behind it.
    pub home: TestHouse,
    /// Where it listens.
    pub address: SocketAddr,
    hub: HubShown,
    stop: CancellationToken,
    jobs: TaskTracker,
}

struct HubShown(Hub);

impl std::fmt::Debug for HubShown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0.connections())
    }
}

impl TestServer {
    /// Starts it as it is usually tested.
    pub async fn start(bed: &Bed) -> Self {
        Self::with(bed, Options::default()).await
    }
    /// Starts it.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn with(bed: &Bed, options: Options) -> Self {
        let wanted = SocketAddr::from(([127, 0, 0, 1], options.port.unwrap_or(0)));
        let listener = TcpListener::bind(wanted).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let public_url = options.public_url.unwrap_or_else(|| format!("http://{address}"));
        let home = TestHouse::of(bed.open(&public_url), bed);
        let config = ApiConfig {
            public_url,
            flood_limits: options.flood_limits,
            sockets_per_address: options
                .sockets_per_address
                .unwrap_or(ApiConfig::default().sockets_per_address),
            ..ApiConfig::default()
        };
        let (router, hub) = yingke_api::router(home.house.clone(), config, Pages::none());
        let (stop, jobs) = (CancellationToken::new(), TaskTracker::new());
        let ended = stop.clone();
        jobs.spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            let served =
                axum::serve(listener, service).with_graceful_shutdown(async move { ended.cancelled().await });
            served.await.expect("the listener works");
        });
        jobs.close();
        Self {
            home,
            address,
            hub: HubShown(hub),
            stop,
            jobs,
        }
    }

    /// Connections of desks and of widgets.
    pub fn connections(&self) -> (usize, usize) {
        self.hub.0.connections()
    }
    /// Somebody without a name.
    pub fn http(&self) -> Http {
        Http::new(self.address)
    }

    /// A new person, signed in by a one-time link.
    ///
    /// # Panics
    /// If the door stays shut.
    pub async fn hire(&self, name: &str, role: Role, capacity: Option<u32>) -> Desk {
        let staff = self.home.person(name, role, None, capacity).await;
        self.sign_in(staff.person, name).await
    }
    /// A person who is known already, signed in by a one-time link.
    ///
    /// # Panics
    /// If the door stays shut.
    pub async fn sign_in(&self, person: PersonId, name: &str) -> Desk {
        let link = yingke_app::access::signin_link(&self.home.house, person)
            .await
            .expect("a link");
        let token = link.split_once('#').expect("a token").1;
        let reply = self
            .http()
            .post("/api/v1/access/link", &json!({ "token": token }))
            .await
            .expect(200);
        let cookie = reply.cookie("yk_session").expect("a session");
        Desk {
            http: self.http().with("cookie", &cookie),
            person,
            name: name.to_owned(),
        }
    }
    /// A new agent who is online, with the socket of their desk.
    pub async fn agent(&self, name: &str, capacity: Option<u32>) -> (Desk, Socket) {
        let desk = self.hire(name, Role::Agent, capacity).await;
        let socket = desk.socket().await;
        desk.set_state("online").await;
        (desk, socket)
    }
    /// A new guest of the shop `main`.
    ///
    /// # Panics
    /// If the widget is refused.
    pub async fn guest(&self) -> Guest {
        let hello = self
            .http()
            .post("/api/v1/widget/hello", &json!({ "shop": "main" }))
            .await
            .expect(200)
            .json();
        let text = |key: &str| hello[key].as_str().expect("a text").to_owned();
        let (token, thread, name) = (text("token"), text("thread"), text("name"));
        Guest {
            http: self.http().with("x-yingke-guest", &token),
            token,
            thread,
            name,
        }
    }

    /// Says goodbye to all, ends the jobs, closes the store.
    ///
    /// # Panics
    /// If something does not end.
    pub async fn stop(self) {
        self.hub.0.stop().await;
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(30), self.jobs.wait())
            .await
            .expect("the listener ends");
        self.home.stop().await;
    }
}

/// Somebody of the house in a browser.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Requests with their session.
    pub http: Http,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
}

impl Desk {
    /// Opens the socket of the desk, past its welcome.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn socket(&self) -> Socket {
        let mut socket = Socket::open(&self.http, "/ws").await.expect("a desk's socket");
        socket
            .until("the rows", |frame| {
                matches!(frame, ServerFrame::Rows { .. }).then_some(())
            })
            .await;
        socket
    }
    /// Sets the own state.
    pub async fn set_state(&self, state: &str) {
        let _set = self
            .http
            .post("/api/v1/presence/state", &json!({ "state": state }))
            .await
            .expect(200);
    }
    /// Does something to a conversation: `take`, `close`, `waive`, `transfer`, `recall`.
    pub async fn act(&self, thread: &str, what: &str, body: &Value) -> Reply {
        self.http
            .post(&format!("/api/v1/conversation/threads/{thread}/{what}"), body)
            .await
    }
    /// The row of a thread.
    pub async fn row(&self, thread: &str) -> Value {
        self.http
            .get(&format!("/api/v1/conversation/threads/{thread}"))
            .await
            .expect(200)
            .json()
    }
    /// Everything that was said in a thread, as this desk sees it.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn entries(&self, thread: &str) -> Vec<Value> {
        entries(&self.http, thread).await
    }
}

/// A buyer in the widget.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Requests with the guest's secret.
    pub http: Http,
    /// The secret.
    pub token: String,
    /// The thread.
    pub thread: String,
    /// The name that the house gave.
    pub name: String,
}

impl Guest {
    /// Opens the socket of the widget and follows the thread from its beginning.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn socket(&self) -> Socket {
        let mut socket = Socket::open(&self.http, "/ws?shop=main")
            .await
            .expect("a widget's socket");
        socket.resume(None, 0).await;
        socket
    }
    /// Everything that was said, as the buyer sees it.
    pub async fn entries(&self) -> Vec<Value> {
        entries(&self.http, &self.thread).await
    }
}

async fn entries(http: &Http, thread: &str) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all
            .last()
            .map_or(0, |entry| entry["seq"].as_i64().expect("a sequence"));
        let path = format!("/api/v1/conversation/threads/{thread}/entries?after={after}&limit=200");
        let page = http.get(&path).await.expect(200).json();
        let some = page["entries"].as_array().expect("entries");
        if some.is_empty() {
            return all;
        }
        all.extend(some.iter().cloned());
    }
}

impl Socket {
    /// Says a text under an id of one's own.
    pub async fn send_as(&mut self, thread: Option<&str>, id: &str, text: &str) {
        let frame = ClientFrame::Send {
            thread: thread.map(str::to_owned),
            client_id: id.to_owned(),
            kind: MessageKind::Text,
            text: text.to_owned(),
            file: None,
            quote: None,
            card: None,
            overrule: false,
        };
        self.say(&frame).await;
    }
    /// Says a text and waits until it is stored; gives its sequence.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn send(&mut self, thread: Option<&str>, text: &str) -> i64 {
        let id = fresh_id();
        self.send_as(thread, &id, text).await;
        self.acked(&id)
            .await
            .unwrap_or_else(|code| panic!("{text:?} was refused: {code}"))
    }
    /// Waits for the answer to a message: its sequence, or the code of its refusal.
    ///
    /// # Errors
    /// The code of the refusal.
    pub async fn acked(&mut self, id: &str) -> Result<i64, String> {
        self.until(&format!("the answer to {id}"), |frame| match frame {
            ServerFrame::Ack { client_id, seq, .. } if client_id == id => Some(Ok(*seq)),
            ServerFrame::Refused { client_id, problem } if client_id == id => Some(Err(problem.code.clone())),
            _ => None,
        })
        .await
    }
    /// Follows a thread after `after` and gives what was there already, in order.
    pub async fn resume(&mut self, thread: Option<&str>, after: i64) -> Vec<(i64, String)> {
        self.say(&ClientFrame::Resume {
            thread: thread.map(str::to_owned),
            after,
        })
        .await;
        let mut all = Vec::new();
        loop {
            let more = self
                .until("the history", |frame| match frame {
                    ServerFrame::Entries {
                        entries,
                        more,
                        thread: of,
                        ..
                    } if thread.is_none_or(|t| t == of) => {
                        all.extend(entries.iter().map(|e| (e.seq, e.text.clone())));
                        Some(*more)
                    }
                    _ => None,
                })
                .await;
            if !more {
                return all;
            }
        }
    }
    /// Waits for an entry with these words; gives it.
    pub async fn entry(&mut self, text: &str) -> yingke_api::ws::protocol::Entry {
        self.until(&format!("the entry {text:?}"), |frame| match frame {
            ServerFrame::Entry { entry, .. } if entry.text == text => Some(entry.clone()),
            _ => None,
        })
        .await
    }
    /// Waits until the widget is told this place in the queue.
    pub async fn place(&mut self, wanted: i64) {
        self.until(&format!("place {wanted}"), |frame| {
            matches!(frame, ServerFrame::Queue { place, .. } if *place == wanted).then_some(())
        })
        .await;
    }
    /// Waits until the widget is told that somebody serves it; gives the name.
    pub async fn served(&mut self) -> String {
        self.until("the name of who serves", |frame| match frame {
            ServerFrame::Queue { agent, .. } => agent.clone(),
            _ => None,
        })
        .await
    }
    /// Waits until the desk is told that it holds this thread.
    pub async fn given(&mut self, thread: &str, person: PersonId) {
        let person = person.to_string();
        self.until(&format!("the row of {thread}"), |frame| match frame {
            ServerFrame::Row { row } if row.thread == thread && row.live.holder.as_ref() == Some(&person) => {
                Some(())
            }
            _ => None,
        })
        .await;
    }
}

/// A client's id for a message.
pub(crate) fn fresh_id() -> String {
    // The time in it matters to nobody.
    ClientId::new(Stamp::from_secs(1_790_000_000)).to_string()
}
