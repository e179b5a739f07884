//! Opening, migrating, closing.

use chancery_store::{Location, MIGRATIONS, Migration, OpenError, Options, Store, StoreError};
use chancery_testkit::free_port;

use crate::support::{self, Bench, Busy, add, read_value};

on_every_engine!(closing_answers_all_that_waits, the_programs_own_schema_is_made);

on_shared_engines! {
    what_was_written_is_there_after_closing,
    an_older_schema_is_brought_up_to_date,
    a_schema_of_a_newer_program_is_refused_and_left_as_it_is,
    a_failed_migration_leaves_no_trace,
    a_schema_of_another_build_is_refused_and_left_as_it_is,
    a_schema_without_fingerprints_is_refused,
}

async fn closing_answers_all_that_waits(bench: Bench) {
    let (store, _) = bench.open_alone(support::no_fault).await;
    let busy = Busy::keep(&store).await;
    let (first, second, (), ()) = tokio::join!(biased; add(&store), add(&store), store.close(), busy.end());
    assert_eq!((first, second), (Ok(1), Ok(2)));
    assert_eq!(add(&store).await, Err(StoreError::ShuttingDown));
    assert_eq!(store.read(|tx| support::value(tx, "a")).await, Err(StoreError::ShuttingDown));
    store.close().await;
}

async fn the_programs_own_schema_is_made(bench: Bench) {
    let versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    assert_eq!(versions, (1..=versions.len()).map(|version| version as i64).collect::<Vec<_>>());
    for _ in 0..2 {
        let store = Store::open(bench.location.clone(), Options::default()).await.unwrap();
        assert_eq!(store.check().await, Ok(()));
        let sql = "SELECT version FROM schema_migrations ORDER BY version";
        let found = store.read(move |tx| tx.query(sql, &[], |c| c.take::<i64>())).await;
        assert_eq!(found.as_ref(), Ok(&versions));
        store.close().await;
    }
}

async fn what_was_written_is_there_after_closing(bench: Bench) {
    for round in 1..=3 {
        let store = bench.open().await;
        assert_eq!(add(&store).await, Ok(round));
        store.close().await;
    }
}

async fn versions(bench: &Bench, migrations: &'static [Migration]) -> Vec<(i64, String)> {
    let store = Store::open(bench.location.clone(), Options { migrations, ..Options::default() }).await.unwrap();
    let sql = "SELECT version, name FROM schema_migrations ORDER BY version";
    let found = store.read(move |tx| tx.query(sql, &[], |c| Ok((c.take()?, c.take()?)))).await;
    store.close().await;
    found.map_err(|error: StoreError| error).unwrap()
}

async fn an_older_schema_is_brought_up_to_date(bench: Bench) {
    assert_eq!(versions(&bench, &support::MIGRATIONS[..1]).await.len(), 1);
    assert_eq!(versions(&bench, support::MIGRATIONS).await.len(), 2);
    assert_eq!(add(&bench.open().await).await, Ok(1));
}

async fn a_schema_of_a_newer_program_is_refused_and_left_as_it_is(bench: Bench) {
    let newer = versions(&bench, support::MIGRATIONS).await;
    let bytes = || if let Location::Sqlite(path) = &bench.location { std::fs::read(path).unwrap() } else { Vec::new() };
    let before = bytes();
    let older = Options { migrations: &support::MIGRATIONS[..1], ..Options::default() };
    let refused = Store::open(bench.location.clone(), older).await.unwrap_err();
    assert!(matches!(refused, OpenError::NewerThanProgram { found: 2, known: 1 }), "{refused}");
    assert_eq!(bytes(), before);
    assert_eq!(versions(&bench, support::MIGRATIONS).await, newer);
}

const BROKEN: &[Migration] = &[
    support::MIGRATIONS[0],
    Migration { version: 2, name: "broken", sql: "CREATE TABLE half (id BIGINT); CREATE TABEL other (id BIGINT);" },
];

