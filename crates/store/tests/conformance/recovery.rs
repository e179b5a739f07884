//! Commits that go wrong: nothing that was answered is lost, nothing is done twice.

use std::sync::atomic::Ordering;
use std::sync::mpsc;

use chancery_store::{Fault, FaultPoint, StoreError};

use crate::support::{Bench, add, busy, open_gate, read_value};

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
    let (gate, closed) = mpsc::channel();
    let (_, a, b, c, ()) =
        tokio::join!(biased; busy(&store, closed), add(&store), add(&store), add(&store), open_gate(gate));
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
