//! The store: what the rest of the program holds.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::connection::Access;
use super::fault::FaultHook;
use super::lock::FolderLock;
use super::migrate::{MIGRATIONS, Migration};
use super::postgres::Server;
use super::queue::Queue;
use super::sqlite::SqliteConnection;
use super::worker::Worker;
use super::{Aggregate, OpenError, Outcome, ReadTx, StoreError, WriteTx, job};

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// In memory, and gone with the store: for tests.
    Memory,
    /// In this SQLite file, in a folder that exists and belongs to one server.
    Sqlite(PathBuf),
    /// In the PostgreSQL database at this URL (15 or later), which servers may share. Of `sslmode`, `disable`, `prefer` (the
    /// default) and `require` or `verify-full` (which here are the same: the certificate is always checked) are known.
    Postgres(String),
}

impl fmt::Debug for Location {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// How a store works. The defaults are right for servers.
#[derive(Clone)]
pub struct Options {
    /// The schema.
    pub migrations: &'static [Migration],
    /// How long work is tried again while the database cannot be reached.
    pub patience: Duration,
    /// How many closures may wait; more callers wait for a place.
    pub queue: usize,
    /// Connections that write, on PostgreSQL. (SQLite has one.)
    pub writers: usize,
    /// Connections that read.
    pub readers: usize,
    /// Faults on purpose, for tests.
    pub fault: Option<FaultHook>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            migrations: MIGRATIONS,
            patience: Duration::from_secs(5),
            queue: 4_096,
            writers: 8,
            readers: 4,
            fault: None,
        }
    }
}

/// An open database. Clones are the same store; when the last one is dropped, its workers end.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    // Each worker holds a receiver, so that this end knows when the last one is gone.
    workers: watch::Sender<()>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.writes.close();
        self.reads.close();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Locks the folder (SQLite), opens the database, migrates it, and starts the workers. Needs a tokio runtime.
    ///
    /// # Errors
    /// See [`OpenError`]. A database of a newer program is left as it is.
    pub async fn open(location: Location, options: Options) -> Result<Self, OpenError> {
        let opened = tokio::task::spawn_blocking(move || open(location, &options)).await;
        opened.unwrap_or_else(|error| Err(StoreError::internal(error.to_string()).into()))
    }

    /// Runs a closure that changes the database, and returns once that is committed.
    ///
    /// The closure may run more than once (after a collision, a lost connection, a full disk), so it must take ids, times
    /// and randomness from outside. `Ok(Outcome::Done)` and `Ok(Outcome::Refused)` are committed; `Err` undoes what this
    /// closure wrote, and nothing of others'. A panic counts as an error.
    ///
    /// # Errors
    /// The closure's refusal or error, or a [`StoreError`] as such.
    pub async fn write<T, E, F>(&self, aggregate: Aggregate, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send + 'static,
    {
        self.submit(Some(aggregate), work).await
    }

    async fn submit<T, E, F>(&self, aggregate: Option<Aggregate>, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send + 'static,
    {
        let queue = &self.0.writes;
        let (job, answer) = job::write(aggregate, work, queue.place().await?);
        queue.push(job);
        answer.await.unwrap_or_else(|_| Err(StoreError::internal("a worker gave no answer").into()))
    }

    /// Runs a closure on a consistent view of what is committed. It may run more than once.
    ///
    /// # Errors
    /// The closure's, or a [`StoreError`] as such.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let queue = &self.0.reads;
        let (job, answer) = job::read(work, queue.place().await?);
        queue.push(job);
        answer.await.unwrap_or_else(|_| Err(StoreError::internal("a worker gave no answer").into()))
    }

    /// Whether the database answers and takes writes: for a readiness probe.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.read(|tx| tx.query_one("SELECT COUNT(*) FROM schema_migrations", &[], |c| c.take::<i64>())).await?;
        // Touches no row, but both engines refuse it where they could not write.
        self.submit(None, |tx| {
            tx.execute("UPDATE schema_migrations SET applied = 0 WHERE version < 0", &[])?;
            Ok(Outcome::Done(()))
        })
        .await
    }

    /// Takes no more work, answers all that waits, and returns when the workers have ended and the folder is free again.
    /// Later calls get [`StoreError::ShuttingDown`].
    pub async fn close(&self) {
        self.0.writes.close();
        self.0.reads.close();
        self.0.workers.closed().await;
    }
}

