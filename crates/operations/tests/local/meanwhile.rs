//! Work that is done while a transaction stands open, on PostgreSQL: what races then is put in order without waiting for time to pass.

use std::sync::mpsc::{Sender, channel};

use chancery_store::{Aggregate, Outcome, ReadTx, Store, StoreError, WriteTx};
use tokio::task::JoinHandle;

/// A transaction that stands open, after its work, until it is let go on.
pub(crate) struct Open {
    go_on: Sender<()>,
    task: JoinHandle<()>,
}

/// Opens a transaction, and does its work. Work that is run again after it was let go on does not wait again.
pub(crate) async fn open(
    store: &Store,
    aggregates: Vec<Aggregate>,
    mut work: impl FnMut(&mut WriteTx<'_>) -> Result<(), StoreError> + Send + 'static,
) -> Open {
    let ((done, is_done), (go_on, goes_on)) = (channel(), channel());
    let store = store.clone();
    let task = tokio::spawn(async move {
        let work = move |tx: &mut WriteTx<'_>| {
            work(tx)?;
            done.send(()).ok();
            goes_on.recv().ok();
            Ok::<_, StoreError>(Outcome::Done(()))
        };
        store.write(aggregates, work).await.unwrap();
    });
    tokio::task::spawn_blocking(move || is_done.recv().unwrap()).await.unwrap();
    Open { go_on, task }
}

impl Open {
    /// Lets it be committed.
    pub(crate) async fn commit(self) {
        drop(self.go_on);
        self.task.await.unwrap();
    }
}

/// Waits until so many wait for locks in the database, or the last of them has ended without.
pub(crate) async fn until_waiting<T>(store: &Store, most: i64, last: &JoinHandle<T>) {
    let waiting = |tx: &mut ReadTx<'_>| {
        let sql = "SELECT COUNT(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
        tx.query_one(sql, &[], |c| c.take::<i64>())
    };
    while !last.is_finished() && store.read(waiting).await.unwrap() < most {
        tokio::task::yield_now().await;
    }
}
