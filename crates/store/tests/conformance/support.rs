//! A database for each test, and the few statements that the tests are made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use chancery_domain::{Id, OrderId, Timestamp};
use chancery_store::{Aggregate, Fault, FaultPoint, Location, Migration, Options, Outcome, ReadTx, Store};
use chancery_store::{StoreError, WriteTx, params};
use chancery_testkit::Postgres;
use tempfile::TempDir;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinHandle;

/// The engines.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Engine {
    Memory,
    Sqlite,
    Postgres,
}

/// The tests' own schema.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "aggregates",
        sql: "CREATE TABLE vendors (id TEXT NOT NULL PRIMARY KEY);
              CREATE TABLE customers (id TEXT NOT NULL PRIMARY KEY);
              CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY);",
    },
    Migration {
        version: 2,
        name: "things",
        sql: "CREATE TABLE counters (id TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));
              CREATE TABLE items (serial {serial}, name TEXT NOT NULL UNIQUE,
                                  counter TEXT REFERENCES counters (id), flag BOOLEAN, data BLOB);",
    },
];

/// An empty database.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) location: Location,
    pub(crate) options: Options,
    _folder: TempDir,
}

impl Bench {
    pub(crate) fn new(engine: Engine) -> Self {
        let folder = TempDir::new().unwrap();
        let location = match engine {
            Engine::Memory => Location::Memory,
            Engine::Sqlite => Location::Sqlite(folder.path().join("test.db")),
            Engine::Postgres => Location::Postgres(Postgres::shared().fresh_database()),
        };
        let options = Options { migrations: MIGRATIONS, ..Options::default() };
        Self { engine, location, options, _folder: folder }
    }

    pub(crate) async fn open(&self) -> Store {
        self.open_with(self.options.clone()).await
    }

    pub(crate) async fn open_with(&self, options: Options) -> Store {
        let store = Store::open(self.location.clone(), options).await.unwrap();
        set(&store, "a", 0).await;
        store
    }

    /// A store with one worker that writes, so that what waits while it is busy makes one batch; and how often it has
    /// committed. `fault` says what goes wrong at which of the faults' points, counted from 0.
    pub(crate) async fn open_alone(
        &self,
        fault: impl Fn(FaultPoint, u32) -> Fault + Send + Sync + 'static,
    ) -> (Store, Arc<AtomicU32>) {
        let commits = Arc::new(AtomicU32::new(0));
        let armed = Arc::clone(&commits);
        let hook = move |point| match point {
            FaultPoint::BeforeCommit => fault(point, armed.fetch_add(1, Ordering::SeqCst)),
            FaultPoint::AfterCommit => fault(point, armed.load(Ordering::SeqCst) - 1),
        };
        let options = Options { writers: 1, fault: Some(Arc::new(hook)), ..self.options.clone() };
        (self.open_with(options).await, commits)
    }
}

/// The aggregate of number so and so.
pub(crate) fn order(number: u8) -> Aggregate {
    Aggregate::Order(OrderId::new(Timestamp::from_micros(0).unwrap(), [number; 10]))
}

pub(crate) fn no_fault(_: FaultPoint, _: u32) -> Fault {
    Fault::None
}

pub(crate) async fn set(store: &Store, counter: &'static str, value: i64) {
    let put = move |tx: &mut WriteTx<'_>| {
        let Aggregate::Order(order) = order(1) else { unreachable!() };
        tx.execute("INSERT INTO orders (id) VALUES ($1) ON CONFLICT DO NOTHING", params![order])?;
        let sql = "INSERT INTO counters (id, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.execute(sql, params![counter, value])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    store.write(order(1), put).await.unwrap();
}

const VALUE: &str = "SELECT value FROM counters WHERE id = $1";

pub(crate) fn value(tx: &mut ReadTx<'_>, counter: &str) -> Result<i64, StoreError> {
    tx.query_one(VALUE, params![counter], |c| c.take())
}

pub(crate) fn announce_value(tx: &mut ReadTx<'_>, counter: &str) -> Result<(), StoreError> {
    tx.announce(VALUE, params![counter])
}

/// Reads first and writes then, so that two at once would lose one.
pub(crate) fn increment(tx: &mut WriteTx<'_>, counter: &str) -> Result<i64, StoreError> {
    let next = value(tx, counter)? + 1;
    tx.execute("UPDATE counters SET value = $1 WHERE id = $2", params![next, counter])?;
    Ok(next)
}

pub(crate) async fn read_value(store: &Store, counter: &'static str) -> i64 {
    store.read(move |tx| value(tx, counter)).await.unwrap()
}

pub(crate) async fn add(store: &Store) -> Result<i64, StoreError> {
    store.write(order(1), |tx| Ok(Outcome::Done(increment(tx, "a")?))).await
}

/// A worker that is kept busy, so that what is written meanwhile waits in the queue and makes one batch.
pub(crate) struct Busy {
    gate: mpsc::Sender<()>,
    task: JoinHandle<Result<(), StoreError>>,
}

impl Busy {
    /// Returns when the only worker has begun with a closure that waits.
    pub(crate) async fn keep(store: &Store) -> Self {
        let (gate, closed) = mpsc::channel();
        let (begun, mut has_begun) = unbounded_channel();
        let wait = move |_: &mut WriteTx<'_>| {
            let _ = begun.send(());
            let _ = closed.recv();
            Ok(Outcome::Done(()))
        };
        let store = store.clone();
        let task = tokio::spawn(async move { store.write(order(2), wait).await });
        has_begun.recv().await.unwrap();
        Self { gate, task }
    }

    /// Lets the worker go on. In a `biased` `join!` behind calls of the store, all of those then wait in the queue.
    pub(crate) async fn end(self) {
        self.gate.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}
