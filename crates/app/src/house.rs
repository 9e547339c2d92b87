//! The house: the store, the clock, the policy, and what is kept in memory beside them.

use crate::presence::Desk;
use crate::{Directory, Problem, Result, access, buyer, guard, metric, phrase, policy, search, suggest};
use parking_lot::{Mutex, RwLock};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;
use yingke_domain::access::Role;
use yingke_domain::policy::{Policy, PolicyBook};
use yingke_kernel::{BuyerId, Clock, PersonId, ProblemKind, ShopId, Stamp, ThreadId, Zone};
use yingke_store::{Effect, Lane, Store, StoreConfig, StoreError, Target, Tx};

/// What a house is opened with.
pub struct HouseConfig {
    /// Folder of pictures (and of the embedded database).
    pub data_dir: PathBuf,
    /// Where the facts are.
    pub target: Target,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The rulebook's figures by date, from files; none = the built-in policy and the versions that the database holds.
    pub policy: Option<PolicyBook>,
    /// How people reach the house, without a slash at the end.
    pub public_url: String,
}

/// A person of the house, proven by a session.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Hash of the session's secret.
    pub session: [u8; 32],
}

/// A buyer in the widget, proven by a guest secret.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The shop.
    pub shop: ShopId,
    /// The buyer.
    pub buyer: BuyerId,
    /// The buyer's thread on this channel.
    pub thread: ThreadId,
    /// The buyer's name.
    pub name: String,
}

/// Who calls.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Somebody of the house.
    Staff(Staff),
    /// A buyer.
    Guest(Guest),
}

/// The house. Cheap to clone.
#[derive(Clone)]
pub struct House(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: RwLock<PolicyBook>,
    /// Whether the policies are those of files, so that the database's versions wait.
    pub(crate) policy_files: bool,
    pub(crate) directory: RwLock<Arc<Directory>>,
    pub(crate) data_dir: PathBuf,
    pub(crate) public_url: String,
    pub(crate) listeners: Arc<Listeners>,
    pub(crate) desk: Mutex<Desk>,
    pub(crate) sessions: access::SessionCache,
    pub(crate) scans: access::Scans,
    pub(crate) guests: buyer::GuestCache,
    pub(crate) follower: Arc<metric::Follower>,
    pub(crate) searcher: Arc<search::Follower>,
    pub(crate) router: tokio::sync::Notify,
    pub(crate) phrases: phrase::Indexes,
    pub(crate) words: guard::Words,
    pub(crate) suggest: Arc<suggest::Memory>,
    /// One backup at a time.
    pub(crate) backup: tokio::sync::Mutex<()>,
}

/// Who hears of commits, in commit order.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<Vec<mpsc::UnboundedSender<Vec<Effect>>>>);

impl Listeners {
    fn publish(&self, effects: &[Effect]) {
        if effects.is_empty() {
            return;
        }
        // A listener that is gone is forgotten. The queues are not bounded here: each listener is one task that does no
        // I/O, and the connections behind it have bounded queues of their own.
        self.0
            .lock()
            .retain(|listener| listener.send(effects.to_vec()).is_ok());
    }
}

