//! PostgreSQL's servers and connections come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chancery_store::{Location, Options, Store, StoreError};
use chancery_testkit::{Durability, Postgres};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use crate::support::{Bench, Engine, MIGRATIONS, add, read_value, set};

/// Breaks all connections of stores to a database, again and again until told to stop.
async fn terminate(url: String, stop: Arc<AtomicBool>) -> i64 {
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'chancery'";
    let mut terminated = 0;
    while !stop.load(Ordering::SeqCst) {
        terminated += client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0);
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    terminated
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_under_load_lose_nothing_and_do_nothing_twice() {
    let bench = Bench::new(Engine::Postgres);
    let Location::Postgres(url) = bench.location.clone() else { unreachable!() };
    let store = bench.open_with(Options { patience: Duration::from_secs(60), ..bench.options.clone() }).await;
    let stop = Arc::new(AtomicBool::new(false));
    let killer = tokio::spawn(terminate(url, Arc::clone(&stop)));
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        tasks.spawn(async move {
            for _ in 0..20 {
                add(&store).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    stop.store(true, Ordering::SeqCst);
    assert!(killer.await.unwrap() > 0, "no connection was broken");
    assert_eq!(read_value(&store, "a").await, 400);
}

async fn on(server: &Postgres, patience: Duration) -> Store {
    let options = Options { migrations: MIGRATIONS, patience, ..Options::default() };
    let store = Store::open(Location::Postgres(server.fresh_database()), options).await.unwrap();
    set(&store, "a", 0).await;
    store
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
