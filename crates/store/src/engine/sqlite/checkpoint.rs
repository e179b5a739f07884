//! Checkpoints beside the writer: a second connection copies the WAL into the database while the writer goes on.

use std::ffi::c_int;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags};

use super::error::sort;
use crate::engine::StoreError;

/// Pages in the WAL from which they are copied beside the writer: 40 MiB. Most pages are in it more than once by then, and are
/// copied once.
const SOON: c_int = 10_000;
/// Pages from which the writer copies them itself, whatever happens beside it: so the WAL stays below 100 MiB or so.
const LATEST: c_int = 24_000;

/// The thread that copies. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Takes over the checkpoints of a connection that writes to this file.
    pub(super) fn start(path: &Path, writer: &mut Connection) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let beside = Connection::open_with_flags(path, flags).map_err(|error| sort(&error))?;
        beside.busy_timeout(Duration::ZERO).map_err(|error| sort(&error))?;
        let (wake, woken) = sync_channel(1);
        let copied = Arc::new(AtomicBool::new(false));
        let mut rounds = Rounds { wake: wake.clone(), copied: Arc::clone(&copied), asked_at: 0 };
        let hook = move |wal: &mut Wal, pages: c_int| {
            rounds.committed(wal, pages);
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(|error| sort(&error))?;
        let thread = std::thread::Builder::new().name("checkpoint".to_owned());
        let thread = thread.spawn(move || copy(&beside, &woken, &copied));
        let thread = thread.map_err(|error| StoreError::unavailable(error.to_string()))?;
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }
}

impl Checkpointer {
    /// Ends the thread. The writer's hook goes with its connection, so it must not be asked any more.
    pub(super) fn stop(&mut self, writer: &mut Connection) {
        let _ = writer.wal_hook(None::<fn(&mut Wal, c_int) -> rusqlite::Result<()>>);
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// When to copy.
struct Rounds {
    wake: SyncSender<()>,
    copied: Arc<AtomicBool>,
    asked_at: c_int,
}

impl Rounds {
    /// The writer has committed, and the WAL has so many pages.
    fn committed(&mut self, wal: &mut Wal, pages: c_int) {
        if pages < self.asked_at {
            // It has started over.
            self.asked_at = 0;
        }
        if self.copied.swap(false, Ordering::Relaxed) || pages >= LATEST {
            // Only what was written meanwhile is left, and when that is done, the WAL can start over. What cannot be copied now (somebody
            // reads it) can be later: nothing of it is lost.
            let _ = wal.checkpoint();
        } else if pages - self.asked_at >= SOON {
            self.asked_at = pages;
            let _ = self.wake.try_send(());
        }
    }
}

fn copy(beside: &Connection, woken: &Receiver<()>, copied: &AtomicBool) {
    while woken.recv().is_ok() {
        match beside.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            Ok(()) => copied.store(true, Ordering::Relaxed),
            Err(error) => tracing::debug!(%error, "a checkpoint beside the writer failed"),
        }
    }
}