async fn a_failed_migration_leaves_no_trace(bench: Bench) {
    let broken = Options { migrations: BROKEN, ..Options::default() };
    let failed = Store::open(bench.location.clone(), broken).await.unwrap_err();
    assert!(matches!(failed, OpenError::Migration { version: 2, name: "broken", .. }), "{failed}");
    let store = bench.open().await;
    let half = store.read(|tx| tx.query("SELECT id FROM half", &[], |c| c.take::<i64>())).await;
    assert!(half.is_err());
}

const OTHER: &[Migration] =
    &[Migration { version: 1, name: "aggregates", sql: "CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY);" }];

async fn a_schema_of_another_build_is_refused_and_left_as_it_is(bench: Bench) {
    let made = versions(&bench, OTHER).await;
    let refused = Store::open(bench.location.clone(), bench.options.clone()).await.unwrap_err();
    assert!(matches!(refused, OpenError::OtherHistory { version: 1, name: "aggregates" }), "{refused}");
    assert_eq!(versions(&bench, OTHER).await, made, "and the other build still opens it");
}

const BEFORE_FINGERPRINTS: &[Migration] = &[Migration {
    version: 1,
    name: "aggregates",
    sql: "ALTER TABLE schema_migrations DROP COLUMN fingerprint; CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY);",
}];

async fn a_schema_without_fingerprints_is_refused(bench: Bench) {
    let older = Options { migrations: BEFORE_FINGERPRINTS, ..Options::default() };
    Store::open(bench.location.clone(), older).await.unwrap().close().await;
    let refused = Store::open(bench.location.clone(), bench.options.clone()).await.unwrap_err();
    assert!(matches!(refused, OpenError::OtherHistory { version: 1, .. }), "{refused}");
}

#[tokio::test]
async fn a_second_server_on_one_sqlite_folder_refuses_to_start() {
    let bench = Bench::new(support::Engine::Sqlite);
    let store = bench.open().await;
    let refused = Store::open(bench.location.clone(), bench.options.clone()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Locked { .. }), "{refused}");
    assert_eq!(add(&store).await, Ok(1), "and the first goes on");
    store.close().await;
    assert_eq!(read_value(&bench.open().await, "a").await, 1);
}

#[tokio::test]
async fn after_a_clean_stop_the_sqlite_file_is_the_whole_database() {
    let bench = Bench::new(support::Engine::Sqlite);
    let store = bench.open().await;
    assert_eq!(add(&store).await, Ok(1));
    store.close().await;
    let Location::Sqlite(path) = &bench.location else { unreachable!() };
    let copy = Bench::new(support::Engine::Sqlite);
    let Location::Sqlite(target) = &copy.location else { unreachable!() };
    std::fs::copy(path, target).unwrap();
    assert_eq!(read_value(&copy.open().await, "a").await, 1);
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let missing = Location::Sqlite("/nonexistent/folder/test.db".into());
    let error = Store::open(missing, Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error}");
    let unreachable = Location::Postgres(format!("postgresql://u:geheim@127.0.0.1:{}/x", free_port()));
    assert!(!format!("{unreachable:?}").contains("geheim"));
    let error = Store::open(unreachable, Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Database { error: StoreError::Unavailable { .. } }), "{error}");
    assert!(!error.to_string().contains("geheim"));
    let wrong = Location::Postgres("postgresql://u:geheim@host:port/x".to_owned());
    let error = Store::open(wrong, Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Address { .. }), "{error}");
    assert!(!error.to_string().contains("geheim"));
}

#[tokio::test]
async fn two_servers_can_migrate_one_postgresql_at_once() {
    let bench = Bench::new(support::Engine::Postgres);
    let open = || Store::open(bench.location.clone(), bench.options.clone());
    let (a, b, c) = tokio::join!(open(), open(), open());
    for store in [a, b, c] {
        assert_eq!(store.unwrap().check().await, Ok(()));
    }
}
