//! Looks at a few rows, at once and on the thread that asks: to wake another thread would cost more than the look.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::connection::{Access, Connection};
use super::{ReadTx, WriteTx};

/// Connections that wait to be used. There are none where a look could last (PostgreSQL), or where only one connection is (memory).
#[derive(Default)]
pub(crate) struct Glances(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    connections: Vec<Box<dyn Connection>>,
    closed: bool,
}

impl Glances {
    /// Adds a connection.
    pub(crate) fn add(&self, connection: Box<dyn Connection>) {
        let mut idle = self.idle();
        if !idle.closed {
            idle.connections.push(connection);
        }
    }

    /// Runs a closure that reads. Nothing, if there is no connection, or if a statement failed or the closure panicked: those who can
    /// try again and tell what is wrong are the workers.
    pub(crate) fn run<R>(&self, work: impl FnOnce(&mut ReadTx<'_>) -> R) -> Option<R> {
        let mut connection = self.idle().connections.pop()?;
        let read = || {
            connection.begin(Access::Read).ok()?;
            let mut tx = WriteTx::new(&mut *connection);
            let result = work(&mut tx);
            tx.finish().failure.is_none().then_some(result)
        };
        let result = catch_unwind(AssertUnwindSafe(read)).ok().flatten();
        connection.rollback();
        self.add(connection);
        result
    }

    /// Closes the connections, also those that are in use now.
    pub(crate) fn close(&self) {
        let mut idle = self.idle();
        idle.closed = true;
        let closed = std::mem::take(&mut idle.connections);
        drop(idle);
        drop(closed);
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // Nothing in here can panic half-way, so a poisoned lock is as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