impl House {
    /// Opens the store, migrates it (what an older program left is backed up first), reads what is kept in memory. Makes the shop `main` in an empty house.
    pub fn open(config: HouseConfig) -> Result<Self> {
        let listeners = Arc::new(Listeners::default());
        let follower = Arc::new(metric::Follower::default());
        let searcher = Arc::new(search::Follower::default());
        let memory = Arc::new(suggest::Memory::default());
        let (told, noted, indexed, learnt) = (
            Arc::clone(&listeners),
            Arc::clone(&follower),
            Arc::clone(&searcher),
            Arc::clone(&memory),
        );
        let publish = Arc::new(move |effects: Vec<Effect>| {
            noted.note(&effects);
            indexed.note(&effects);
            learnt.note(&effects);
            told.publish(&effects);
        });
        crate::backup::refuse_half_restored(&config.data_dir)?;
        let store = Store::open(
            StoreConfig {
                target: config.target,
                ..StoreConfig::sqlite("")
            },
            publish,
        )
        .map_err(problem)?;
        crate::backup::upgrade(&store, &config.data_dir, &*config.clock)?;
        let now = config.clock.now();
        let directory = store
            .write_blocking(Lane::Any, move |tx: &mut Tx<'_>| {
                if yingke_store::shop::all(tx)?.is_empty() {
                    let first = access::first_shop(now);
                    yingke_store::shop::insert(tx, &first, now)?;
                    phrase::lay_stock(tx, first.id, None, now)?;
                }
                Directory::read(tx)
            })
            .map_err(problem)?;
        let desk = store
            .read_blocking(move |tx: &mut Tx<'_>| {
                let presences = yingke_store::presence::all(tx)?;
                let mut open = Vec::new();
                for shop in yingke_store::shop::all(tx)? {
                    open.extend(yingke_store::conversation::open(tx, shop.id)?);
                }
                let mut about = Vec::with_capacity(open.len());
                for t in &open {
                    about.push(crate::conversation::about::read(tx, t.shop, t.buyer)?);
                }
                Ok((
                    presences,
                    open,
                    about,
                    yingke_store::conversation::unseen_mentions(tx)?,
                    yingke_store::incident::open_idle(tx)?,
                    yingke_store::notice::in_force(tx, now)?,
                    yingke_store::abuse::blocks_standing(tx, now)?,
                    yingke_store::guard::shops_with_words(tx)?,
                    yingke_store::routing::open_pairs(tx)?,
                ))
            })
            .map_err(problem)?;
        let policy_files = config.policy.is_some();
        let book = match config.policy {
            Some(book) => book,
            None => {
                let versions = store
                    .read_blocking(|tx: &mut Tx<'_>| yingke_store::policy::all(tx))
                    .map_err(problem)?;
                policy::book(&versions)?
            }
        };
        let policy = book.at(Zone::shanghai().civil(now).date()).clone();
        let (presences, open, about, mentions, idle, notices, blocked, worded, pairs) = desk;
        let mut desk = Desk::restore(presences, &open, now, &directory, &policy);
        for (t, about) in open.iter().zip(about) {
            desk.remember(t, about, &directory, &policy);
        }
        for (thread, person) in mentions {
            desk.mentions.entry(thread).or_default().insert(person);
        }
        desk.pairs = pairs.into_iter().map(|pair| (pair.thread, pair)).collect();
        desk.blocked = blocked.into_iter().map(|b| (b.thread, b.until)).collect();
        for (person, since) in idle {
            desk.seat(person, now).idle_since = Some(since);
        }
        for notice in notices {
            desk.notice(&Arc::new(notice), now);
        }
        Ok(Self(Arc::new(Inner {
            store,
            clock: config.clock,
            policy: RwLock::new(book),
            policy_files,
            directory: RwLock::new(Arc::new(directory)),
            data_dir: config.data_dir,
            public_url: config.public_url,
            listeners,
            desk: Mutex::new(desk),
            sessions: access::SessionCache::default(),
            scans: access::Scans::default(),
            guests: buyer::GuestCache::default(),
            follower,
            searcher,
            router: tokio::sync::Notify::new(),
            phrases: phrase::Indexes::default(),
            words: guard::Words::of_shops(worded),
            suggest: memory,
            backup: tokio::sync::Mutex::new(()),
        })))
    }

    /// The time.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }
    /// Now.
    pub fn now(&self) -> Stamp {
        self.0.clock.now()
    }
    /// The policy in force today.
    pub fn policy(&self) -> Arc<Policy> {
        self.policy_at(self.now())
    }
    /// The policy in force at a time.
    pub fn policy_at(&self, at: Stamp) -> Arc<Policy> {
        Arc::clone(self.0.policy.read().at(Zone::shanghai().civil(at).date()))
    }
    /// All policies.
    pub fn policies(&self) -> PolicyBook {
        self.0.policy.read().clone()
    }
    /// Shops, people, accounts.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.0.directory.read())
    }
    /// How people reach the house.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }
    /// Shops that a person works for.
    pub(crate) fn shops_of(&self, staff: &Staff) -> Vec<ShopId> {
        self.directory()
            .shops_of(staff.person)
            .iter()
            .map(|shop| shop.id)
            .collect()
    }
    /// Folder of pictures.
    pub fn data_dir(&self) -> &Path {
        &self.0.data_dir
    }
    /// The store, for commands that have no use case of their own (backup).
    pub fn store(&self) -> &Store {
        &self.0.store
    }
    /// Every commit from now on, in commit order.
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<Vec<Effect>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.0.listeners.0.lock().push(sender);
        receiver
    }
    /// Tells the listeners of something that needed no commit.
    pub(crate) fn tell(&self, effect: Effect) {
        self.0.listeners.publish(&[effect]);
    }
    /// Finishes what was accepted and closes the store.
    pub fn close(&self) {
        self.0.store.close();
    }

    /// Reads the directory anew after a change of shops, people or accounts.
    pub(crate) async fn refresh_directory(&self) -> Result<()> {
        let directory = self.read(Directory::read).await?;
        *self.0.directory.write() = Arc::new(directory);
        // Seats and lines may be others: whoever waits is placed anew.
        let (directory, policy) = (self.directory(), self.policy());
        self.0.desk.lock().rank_all(&directory, &policy);
        Ok(())
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> yingke_store::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.store.read(f).await.map_err(problem)
    }
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        lane: Lane,
        f: impl Fn(&mut Tx<'_>) -> yingke_store::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.store.write(lane, f).await.map_err(problem)
    }
}

impl Staff {
    /// As who calls.
    pub fn caller(&self) -> Caller {
        Caller::Staff(self.clone())
    }
}

impl Caller {
    /// Buyer or person, as entries name their author.
    pub fn author(&self) -> uuid::Uuid {
        match self {
            Self::Staff(staff) => staff.person.0,
            Self::Guest(guest) => guest.buyer.0,
        }
    }
}

/// What the caller is told of an error of the store. What is our fault is logged here, once, and kept from the caller.
pub(crate) fn problem(error: StoreError) -> Problem {
    match error {
        StoreError::Problem(problem) => problem,
        StoreError::Full => {
            tracing::error!(%error, "the disk is full");
            Problem::new(
                ProblemKind::Unavailable,
                "disk_full",
                "the disk of the server is full; make room, then send it again: nothing was stored",
            )
        }
        StoreError::Closed => Problem::new(
            ProblemKind::Unavailable,
            "stopping",
            "the server is stopping; send it again soon",
        ),
        StoreError::Busy(_) | StoreError::Unavailable(_) | StoreError::Unknown(_) => {
            tracing::warn!(%error, "the store could not answer");
            Problem::new(
                ProblemKind::Unavailable,
                "busy",
                "the database could not answer; send it again with the same id",
            )
        }
        StoreError::TimedOut(_) => Problem::new(ProblemKind::Unavailable, "too_slow", error.to_string()),
        StoreError::Refused(text) => Problem::new(ProblemKind::Unavailable, "store_refused", text),
        other => {
            tracing::error!(error = %other, "the store failed");
            Problem::new(
                ProblemKind::Internal,
                "internal",
                "something failed inside; the log of the server says what",
            )
        }
    }
}
