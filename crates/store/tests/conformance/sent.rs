//! Statements whose answer nobody waits for, looks at once, and checkpoints beside the writer.

use chancery_store::{ConstraintKind, Location, Outcome, StoreError, WriteTx, params};

use crate::support::{Bench, Busy, Engine, add, no_fault, order, read_value, value};

on_every_engine! {
    what_was_sent_is_seen_by_the_next_statement,
    a_sent_statement_that_fails_undoes_its_own_closure_alone,
    a_glance_sees_what_is_committed,
    a_glance_that_fails_says_why,
}

async fn what_was_sent_is_seen_by_the_next_statement(bench: Bench) {
    let store = bench.open().await;
    let work = |tx: &mut WriteTx<'_>| {
        // More than wait at a time.
        for next in 1..=200 {
            tx.send("UPDATE counters SET value = $1 WHERE id = $2", params![next, "a"])?;
        }
        Ok::<_, StoreError>(Outcome::Done(value(tx, "a")?))
    };
    assert_eq!(store.write(order(1), work).await, Ok(200));
    assert_eq!(read_value(&store, "a").await, 200);
}

fn send_what_fails(tx: &mut WriteTx<'_>) -> Result<Outcome<(), StoreError>, StoreError> {
    tx.send("UPDATE counters SET value = value + 10 WHERE id = $1", params!["a"])?;
    tx.send("UPDATE counters SET value = -1 WHERE id = $1", params!["a"])?;
    Ok(Outcome::Done(()))
}

fn is_check<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Constraint { kind: ConstraintKind::Check, .. }))
}

async fn a_sent_statement_that_fails_undoes_its_own_closure_alone(bench: Bench) {
    let (store, _) = bench.open_alone(no_fault).await;
    let busy = Busy::keep(&store).await;
    let (first, failed, last, ()) = tokio::join!(
        biased;
        add(&store),
        store.write(order(1), send_what_fails),
        add(&store),
        busy.end()
    );
    assert_eq!((first, last), (Ok(1), Ok(2)));
    assert!(is_check(&failed), "{failed:?}");
    let busy = Busy::keep(&store).await;
    let (first, failed, ()) = tokio::join!(biased; add(&store), store.write(order(1), send_what_fails), busy.end());
    assert_eq!(first, Ok(3));
    assert!(is_check(&failed), "the last of its batch: {failed:?}");
    let failed = store.write(order(1), send_what_fails).await;
    assert!(is_check(&failed), "alone in its batch: {failed:?}");
    assert_eq!(read_value(&store, "a").await, 3);
}

async fn a_glance_sees_what_is_committed(bench: Bench) {
    let store = bench.open().await;
    for round in 1..=3 {
        assert_eq!(add(&store).await, Ok(round));
        assert_eq!(store.glance(|tx| value(tx, "a")).await, Ok(round));
    }
    store.close().await;
    assert_eq!(store.glance(|tx| value(tx, "a")).await, Err(StoreError::ShuttingDown));
}

async fn a_glance_that_fails_says_why(bench: Bench) {
    let store = bench.open().await;
    let unknown = store.glance(|tx| value(tx, "nobody")).await;
    assert!(matches!(unknown, Err(StoreError::Corrupt { .. })), "{unknown:?}");
    let broken = store.glance(|tx| tx.query_one("SELECT nothing FROM nowhere", &[], |c| c.take::<i64>())).await;
    assert!(broken.is_err());
    let panicked = store.glance(|_| -> Result<(), StoreError> { panic!("as ordered") }).await;
    assert!(matches!(panicked, Err(StoreError::Internal { .. })), "{panicked:?}");
    assert_eq!(store.glance(|tx| value(tx, "a")).await, Ok(0), "the connection is still good");
}

/// However much is written, the WAL is copied into the database meanwhile, and starts over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wal_is_copied_while_the_writer_goes_on() {
    const MEBIBYTE: u64 = 1 << 20;
    let bench = Bench::new(Engine::Sqlite);
    let Location::Sqlite(file) = bench.location.clone() else { unreachable!() };
    let store = bench.open().await;
    for number in 0..160_i64 {
        let work = move |tx: &mut WriteTx<'_>| {
            let data = vec![7_u8; 1 << 20];
            tx.execute("INSERT INTO items (name, data) VALUES ($1, $2)", params![number.to_string(), &data])?;
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        store.write(order(1), work).await.unwrap();
    }
    let length = |suffix: &str| std::fs::metadata(format!("{}{suffix}", file.display())).unwrap().len();
    assert!(length("") > 40 * MEBIBYTE, "copied: {}", length(""));
    assert!(length("-wal") < 130 * MEBIBYTE, "bounded: {}", length("-wal"));
    store.close().await;
    assert!(length("") > 160 * MEBIBYTE, "all of it");
}
