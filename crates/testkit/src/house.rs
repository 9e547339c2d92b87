//! A house for one test.

use crate::postgres::{Cluster, Database};
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yingke_app::access::{Invite, add_person};
use yingke_app::buyer::{Hello, hello};
use yingke_app::{Guest, House, HouseConfig, Staff};
use yingke_domain::access::Role;
use yingke_domain::policy::{Policy, PolicyBook};
use yingke_domain::presence::State;
use yingke_kernel::{Clock, ConnectionId, ManualClock, PersonId, ShopId, Stamp};
use yingke_store::Target;

/// When the clock of a [`Bed`] begins: a Saturday morning, 10 o'clock in Shanghai.
pub const START: &str = "2026-10-03T10:00:00+08:00";

/// Where the facts of one test lie, and its clock: what survives a restart. Gone with this value.
#[derive(Debug)]
pub struct Bed {
    dir: tempfile::TempDir,
    database: Option<Database>,
    clock: Arc<ManualClock>,
    policy: Option<PolicyBook>,
}

impl Bed {
    /// On SQLite.
    pub fn sqlite() -> Self {
        Self::with(None)
    }
    /// On PostgreSQL; `None`, after saying so, where there is none.
    ///
    /// # Panics
    /// If PostgreSQL is there and makes no database.
    pub fn postgres() -> Option<Self> {
        let database = Cluster::shared()?.migrated().expect("a database of one's own");
        Some(Self::with(Some(database)))
    }
    fn with(database: Option<Database>) -> Self {
        Self {
            dir: tempfile::Builder::new()
                .prefix("yingke-test-")
                .tempdir()
                .expect("a folder"),
            database,
            clock: Arc::new(ManualClock::at(Stamp::parse(START).expect("a time"))),
            policy: None,
        }
    }
    /// The clock, which moves when it is told to.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }
    /// Now.
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }
    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }
    /// Address of the database, if it is PostgreSQL.
    pub fn url(&self) -> Option<String> {
        self.database.as_ref().map(Database::url)
    }
    /// The built-in policy with a change, for houses that are opened from now on.
    ///
    /// # Panics
    /// Never: the built-in policy is sound.
    pub fn change_policy(&mut self, change: impl FnOnce(&mut Policy)) {
        let mut policy = Policy::parse(Policy::default_text()).expect("the built-in policy");
        change(&mut policy);
        self.policy = Some(PolicyBook::single(policy));
    }
    /// Opens the house, without its jobs; within a runtime or not.
    ///
    /// # Panics
    /// If it does not open.
    pub fn open(&self, public_url: &str) -> House {
        let target = match &self.database {
            None => Target::Sqlite {
                path: self.dir.path().join("yingke.db"),
            },
            Some(database) => Target::Postgres {
                url: database.url(),
                lanes: 3,
            },
        };
        let config = HouseConfig {
            data_dir: self.dir.path().to_owned(),
            target,
            clock: self.clock.clone(),
            policy: self.policy.clone(),
            public_url: public_url.to_owned(),
        };
        // Tests open it within their runtime; the PostgreSQL client waits in one of its own, which must not be nested.
        std::thread::scope(|scope| scope.spawn(|| House::open(config)).join().expect("no panic"))
            .expect("the house opens")
    }
}

/// A house with its router and its follower. Stop it before it is opened again.
#[derive(Clone)]
pub struct TestHouse {
    /// The use cases.
    pub house: House,
    clock: Arc<ManualClock>,
    stop: CancellationToken,
    jobs: TaskTracker,
}

impl TestHouse {
    /// Opens the house and starts its jobs. Call it within a runtime.
    pub fn start(bed: &Bed) -> Self {
        Self::of(bed.open("http://127.0.0.1"), bed)
    }
    /// Starts the jobs of an opened house.
    pub(crate) fn of(house: House, bed: &Bed) -> Self {
        let (stop, jobs) = (CancellationToken::new(), TaskTracker::new());
        jobs.spawn(yingke_app::routing::run(house.clone(), stop.clone()));
        jobs.spawn(yingke_app::metric::run(house.clone(), stop.clone()));
        jobs.spawn(yingke_app::search::run(house.clone(), stop.clone()));
        jobs.close();
        Self {
            house,
            clock: bed.clock.clone(),
            stop,
            jobs,
        }
    }
    /// The clock.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }
    /// The shop `main`.
    ///
    /// # Panics
    /// Never: every house begins with it.
    pub fn shop(&self) -> ShopId {
        self.house
            .directory()
            .shop_by_code("main")
            .expect("the shop main")
            .id
    }
    /// Somebody new, without a password.
    ///
    /// # Panics
    /// If the name is refused.
    pub async fn person(&self, name: &str, role: Role, line: Option<&str>, capacity: Option<u32>) -> Staff {
        let who = Invite {
            name: name.to_owned(),
            // A login has no blanks inside.
            login: format!("login-{}", name.replace(char::is_whitespace, "-")),
            role,
            line: line.map(str::to_owned),
            capacity,
            grade: None,
        };
        let person = add_person(&self.house, None, who).await.expect("a person");
        Staff {
            person,
            name: name.to_owned(),
            role,
            session: [0; 32],
        }
    }
    /// Sits down at a desk of the house's own making, in this state.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn sit(&self, staff: &Staff, state: State) -> ConnectionId {
        let connection = ConnectionId::new(self.clock.now());
        yingke_app::presence::connect(&self.house, staff.person, connection)
            .await
            .expect("a seat");
        yingke_app::presence::set_state(&self.house, staff, state)
            .await
            .expect("a state");
        connection
    }
    /// A buyer new to the house.
    ///
    /// # Panics
    /// If the widget is refused.
    pub async fn buyer(&self) -> Guest {
        let words = Hello {
            shop: "main".to_owned(),
            ..Hello::default()
        };
        hello(&self.house, words).await.expect("a guest").guest
    }
    /// Signs of life of these people, now.
    ///
    /// # Panics
    /// If the store fails.
    pub async fn renew(&self, people: &[PersonId]) {
        for person in people {
            yingke_app::presence::renew(&self.house, *person)
                .await
                .expect("a lease");
        }
    }
    /// Stops it and opens it again on the same bed.
    pub async fn start_again(old: Self, bed: &Bed) -> Self {
        old.stop().await;
        Self::start(bed)
    }
    /// Ends the jobs, then closes the store.
    ///
    /// # Panics
    /// If they do not end.
    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(30), self.jobs.wait())
            .await
            .expect("the jobs end");
        let house = self.house.clone();
        tokio::task::spawn_blocking(move || house.close())
            .await
            .expect("the store closes");
    }
}

impl std::fmt::Debug for TestHouse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestHouse")
    }
}

/// Runs a test on a runtime of its own, for two minutes at most.
///
/// # Panics
/// If the test takes longer, or fails.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let done = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), test).await });
    runtime.shutdown_timeout(Duration::from_secs(5));
    done.expect("the test ends within two minutes")
}

/// Looks again and again until it is so.
///
/// # Panics
/// If it is not so after 30 s.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let begun = tokio::time::Instant::now();
    while !is_so().await {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "still not so after 30 s: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
