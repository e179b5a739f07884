//! Opening: the lock, the schema, and the workers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::connection::{Access, Connection};
use super::glance::Glances;
use super::lock::FolderLock;
use super::postgres::Server;
use super::queue::Queue;
use super::sqlite::SqliteConnection;
use super::worker::Worker;
use super::{Location, OpenError, Options, StoreError};

/// The most closures in one transaction on SQLite.
const SQLITE_BATCH: usize = 256;
/// The same on PostgreSQL, which keeps at most 64 savepoints of a transaction in fast memory.
const POSTGRES_BATCH: usize = 64;

/// The most connections for looks at a few rows.
const GLANCES: usize = 8;

/// What the store keeps of what was opened.
pub(crate) struct Opened {
    pub(crate) writes: Arc<Queue>,
    pub(crate) reads: Arc<Queue>,
    pub(crate) glances: Glances,
    /// Whether it is PostgreSQL.
    pub(crate) is_postgres: bool,
    /// See [`Options::patience`].
    pub(crate) patience: Duration,
    /// Each worker holds a receiver, so that this end knows when the last one is gone.
    pub(crate) workers: watch::Sender<()>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.writes.close();
        self.reads.close();
        self.glances.close();
    }
}

/// Opens a database and starts its workers. Takes its time: not for an async thread.
pub(crate) fn open(location: &Location, options: &Options) -> Result<Opened, OpenError> {
    let writes = Arc::new(Queue::new(options.queue));
    let reads = match location {
        // There is only the one connection to such a database.
        Location::Memory => Arc::clone(&writes),
        _ => Arc::new(Queue::new(options.queue)),
    };
    let is_postgres = matches!(location, Location::Postgres(_));
    let (glances, patience, workers) = (Glances::default(), options.patience, watch::Sender::new(()));
    let opened = Opened { writes, reads, glances, is_postgres, patience, workers };
    let mut crew = Crew { opened: &opened, options, lock: None, size: 0 };
    match location {
        Location::Memory => {
            let mut writer = SqliteConnection::memory()?;
            writer.migrate(options.migrations)?;
            crew.hire(Box::new(writer), Access::Write, SQLITE_BATCH)?;
        }
        Location::Sqlite(path) => crew.hire_for_sqlite(path)?,
        Location::Postgres(url) => crew.hire_for_postgres(url)?,
    }
    Ok(opened)
}

/// Starts workers.
struct Crew<'a> {
    opened: &'a Opened,
    options: &'a Options,
    lock: Option<Arc<FolderLock>>,
    size: usize,
}

impl Crew<'_> {
    fn hire_for_sqlite(&mut self, path: &Path) -> Result<(), OpenError> {
        self.lock = Some(Arc::new(FolderLock::of(path)?));
        let mut writer = SqliteConnection::writer(path)?;
        writer.migrate(self.options.migrations)?;
        self.hire(Box::new(writer), Access::Write, SQLITE_BATCH)?;
        for _ in 0..self.options.readers.max(1) {
            self.hire(Box::new(SqliteConnection::reader(path)?), Access::Read, 1)?;
        }
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from).min(GLANCES) {
            self.opened.glances.add(Box::new(SqliteConnection::reader(path)?));
        }
        Ok(())
    }

    fn hire_for_postgres(&mut self, url: &str) -> Result<(), OpenError> {
        let server = Server::parse(url)?;
        server.migrate(self.options.migrations)?;
        for _ in 0..self.options.writers.max(1) {
            self.hire(Box::new(server.connection()?), Access::Write, POSTGRES_BATCH)?;
        }
        for _ in 0..self.options.readers.max(1) {
            self.hire(Box::new(server.connection()?), Access::Read, 1)?;
        }
        Ok(())
    }

    fn hire(&mut self, connection: Box<dyn Connection>, access: Access, most: usize) -> Result<(), StoreError> {
        let queue = match access {
            Access::Read => &self.opened.reads,
            Access::Write => &self.opened.writes,
        };
        let worker = Worker {
            queue: Arc::clone(queue),
            connection,
            access,
            most,
            patience: self.options.patience,
            fault: self.options.fault.clone(),
            down: false,
        };
        let lock = self.lock.clone();
        let end = self.opened.workers.subscribe();
        let body = move || {
            // In this order: the connection is closed with its worker, then the folder is free, then `close` may return.
            worker.run();
            drop(lock);
            drop(end);
        };
        self.size += 1;
        let thread = std::thread::Builder::new().name(format!("store-{}", self.size));
        thread.spawn(body).map(drop).map_err(|error| StoreError::unavailable(error.to_string()))
    }
}
