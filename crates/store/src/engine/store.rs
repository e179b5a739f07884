//! The store: what the rest of the program holds.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fault::FaultHook;
use super::migrate::{MIGRATIONS, Migration};
use super::open::{Opened, open};
use super::{Aggregate, OpenError, Outcome, ReadTx, StoreError, WriteTx, job};

/// So long is waited before it is looked again whether others' transactions have ended.
const PAUSE: Duration = Duration::from_millis(20);

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
    /// How long work is tried again while the database cannot be reached, and how long others' open transactions are waited for.
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
pub struct Store(Arc<Opened>);

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
        let opened = tokio::task::spawn_blocking(move || open(&location, &options)).await;
        opened
            .unwrap_or_else(|error| Err(StoreError::internal(error.to_string()).into()))
            .map(|opened| Self(Arc::new(opened)))
    }

    /// Runs a closure that changes the database, and returns once that is committed.
    ///
    /// The closure may run more than once (after a collision, a lost connection, a full disk), so it must take ids, times
    /// and randomness from outside. `Ok(Outcome::Done)` and `Ok(Outcome::Refused)` are committed; `Err` undoes what this
    /// closure wrote, and nothing of others'. A panic counts as an error. What it changes, one aggregate or several, is locked
    /// before; all servers lock in the same order, so that two that want the same wait for each other and never forever.
    ///
    /// # Errors
    /// The closure's refusal or error, or a [`StoreError`] as such.
    pub async fn write<T, E, F>(&self, aggregates: impl Into<Vec<Aggregate>>, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send + 'static,
    {
        self.submit(aggregates.into(), work).await
    }

    /// The same for rows that nothing else is decided by: no aggregate is locked, and nobody waits.
    ///
    /// # Errors
    /// As those of [`Store::write`].
    pub async fn write_unlocked<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send + 'static,
    {
        self.submit(Vec::new(), work).await
    }

    async fn submit<T, E, F>(&self, aggregates: Vec<Aggregate>, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send + 'static,
    {
        let queue = &self.0.writes;
        let (job, answer) = job::write(aggregates, work, queue.place().await?);
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

    /// The same for a look at a few rows by their keys, which may be done at once, on the caller's thread.
    ///
    /// # Errors
    /// As those of [`Store::read`].
    pub async fn glance<T, E, F>(&self, mut work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, E> + Send + 'static,
    {
        match self.0.glances.run(&mut work) {
            Some(answer) => answer,
            None => self.read(work).await,
        }
    }

    /// Whether the database answers and takes writes: for a readiness probe.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.read(|tx| tx.query_one("SELECT COUNT(*) FROM schema_migrations", &[], |c| c.take::<i64>())).await?;
        // Touches no row, but both engines refuse it where they could not write.
        self.submit(Vec::new(), |tx| {
            tx.execute("UPDATE schema_migrations SET applied = 0 WHERE version < 0", &[])?;
            Ok(Outcome::Done(()))
        })
        .await
    }

    /// What tells this database from every other: on PostgreSQL, where it can be copied without its machine; nothing on SQLite, whose
    /// files are told by the machine.
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub async fn identity(&self) -> Result<Option<String>, StoreError> {
        if !self.0.is_postgres {
            return Ok(None);
        }
        let sql = "SELECT CAST(c.system_identifier AS TEXT) || '/' || CAST(d.oid AS TEXT)
                   FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()";
        self.read(move |tx| tx.query_opt(sql, &[], |c| c.take())).await
    }

    /// Waits until all that was being written to the journal at the call is committed or undone; says whether it is, because nobody is
    /// waited for longer than [`Options::patience`]. On PostgreSQL rows are numbered before they are committed: of what was seen of the
    /// journal before this call, nothing is missing after it. Nobody else waits for it. (SQLite has one writer.)
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_journal(&self) -> Result<bool, StoreError> {
        if !self.0.is_postgres {
            return Ok(true);
        }
        // Whoever writes has this lock on the table from before a number is drawn until the transaction has ended.
        let sql = "SELECT virtualtransaction FROM pg_locks
                   WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
                     AND relation = CAST(CAST('journal' AS regclass) AS oid)
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let writing = || self.read(move |tx| tx.query(sql, &[], |c| c.take::<String>()));
        let (started, mut before) = (Instant::now(), writing().await?);
        while !before.is_empty() {
            if started.elapsed() >= self.0.patience {
                return Ok(false);
            }
            tokio::time::sleep(PAUSE).await;
            let now = writing().await?;
            before.retain(|transaction| now.contains(transaction));
        }
        Ok(true)
    }

    /// Takes no more work, answers all that waits, and returns when the workers have ended and the folder is free again.
    /// Later calls get [`StoreError::ShuttingDown`].
    pub async fn close(&self) {
        self.0.writes.close();
        self.0.reads.close();
        self.0.glances.close();
        self.0.workers.closed().await;
    }
}
