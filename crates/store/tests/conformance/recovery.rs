//! Commits that go wrong: nothing that was answered is lost, nothing is done twice.

use std::sync::atomic::Ordering;

use chancery_store::{Fault, FaultPoint, Outcome, StoreError, WriteTx, params};

use crate::support::{Bench, Busy, Engine, add, no_fault, order, read_value};

on_every_engine! {
    a_full_disk_is_answered_with_an_error_and_heals,
    a_batch_whose_commit_fails_is_run_one_by_one,
    a_connection_lost_before_the_commit_is_run_again,
    a_connection_lost_after_the_commit_is_not_done_twice,
}

async fn a_full_disk_is_answered_with_an_error_and_heals(bench: Bench) {
    // The first commit is the one that sets up the counter.
    let fault = |_, commit| if commit == 1 { Fault::DiskFull } else { Fault::None };
    let (store, _) = bench.open_alone(fault).await;
    assert!(matches!(add(&store).await, Err(StoreError::DiskFull { .. })));
    assert_eq!(read_value(&store, "a").await, 0);
    assert_eq!(add(&store).await, Ok(1));
}

async fn a_batch_whose_commit_fails_is_run_one_by_one(bench: Bench) {
    // The batch's commit fails, and of its closures alone the second's.
    let fault = |_, commit| if commit == 1 || commit == 3 { Fault::DiskFull } else { Fault::None };
    let (store, commits) = bench.open_alone(fault).await;
    let busy = Busy::keep(&store).await;
    let (a, b, c, ()) = tokio::join!(biased; add(&store), add(&store), add(&store), busy.end());
    assert_eq!((a, c), (Ok(1), Ok(2)));
    assert!(matches!(b, Err(StoreError::DiskFull { .. })));
    assert_eq!(read_value(&store, "a").await, 2);
    assert_eq!(commits.load(Ordering::SeqCst), 5);
}

async fn a_connection_lost_before_the_commit_is_run_again(bench: Bench) {
    let fault = |_, commit| if commit == 1 { Fault::ConnectionLost } else { Fault::None };
    let (store, commits) = bench.open_alone(fault).await;
    assert_eq!(add(&store).await, Ok(1));
    assert_eq!(read_value(&store, "a").await, 1);
    assert_eq!(commits.load(Ordering::SeqCst), 3);
}

async fn a_connection_lost_after_the_commit_is_not_done_twice(bench: Bench) {
    let fault = |point, commit| match (point, commit) {
        (FaultPoint::AfterCommit, 1) => Fault::ConnectionLost,
        _ => Fault::None,
    };
    let (store, commits) = bench.open_alone(fault).await;
    assert_eq!(add(&store).await, Ok(1));
    assert_eq!(read_value(&store, "a").await, 1);
    assert_eq!(commits.load(Ordering::SeqCst), 2);
    assert_eq!(add(&store).await, Ok(2));
}

/// Writes more than fits, and goes on as if nothing had happened.
fn overfill(tx: &mut WriteTx<'_>) -> Result<Outcome<(), StoreError>, StoreError> {
    for number in 0..100 {
        let insert = "INSERT INTO items (name, data) VALUES ($1, $2)";
        let _ = tx.execute(insert, params![format!("big {number}"), vec![0; 100_000]]);
    }
    Ok(Outcome::Done(()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_inside_a_batch_harms_only_who_fills_it() {
    for engine in [Engine::Sqlite, Engine::Memory] {
        let (store, _) = Bench::new(engine).open_alone(no_fault).await;
        let limit = |tx: &mut WriteTx<'_>| {
            let pages = tx.execute_returning("PRAGMA max_page_count = 400", &[], |c| c.take::<i64>())?;
            Ok::<_, StoreError>(Outcome::Done(pages))
        };
        assert_eq!(store.write(order(1), limit).await, Ok(vec![400]));
        let busy = Busy::keep(&store).await;
        let (first, full, last, ()) =
            tokio::join!(biased; add(&store), store.write(order(1), overfill), add(&store), busy.end());
        assert_eq!((first, last), (Ok(1), Ok(2)));
        assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
        assert_eq!(read_value(&store, "a").await, 2);
        let rows = store.read(|tx| tx.query("SELECT name FROM items", &[], |c| c.take::<String>())).await;
        assert_eq!(rows, Ok(vec![]));
    }
}
