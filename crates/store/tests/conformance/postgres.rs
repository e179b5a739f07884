//! PostgreSQL's servers and connections come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chancery_store::{Location, Options, Outcome, Store, StoreError, WriteTx};
use chancery_testkit::{Durability, Postgres};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};

use crate::support::{Bench, Engine, MIGRATIONS, add, increment, no_fault, order, read_value, set};

/// Breaks all connections of stores to a database, and says how many there were.
async fn terminate(client: &Client) -> i64 {
    let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'chancery'";
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_under_load_lose_nothing_and_do_nothing_twice() {
    let bench = Bench::new(Engine::Postgres);
    let Location::Postgres(url) = bench.location.clone() else { unreachable!() };
    let store = bench.open_with(Options { patience: Duration::from_secs(60), ..bench.options.clone() }).await;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut terminated = 0;
    for round in 1..=50 {
        let mut tasks = JoinSet::new();
        for _ in 0..10 {
            let store = store.clone();
            tasks.spawn(async move { add(&store).await.unwrap() });
        }
        // At another moment of the work each time.
        for _ in 0..round % 10 {
            tasks.join_next().await.unwrap().unwrap();
        }
        terminated += terminate(&client).await;
        tasks.join_all().await;
        assert_eq!(read_value(&store, "a").await, round * 10);
    }
    assert!(terminated > 0, "no connection was broken");
}

async fn on(server: &Postgres, patience: Duration) -> Store {
    let options = Options { migrations: MIGRATIONS, patience, ..Options::default() };
    let store = Store::open(Location::Postgres(server.fresh_database()), options).await.unwrap();
    set(&store, "a", 0).await;
    store
}

/// As when somebody between the server and the database (a pooler, `DISCARD ALL`) takes them away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_that_the_server_has_dropped_are_prepared_anew() {
    let bench = Bench::new(Engine::Postgres);
    let (store, commits) = bench.open_alone(no_fault).await;
    assert_eq!(add(&store).await, Ok(1));
    let before = commits.load(Ordering::SeqCst);
    let dropped = AtomicBool::new(false);
    let drop_then_add = move |tx: &mut WriteTx<'_>| {
        if !dropped.swap(true, Ordering::SeqCst) {
            tx.execute("DEALLOCATE ALL", &[])?;
        }
        Ok(Outcome::Done(increment(tx, "a")?))
    };
    assert_eq!(store.write(order(1), drop_then_add).await, Ok::<_, StoreError>(2));
    assert_eq!(read_value(&store, "a").await, 2);
    assert_eq!(commits.load(Ordering::SeqCst), before + 1, "what failed was run again, and committed once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_server_is_not_noticed() {
    let server = Postgres::start();
    let store = on(&server, Duration::from_secs(60)).await;
    assert_eq!(add(&store).await, Ok(1));
    server.restart();
    assert_eq!(read_value(&store, "a").await, 1);
    assert_eq!(add(&store).await, Ok(2));
    assert_eq!(store.check().await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_calls_fail_and_later_heal() {
    let server = Postgres::start();
    let store = on(&server, Duration::from_millis(200)).await;
    server.stop();
    for _ in 0..3 {
        assert!(matches!(add(&store).await, Err(StoreError::Unavailable { .. })));
        assert!(matches!(store.check().await, Err(StoreError::Unavailable { .. })));
    }
    server.restart();
    assert_eq!(store.check().await, Ok(()));
    assert_eq!(add(&store).await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_crashes_under_load_keeps_what_was_answered() {
    let server = Arc::new(Postgres::start_with(Durability::Full));
    let store = on(&server, Duration::from_secs(60)).await;
    for round in 1..=3 {
        let mut tasks = JoinSet::new();
        for _ in 0..100 {
            let store = store.clone();
            tasks.spawn(async move { add(&store).await.unwrap() });
        }
        let crash = Arc::clone(&server);
        let crash = tokio::task::spawn_blocking(move || {
            crash.kill();
            crash.restart();
        });
        tasks.join_all().await;
        crash.await.unwrap();
        assert_eq!(read_value(&store, "a").await, round * 100);
    }
}
