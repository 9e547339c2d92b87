//! A store of its own for each test.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use yingke_store::{Effect, Lane, Result, Store, StoreConfig, Target, Tx, args};

/// An opened store with a small table, and what it has published.
pub(crate) struct Bed {
    pub(crate) store: Store,
    pub(crate) published: Arc<Mutex<Vec<u64>>>,
    /// Everything published, in order.
    pub(crate) effects: Arc<Mutex<Vec<Effect>>>,
    pub(crate) config: StoreConfig,
    _dir: tempfile::TempDir,
    _database: Option<yingke_testkit::postgres::Database>,
}

pub(crate) const TABLES: &str = "
    CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL, n BIGINT NOT NULL CONSTRAINT item_n_range CHECK (n >= 0));
    CREATE UNIQUE INDEX item_name ON item (name);
    CREATE TABLE part (id BIGINT PRIMARY KEY, item BIGINT NOT NULL,
        CONSTRAINT part_item_fkey FOREIGN KEY (item) REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE filler (id BIGINT PRIMARY KEY, body TEXT NOT NULL);";

impl Bed {
    pub(crate) fn sqlite() -> Self {
        Self::with(|config| config)
    }
    pub(crate) fn with(change: impl FnOnce(StoreConfig) -> StoreConfig) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = change(StoreConfig::sqlite(dir.path().join("yingke.db")));
        Self::open(dir, config, None)
    }
    /// `None` where there is no PostgreSQL.
    pub(crate) fn postgres(lanes: usize) -> Option<Self> {
        let database = yingke_testkit::postgres::Cluster::shared()?.database().unwrap();
        let config = StoreConfig {
            target: Target::Postgres {
                url: database.url(),
                lanes,
            },
            ..StoreConfig::postgres("")
        };
        Some(Self::open(tempfile::tempdir().unwrap(), config, Some(database)))
    }
    /// Without the small table.
    pub(crate) fn bare_sqlite() -> Self {
        Self::bare_with(|config| config)
    }
    /// Without the small table.
    pub(crate) fn bare_with(change: impl FnOnce(StoreConfig) -> StoreConfig) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = change(StoreConfig::sqlite(dir.path().join("yingke.db")));
        Self::bare(dir, config, None)
    }
    /// Without the small table.
    pub(crate) fn bare_postgres() -> Option<Self> {
        let database = yingke_testkit::postgres::Cluster::shared()?.database().unwrap();
        Some(Self::bare(
            tempfile::tempdir().unwrap(),
            StoreConfig::postgres(database.url()),
            Some(database),
        ))
    }
    /// With the house's schema.
    pub(crate) fn house_sqlite() -> Self {
        Self::bare_sqlite().migrated()
    }
    /// With the house's schema.
    pub(crate) fn house_postgres(lanes: usize) -> Option<Self> {
        let database = yingke_testkit::postgres::Cluster::shared()?.migrated().unwrap();
        let config = StoreConfig {
            target: Target::Postgres {
                url: database.url(),
                lanes,
            },
            ..StoreConfig::postgres("")
        };
        Some(Self::bare(tempfile::tempdir().unwrap(), config, Some(database)))
    }
    /// The house's schema on this store.
    pub(crate) fn migrated(self) -> Self {
        yingke_store::migrate::run(&self.store).unwrap();
        self
    }
    fn open(
        dir: tempfile::TempDir,
        config: StoreConfig,
        database: Option<yingke_testkit::postgres::Database>,
    ) -> Self {
        let bed = Self::bare(dir, config, database);
        bed.store
            .write_blocking(Lane::Any, |tx| tx.batch(TABLES))
            .unwrap();
        bed
    }
    fn bare(
        dir: tempfile::TempDir,
        config: StoreConfig,
        database: Option<yingke_testkit::postgres::Database>,
    ) -> Self {
        let published = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::new(Mutex::new(Vec::new()));
        let (to, to_all) = (published.clone(), all.clone());
        let publish = Arc::new(move |effects: Vec<Effect>| {
            to_all.lock().unwrap().extend(effects.iter().cloned());
            to.lock()
                .unwrap()
                .extend(effects.iter().filter_map(|effect| match effect {
                    Effect::Custom(n) => Some(*n),
                    _ => None,
                }));
        });
        let store = Store::open(config.clone(), publish).unwrap();
        Self {
            store,
            published,
            effects: all,
            config,
            _dir: dir,
            _database: database,
        }
    }

    pub(crate) fn published(&self) -> Vec<u64> {
        self.published.lock().unwrap().clone()
    }
    /// Ids of the items, in order.
    pub(crate) fn items(&self) -> Vec<i64> {
        self.store
            .read_blocking(|tx| tx.all("SELECT id FROM item ORDER BY id", &[], |row| row.int(0)))
            .unwrap()
    }
    /// Holds the writer of this lane until the returned value is dropped, so that what is queued meanwhile is one group.
    pub(crate) fn hold(&self, lane: Lane) -> Hold {
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let (tell, begun) = std::sync::mpsc::channel();
        let wait = Mutex::new(wait);
        let queued = self.store.write_queued(lane, move |_| {
            let _ = tell.send(());
            let _ = wait.lock().unwrap().recv_timeout(Duration::from_secs(20));
            Ok(())
        });
        begun.recv_timeout(Duration::from_secs(20)).unwrap();
        Hold {
            release: Some(release),
            queued: Some(queued),
        }
    }
}

pub(crate) struct Hold {
    release: Option<std::sync::mpsc::Sender<()>>,
    queued: Option<yingke_store::Queued<()>>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        drop(self.release.take());
        if let Some(queued) = self.queued.take() {
            let _ = queued.wait();
        }
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, id: i64, name: &str) -> Result<u64> {
    tx.exec(
        "INSERT INTO item (id, name, n) VALUES ($1, $2, $3)",
        args![id, name, 0],
    )
}

/// One lane for all that a test queues, so that it is one group on PostgreSQL too.
pub(crate) const LANE: Lane = Lane::Thread([7; 16]);

/// The same test on both databases.
macro_rules! both {
    ($name:ident, |$bed:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every test needs every word")]
            use super::*;
            fn run($bed: $crate::bed::Bed) $body
            #[test]
            fn sqlite() {
                run($crate::bed::Bed::sqlite());
            }
            #[test]
            fn postgres() {
                if let Some(bed) = $crate::bed::Bed::postgres(4) {
                    run(bed);
                }
            }
        }
    };
}
pub(crate) use both;
