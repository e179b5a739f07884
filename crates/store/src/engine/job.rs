//! Closures that wait for a worker, without their types.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chancery_domain::{OrderId, VendorId};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{ReadTx, StoreError, WriteTx};

/// What a write changes. On PostgreSQL writes to the same aggregate wait for each other; on SQLite all writes do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aggregate {
    /// A vendor's catalog, keys, customers, and the making of orders, which must see all of these at one instant.
    Vendor(VendorId),
    /// An order with its entitlements and all that hangs on them.
    Order(OrderId),
}

impl From<Aggregate> for Vec<Aggregate> {
    fn from(aggregate: Aggregate) -> Self {
        vec![aggregate]
    }
}

/// How a closure that writes ended. Both are committed; `Err` of the closure is rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T, E> {
    /// It did what it was asked.
    Done(T),
    /// It refused, and what it wrote about that (the denial's entry in the log) is kept.
    Refused(E),
}

/// What becomes of what a closure wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Discard,
}

/// A closure that waits, and who waits for its answer.
pub(crate) trait Job: Send {
    /// What is locked before it is run.
    fn aggregates(&self) -> &[Aggregate];
    /// Runs the closure and keeps its result. May be called again, when the transaction has to be run again.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Verdict;
    /// Makes the kept result an error, unless it is one already.
    fn spoil(&mut self, error: StoreError);
    /// Gives the kept result to the caller, who may have gone away.
    fn answer(self: Box<Self>);
    /// Gives an error to the caller instead.
    fn fail(self: Box<Self>, error: StoreError);
}

/// The caller's end: the kept result and where it goes.
struct Reply<T, E> {
    result: Option<Result<T, E>>,
    sender: oneshot::Sender<Result<T, E>>,
    // Keeps the caller's place in the bounded queue until the answer is given.
    _place: OwnedSemaphorePermit,
}

impl<T, E: From<StoreError>> Reply<T, E> {
    fn spoil(&mut self, error: StoreError) {
        if !matches!(self.result, Some(Err(_))) {
            self.result = Some(Err(error.into()));
        }
    }

    fn send(self) {
        let result = self.result.unwrap_or_else(|| Err(StoreError::internal("a closure was not run").into()));
        let _ = self.sender.send(result);
    }

    fn fail(self, error: StoreError) {
        let _ = self.sender.send(Err(error.into()));
    }
}

/// Runs a closure so that a panic in it harms nobody else.
fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| StoreError::internal(format!("panic: {}", text(&*panic))))
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

struct WriteJob<T, E, F> {
    aggregates: Vec<Aggregate>,
    work: F,
    reply: Reply<T, E>,
}

impl<T, E, F> Job for WriteJob<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send,
{
    fn aggregates(&self) -> &[Aggregate] {
        &self.aggregates
    }

    fn run(&mut self, tx: &mut WriteTx<'_>) -> Verdict {
        let (verdict, result) = match guarded(|| (self.work)(tx)) {
            Ok(Ok(Outcome::Done(done))) => (Verdict::Keep, Ok(done)),
            Ok(Ok(Outcome::Refused(refusal))) => (Verdict::Keep, Err(refusal)),
            Ok(Err(error)) => (Verdict::Discard, Err(error)),
            Err(panic) => (Verdict::Discard, Err(panic.into())),
        };
        self.reply.result = Some(result);
        verdict
    }

    fn spoil(&mut self, error: StoreError) {
        self.reply.spoil(error);
    }

    fn answer(self: Box<Self>) {
        self.reply.send();
    }

    fn fail(self: Box<Self>, error: StoreError) {
        self.reply.fail(error);
    }
}

struct ReadJob<T, E, F> {
    work: F,
    reply: Reply<T, E>,
}

impl<T, E, F> Job for ReadJob<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut ReadTx<'_>) -> Result<T, E> + Send,
{
    fn aggregates(&self) -> &[Aggregate] {
        &[]
    }

    fn run(&mut self, tx: &mut WriteTx<'_>) -> Verdict {
        let result = guarded(|| (self.work)(tx));
        self.reply.result = Some(result.unwrap_or_else(|panic| Err(panic.into())));
        Verdict::Discard
    }

    fn spoil(&mut self, error: StoreError) {
        self.reply.spoil(error);
    }

    fn answer(self: Box<Self>) {
        self.reply.send();
    }

    fn fail(self: Box<Self>, error: StoreError) {
        self.reply.fail(error);
    }
}

/// Makes a job of a closure that writes, and the end at which its answer arrives.
pub(crate) fn write<T, E, F>(
    aggregates: Vec<Aggregate>,
    work: F,
    place: OwnedSemaphorePermit,
) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut WriteTx<'_>) -> Result<Outcome<T, E>, E> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    (Box::new(WriteJob { aggregates, work, reply: Reply { result: None, sender, _place: place } }), receiver)
}

/// Makes a job of a closure that reads, and the end at which its answer arrives.
pub(crate) fn read<T, E, F>(work: F, place: OwnedSemaphorePermit) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut ReadTx<'_>) -> Result<T, E> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    (Box::new(ReadJob { work, reply: Reply { result: None, sender, _place: place } }), receiver)
}
