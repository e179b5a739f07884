//! What is committed, what is undone, and what is seen.

use std::sync::atomic::Ordering;
use std::sync::mpsc;

use chancery_store::{Outcome, StoreError, WriteTx, params};

use crate::support::{Bench, Busy, add, increment, no_fault, order, read_value, value};

on_every_engine! {
    a_change_is_there_once_it_is_answered,
    an_error_undoes_its_own_closure_alone,
    a_refusal_keeps_what_was_written,
    a_panic_harms_nobody_else,
    a_failed_statement_spoils_its_closure_whatever_it_returns,
    a_read_cannot_write,
    a_batch_is_committed_once,
}

on_shared_engines! {
    nothing_is_seen_before_its_commit,
    a_read_sees_one_state,
}

async fn a_change_is_there_once_it_is_answered(bench: Bench) {
    let store = bench.open().await;
    assert_eq!(add(&store).await, Ok(1));
    assert_eq!(read_value(&store, "a").await, 1);
}

fn increment_then_fail(tx: &mut WriteTx<'_>) -> Result<Outcome<i64, StoreError>, StoreError> {
    increment(tx, "a")?;
    Err(StoreError::corrupt("as ordered"))
}

async fn an_error_undoes_its_own_closure_alone(bench: Bench) {
    let (store, _) = bench.open_alone(no_fault).await;
    let busy = Busy::keep(&store).await;
    let (first, failed, last, ()) = tokio::join!(
        biased;
        add(&store),
        store.write(order(1), increment_then_fail),
        add(&store),
        busy.end()
    );
    assert_eq!((first, failed, last), (Ok(1), Err(StoreError::corrupt("as ordered")), Ok(2)));
    assert_eq!(read_value(&store, "a").await, 2);
    assert!(store.write(order(1), increment_then_fail).await.is_err());
    assert_eq!(read_value(&store, "a").await, 2, "the same alone in its transaction");
}

async fn a_refusal_keeps_what_was_written(bench: Bench) {
    let store = bench.open().await;
    let refuse = |tx: &mut WriteTx<'_>| {
        increment(tx, "a")?;
        Ok(Outcome::<(), _>::Refused(StoreError::corrupt("refused")))
    };
    assert_eq!(store.write(order(1), refuse).await, Err(StoreError::corrupt("refused")));
    assert_eq!(read_value(&store, "a").await, 1);
}

fn increment_then_panic(tx: &mut WriteTx<'_>) -> Result<Outcome<i64, StoreError>, StoreError> {
    increment(tx, "a")?;
    panic!("as ordered")
}

async fn a_panic_harms_nobody_else(bench: Bench) {
    let (store, _) = bench.open_alone(no_fault).await;
    let busy = Busy::keep(&store).await;
    let (first, panicked, last, ()) = tokio::join!(
        biased;
        add(&store),
        store.write(order(1), increment_then_panic),
        add(&store),
        busy.end()
    );
    assert_eq!((first, last), (Ok(1), Ok(2)));
    assert_eq!(panicked.unwrap_err().detail(), "panic: as ordered");
    let panicked = store.read(|_| -> Result<(), StoreError> { panic!("again") }).await;
    assert_eq!(panicked.unwrap_err().detail(), "panic: again");
    assert_eq!(read_value(&store, "a").await, 2);
}

async fn a_failed_statement_spoils_its_closure_whatever_it_returns(bench: Bench) {
    let store = bench.open().await;
    let careless = |tx: &mut WriteTx<'_>| {
        increment(tx, "a")?;
        let _ = tx.execute("INSERT INTO counters (id, value) VALUES ('b', -1)", &[]);
        assert!(value(tx, "a").is_err(), "later statements fail alike");
        Ok::<_, StoreError>(Outcome::Done(()))
    };
    assert!(matches!(store.write(order(1), careless).await, Err(StoreError::Constraint { .. })));
    assert_eq!(read_value(&store, "a").await, 0);
}

async fn a_read_cannot_write(bench: Bench) {
    let store = bench.open().await;
    let sql = "UPDATE counters SET value = 9 WHERE id = $1 RETURNING value";
    let wrote = store.read(move |tx| tx.query_one(sql, params!["a"], |c| c.take::<i64>())).await;
    assert!(wrote.is_err());
    assert_eq!(read_value(&store, "a").await, 0);
    let rows = store.write(order(1), move |tx| {
        let rows = tx.execute_returning(sql, params!["a"], |c| c.take::<i64>())?;
        Ok::<_, StoreError>(Outcome::Done(rows))
    });
    assert_eq!(rows.await, Ok(vec![9]));
}

async fn a_batch_is_committed_once(bench: Bench) {
    let (store, commits) = bench.open_alone(no_fault).await;
    let before = commits.load(Ordering::SeqCst);
    let busy = Busy::keep(&store).await;
    let (a, b, c, ()) = tokio::join!(biased; add(&store), add(&store), add(&store), busy.end());
    assert_eq!([a, b, c], [Ok(1), Ok(2), Ok(3)]);
    assert_eq!(commits.load(Ordering::SeqCst) - before, 1, "the busy closure wrote nothing, the others came together");
}

async fn nothing_is_seen_before_its_commit(bench: Bench) {
    let store = bench.open().await;
    let (written, is_written) = tokio::sync::mpsc::unbounded_channel();
    let (gate, closed) = mpsc::channel();
    let write = store.write(order(1), move |tx| {
        let value = increment(tx, "a")?;
        written.send(()).unwrap();
        closed.recv().unwrap();
        Ok::<_, StoreError>(Outcome::Done(value))
    });
    let look = async {
        let mut is_written = is_written;
        is_written.recv().await.unwrap();
        assert_eq!(read_value(&store, "a").await, 0);
        gate.send(()).unwrap();
    };
    assert_eq!(tokio::join!(write, look).0, Ok(1));
    assert_eq!(read_value(&store, "a").await, 1);
}

async fn a_read_sees_one_state(bench: Bench) {
    let store = bench.open().await;
    let (reading, is_reading) = tokio::sync::mpsc::unbounded_channel();
    let (gate, closed) = mpsc::channel();
    let read = store.read(move |tx| {
        let first = value(tx, "a")?;
        reading.send(()).unwrap();
        closed.recv().unwrap();
        Ok::<_, StoreError>((first, value(tx, "a")?))
    });
    let change = async {
        let mut is_reading = is_reading;
        is_reading.recv().await.unwrap();
        assert_eq!(add(&store).await, Ok(1));
        gate.send(()).unwrap();
    };
    assert_eq!(tokio::join!(read, change).0, Ok((0, 0)));
    assert_eq!(read_value(&store, "a").await, 1);
}
