//! Statements whose answer nobody waits for, looks at once, and checkpoints beside the writer.

use chancery_store::{ConstraintKind, Location, Outcome, StoreError, WriteTx, params};

use crate::support::{Bench, Busy, Engine, add, announce_value, increment, no_fault, order, read_value, set, value};

on_every_engine! {
    what_was_sent_is_seen_by_the_next_statement,
    a_sent_statement_that_fails_undoes_its_own_closure_alone,
    what_was_announced_is_answered_as_it_is_when_it_is_asked,
    a_closure_that_was_overtaken_runs_again,
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

async fn what_was_announced_is_answered_as_it_is_when_it_is_asked(bench: Bench) {
    let store = bench.open().await;
    set(&store, "b", 7).await;
    let work = |tx: &mut WriteTx<'_>| {
        let announce = |tx: &mut WriteTx<'_>| ["b", "a", "b"].into_iter().try_for_each(|id| announce_value(tx, id));
        announce(tx)?;
        assert_eq!((value(tx, "a")?, value(tx, "b")?), (0, 7), "in another order");
        announce(tx)?;
        // Not sent yet, and then sent: either way it is asked again after a change.
        tx.send("UPDATE counters SET value = $1 WHERE id = $2", params![8, "b"])?;
        announce(tx)?;
        assert_eq!(value(tx, "a")?, 0);
        tx.execute("UPDATE counters SET value = $1 WHERE id = $2", params![9, "b"])?;
        assert_eq!(value(tx, "b")?, 9);
        announce(tx)?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    assert_eq!(store.write(order(1), work).await, Ok(()));
    assert_eq!(add(&store).await, Ok(1), "what nobody asked for is forgotten");
    assert_eq!(store.write(order(1), |tx| Ok::<_, StoreError>(Outcome::Done(value(tx, "a")?))).await, Ok(1));
    assert_eq!(read_value(&store, "b").await, 9);
}

/// The second time, there is something to be changed.
fn overtaken_once() -> impl FnMut(&mut WriteTx<'_>) -> Result<Outcome<i64, StoreError>, StoreError> + Send {
    let mut unwanted = 99;
    move |tx| {
        let next = increment(tx, "a")?;
        let unwanted = std::mem::replace(&mut unwanted, -1);
        tx.send_one("UPDATE counters SET value = value + 10 WHERE id = $1 AND value <> $2", params!["a", unwanted])?;
        Ok(Outcome::Done(next))
    }
}

async fn a_closure_that_was_overtaken_runs_again(bench: Bench) {
    let (store, _) = bench.open_alone(no_fault).await;
    assert_eq!(
        store.write(order(1), |tx| tx.execute("UPDATE counters SET value = 98", &[]).map(Outcome::Done)).await,
        Ok(1)
    );
    assert_eq!(store.write(order(1), overtaken_once()).await, Ok(99), "alone in its batch");
    assert_eq!(read_value(&store, "a").await, 109);
    assert_eq!(
        store.write(order(1), |tx| tx.execute("UPDATE counters SET value = 97", &[]).map(Outcome::Done)).await,
        Ok(1)
    );
    let busy = Busy::keep(&store).await;
    let (first, again, last, ()) =
        tokio::join!(biased; add(&store), store.write(order(1), overtaken_once()), add(&store), busy.end());
    assert_eq!((first, again, last), (Ok(98), Ok(99), Ok(110)), "among others, which are done once");
    let reset = |tx: &mut WriteTx<'_>| tx.execute("UPDATE counters SET value = 97", &[]).map(Outcome::Done);
    assert_eq!(store.write(order(1), reset).await, Ok(1));
    let busy = Busy::keep(&store).await;
    let (first, again, ()) = tokio::join!(biased; add(&store), store.write(order(1), overtaken_once()), busy.end());
    assert_eq!((first, again), (Ok(98), Ok(99)), "the last of its batch: nothing of it was committed before");
    assert_eq!(read_value(&store, "a").await, 109);
    let reset = |tx: &mut WriteTx<'_>| tx.execute("UPDATE counters SET value = 110", &[]).map(Outcome::Done);
    assert_eq!(store.write(order(1), reset).await, Ok(1));
    let never = |tx: &mut WriteTx<'_>| {
        tx.send_one("UPDATE counters SET value = 0 WHERE id = $1", params!["nobody"])?;
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    let result = store.write(order(1), never).await;
    assert!(matches!(result, Err(StoreError::Unavailable { .. })), "{result:?}");
    assert_eq!(add(&store).await, Ok(111));
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