fn open(location: Location, options: &Options) -> Result<Store, OpenError> {
    let writes = Arc::new(Queue::new(options.queue));
    let (reads, workers) = match location {
        Location::Memory => {
            let writer = SqliteConnection::memory()?;
            (Arc::clone(&writes), vec![sqlite_writer(writer, None, &writes, options)?])
        }
        Location::Sqlite(path) => {
            let reads = Arc::new(Queue::new(options.queue));
            (Arc::clone(&reads), sqlite_workers(&path, &writes, &reads, options)?)
        }
        Location::Postgres(url) => {
            let reads = Arc::new(Queue::new(options.queue));
            (Arc::clone(&reads), postgres_workers(&url, &writes, &reads, options)?)
        }
    };
    let store = Store(Arc::new(Shared { writes, reads, workers: watch::Sender::new(()) }));
    for (number, (worker, lock)) in workers.into_iter().enumerate() {
        start(number, worker, lock, store.0.workers.subscribe())?;
    }
    Ok(store)
}

/// A worker, and its share of the lock on the folder.
type Employed = (Worker, Option<Arc<FolderLock>>);

fn start(
    number: usize,
    worker: Worker,
    lock: Option<Arc<FolderLock>>,
    end: watch::Receiver<()>,
) -> Result<(), StoreError> {
    let thread = std::thread::Builder::new().name(format!("store-{number}"));
    let body = move || {
        // In this order: the connection is closed with the worker, then the folder is free, then `close` may return.
        worker.run();
        drop(lock);
        drop(end);
    };
    thread.spawn(body).map(drop).map_err(|error| StoreError::unavailable(error.to_string()))
}

fn sqlite_workers(
    path: &std::path::Path,
    writes: &Arc<Queue>,
    reads: &Arc<Queue>,
    options: &Options,
) -> Result<Vec<Employed>, OpenError> {
    let lock = Arc::new(FolderLock::of(path)?);
    let writer = SqliteConnection::writer(path)?;
    let mut workers = vec![sqlite_writer(writer, Some(Arc::clone(&lock)), writes, options)?];
    for _ in 0..options.readers.max(1) {
        let connection = Box::new(SqliteConnection::reader(path)?);
        workers.push((worker(connection, Access::Read, 1, reads, options), Some(Arc::clone(&lock))));
    }
    Ok(workers)
}

fn sqlite_writer(
    mut connection: SqliteConnection,
    lock: Option<Arc<FolderLock>>,
    writes: &Arc<Queue>,
    options: &Options,
) -> Result<Employed, OpenError> {
    connection.migrate(options.migrations)?;
    Ok((worker(Box::new(connection), Access::Write, 256, writes, options), lock))
}

fn postgres_workers(
    url: &str,
    writes: &Arc<Queue>,
    reads: &Arc<Queue>,
    options: &Options,
) -> Result<Vec<Employed>, OpenError> {
    let server = Server::parse(url)?;
    server.migrate(options.migrations)?;
    let mut workers = Vec::new();
    for _ in 0..options.writers.max(1) {
        // PostgreSQL keeps at most 64 savepoints of a transaction in fast memory.
        workers.push((worker(Box::new(server.connection()?), Access::Write, 64, writes, options), None));
    }
    for _ in 0..options.readers.max(1) {
        workers.push((worker(Box::new(server.connection()?), Access::Read, 1, reads, options), None));
    }
    Ok(workers)
}

fn worker(
    connection: Box<dyn super::connection::Connection>,
    access: Access,
    most: usize,
    queue: &Arc<Queue>,
    options: &Options,
) -> Worker {
    Worker {
        queue: Arc::clone(queue),
        connection,
        access,
        most,
        patience: options.patience,
        fault: options.fault.clone(),
        down: false,
    }
}
