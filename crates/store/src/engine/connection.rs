//! What a worker asks of a database connection, whichever engine is behind it.

use std::ops::ControlFlow;

use super::{Aggregate, Columns, StoreError, Value};

/// One connection to a database. Calls come from one thread, in the order begin, lock, (savepoint, statements,
/// release or roll back to it)…, commit or roll back.
pub(crate) trait Connection: Send {
    /// Connects again if the connection is gone.
    fn ensure(&mut self) -> Result<(), Failure>;
    /// Begins a transaction.
    fn begin(&mut self, access: Access) -> Result<(), Failure>;
    /// Waits until no other batch that has collided is being run again. First thing in a transaction.
    fn take_turns(&mut self) -> Result<(), Failure>;
    /// Locks what will be changed, in an order that is the same for all, so that two batches wait instead of colliding.
    fn lock(&mut self, aggregates: &[Aggregate]) -> Result<(), Failure>;
    /// Marks a place to go back to.
    fn savepoint(&mut self) -> Result<(), Failure>;
    /// Forgets the mark, keeping what was written since.
    fn release(&mut self) -> Result<(), Failure>;
    /// Undoes what was written since the mark, and forgets the mark.
    fn undo(&mut self) -> Result<(), Failure>;
    /// Commits.
    fn commit(&mut self) -> Result<(), CommitFailure>;
    /// Abandons the transaction; if that fails, the connection is given up.
    fn rollback(&mut self);
    /// Whether the batch whose commit was not answered is committed. Asked on a new connection; after the answer "no" it
    /// can no longer become so.
    fn was_committed(&mut self) -> Result<bool, Failure>;
    /// Runs a statement that returns rows.
    fn query(&mut self, sql: &'static str, params: &[Value<'_>], access: Access, each: Each<'_>)
    -> Result<(), Failure>;
    /// Runs a statement that changes rows, and returns how many.
    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, Failure>;
    /// The same where the number does not matter: it may go out together with the next statement, and fail only there.
    fn send(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), Failure> {
        self.execute(sql, params).map(drop)
    }
    /// The same for a statement that must change a row. If it changes none, somebody else was faster.
    fn send_one(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<(), Failure> {
        if self.execute(sql, params)? == 0 { Err(Failure::overtaken()) } else { Ok(()) }
    }
    /// Tells of a query that will be asked soon: its answer may come together with the next one. Whatever changes rows makes the
    /// connection forget it.
    fn announce(&mut self, _: &'static str, _: &[Value<'_>]) -> Result<(), Failure> {
        Ok(())
    }
    /// Whether it is of use to announce queries.
    fn announces(&self) -> bool {
        false
    }
    /// Waits for all that was sent.
    fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }
    /// Breaks the connection, if it can break: the tests' way to a lost one.
    fn sever(&mut self);
    /// Clears away what the connection itself has stored for its own use; called now and then between batches.
    fn tidy(&mut self);
}

/// What takes the rows of a query.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&mut Columns<'_>) -> ControlFlow<()>;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// How much of the work a failure has undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The statement; the transaction goes on from the savepoint.
    Statement,
    /// The whole transaction is gone.
    Transaction,
    /// The whole transaction is gone because of others that ran beside it: again, it may well succeed.
    Retry,
    /// The connection is gone, and with it the transaction.
    Connection,
}

/// An error and how far it reaches.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) scope: Scope,
    pub(crate) error: StoreError,
}

impl Failure {
    pub(crate) fn new(scope: Scope, error: StoreError) -> Self {
        Self { scope, error }
    }

    /// What was read before has been changed by others since: all must be read again.
    pub(crate) fn overtaken() -> Self {
        Self::new(Scope::Retry, StoreError::unavailable("others have changed the same"))
    }
}

/// Why a commit was not confirmed.
#[derive(Clone, Debug)]
pub(crate) enum CommitFailure {
    /// It was certainly not done.
    NotDone(Failure),
    /// The connection broke before the answer: it may have been done.
    Unknown(StoreError),
}
