//! Faults on purpose, so that tests can reach what happens when a commit goes wrong.

use std::sync::Arc;

/// Where a fault can be provoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPoint {
    /// Everything is written, the commit is not yet sent.
    BeforeCommit,
    /// The commit was done, its answer did not arrive. (Only asked on PostgreSQL.)
    AfterCommit,
}

/// What then happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The connection breaks.
    ConnectionLost,
    /// The disk is full.
    DiskFull,
}

/// Decides about a fault at each point that is reached. For tests only.
pub type FaultHook = Arc<dyn Fn(FaultPoint) -> Fault + Send + Sync>;
