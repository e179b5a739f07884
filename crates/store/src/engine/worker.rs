//! The one loop that does all work, on both engines: take what waits, run it in one transaction, commit, answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::connection::{Access, CommitFailure, Connection, Failure, Scope};
use super::fault::{Fault, FaultHook, FaultPoint};
use super::job::{Job, Verdict};
use super::queue::Queue;
use super::{StoreError, WriteTx};

type Jobs = Vec<Box<dyn Job>>;

/// How often a batch that collides with others is run again before its closures are run one by one.
const COLLISIONS: u32 = 6;
/// How many batches lie between two rounds of tidying.
const TIDY_EVERY: u64 = 2_000;

/// One worker: a thread's state.
pub(crate) struct Worker {
    pub(crate) queue: Arc<Queue>,
    pub(crate) connection: Box<dyn Connection>,
    pub(crate) access: Access,
    /// The most closures in one transaction.
    pub(crate) most: usize,
    /// How long a batch is tried again before its callers get an error.
    pub(crate) patience: Duration,
    pub(crate) fault: Option<FaultHook>,
    /// Whether patience has run out before: until the database is back, nobody else needs to wait so long.
    pub(crate) down: bool,
}

/// Why an attempt at a batch came to nothing.
enum Abort {
    /// The same may succeed when run again.
    Again { collision: bool, error: StoreError },
    /// One closure may be the cause: each must be run on its own.
    Split(StoreError),
    /// One closure wrote something that must be undone: the batch must be run again, each closure behind a savepoint.
    Guard,
    /// Nothing can be done.
    Fail(StoreError),
}

/// How an attempt ended well.
#[derive(PartialEq)]
enum Ended {
    Committed,
    /// Nothing was written; the transaction is still open.
    Unchanged,
}

impl From<Failure> for Abort {
    fn from(failure: Failure) -> Self {
        match failure.scope {
            Scope::Connection => Self::Again { collision: false, error: failure.error },
            Scope::Retry => Self::Again { collision: true, error: failure.error },
            Scope::Transaction | Scope::Statement => Self::Split(failure.error),
        }
    }
}

impl Worker {
    /// Works until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        let mut batches = 0_u64;
        while let Some(jobs) = self.queue.take(self.most) {
            // A panic here would be the engine's own fault. The callers see their answer's end vanish.
            if catch_unwind(AssertUnwindSafe(|| self.process(jobs))).is_err() {
                tracing::error!("a store worker panicked");
                self.connection.rollback();
            }
            batches += 1;
            if batches % TIDY_EVERY == 1 && self.access == Access::Write && !self.down {
                self.connection.tidy();
            }
        }
    }

    fn process(&mut self, mut jobs: Jobs) {
        let patience = if self.down { Duration::ZERO } else { self.patience };
        let started = Instant::now();
        let mut tries = 0_u32;
        let mut collided = false;
        // A savepoint copies every page that is changed behind it, and is hardly ever needed.
        let mut guarded = false;
        loop {
            let abort = match self.attempt(&mut jobs, collided, guarded) {
                Ok(ended) => return self.answer(jobs, &ended),
                Err(abort) => abort,
            };
            self.connection.rollback();
            match abort {
                Abort::Guard => guarded = true,
                Abort::Again { collision: true, error } if tries >= COLLISIONS && jobs.len() > 1 => {
                    return self.one_by_one(jobs, &error);
                }
                Abort::Again { collision, error }
                    if started.elapsed() < patience || (collision && tries < COLLISIONS) =>
                {
                    tracing::debug!(collision, detail = error.detail(), "a batch is run again");
                    sleep(pause(tries, collision));
                    tries += 1;
                    collided |= collision;
                }
                Abort::Split(error) if jobs.len() > 1 => return self.one_by_one(jobs, &error),
                Abort::Again { collision, error } => {
                    self.down = !collision;
                    return fail(jobs, &error);
                }
                Abort::Split(error) | Abort::Fail(error) => return fail(jobs, &error),
            }
        }
    }

    fn answer(&mut self, jobs: Jobs, ended: &Ended) {
        self.down = false;
        jobs.into_iter().for_each(Job::answer);
        if *ended == Ended::Unchanged {
            self.connection.rollback();
        }
    }

    fn one_by_one(&mut self, jobs: Jobs, error: &StoreError) {
        tracing::debug!(closures = jobs.len(), detail = error.detail(), "a batch is run one by one");
        for job in jobs {
            self.process(vec![job]);
        }
    }

    fn attempt(&mut self, jobs: &mut Jobs, collided: bool, guarded: bool) -> Result<Ended, Abort> {
        self.start(jobs, collided, guarded).map_err(|failure| match Abort::from(failure) {
            Abort::Split(error) => Abort::Fail(error),
            other => other,
        })?;
        let alone = jobs.len() == 1;
        let mut wrote = false;
        for job in jobs {
            wrote |= self.run_one(job.as_mut(), alone, guarded)?;
        }
        if wrote { self.commit().map(|()| Ended::Committed) } else { Ok(Ended::Unchanged) }
    }

    fn start(&mut self, jobs: &Jobs, collided: bool, guarded: bool) -> Result<(), Failure> {
        self.connection.ensure()?;
        self.connection.begin(self.access)?;
        if collided {
            self.connection.take_turns()?;
        }
        let mut aggregates: Vec<_> = jobs.iter().flat_map(|job| job.aggregates()).copied().collect();
        aggregates.sort_unstable();
        aggregates.dedup();
        self.connection.lock(&aggregates)?;
        // Before a savepoint it must be known that the locks are held.
        if guarded { self.connection.flush() } else { Ok(()) }
    }

    /// Runs one closure and says whether it wrote something that stays.
    fn run_one(&mut self, job: &mut dyn Job, alone: bool, guarded: bool) -> Result<bool, Abort> {
        if guarded {
            self.connection.savepoint()?;
        }
        let mut tx = WriteTx::new(&mut *self.connection);
        let mut verdict = job.run(&mut tx);
        // Here it must be known whose failure it is. Elsewhere a failure leads here.
        if guarded || alone {
            tx.flush();
        }
        let finished = tx.finish();
        let failed = finished.failure.is_some();
        if let Some(failure) = finished.failure {
            if failure.scope != Scope::Statement {
                return Err(failure.into());
            }
            job.spoil(failure.error);
            verdict = Verdict::Discard;
        }
        match verdict {
            Verdict::Keep if guarded => self.connection.release()?,
            Verdict::Discard if guarded => self.connection.undo()?,
            // A batch of one that keeps nothing is rolled back as a whole.
            Verdict::Discard if !alone && (failed || finished.wrote) => return Err(Abort::Guard),
            Verdict::Keep | Verdict::Discard => {}
        }
        Ok(verdict == Verdict::Keep && finished.wrote)
    }

    fn commit(&mut self) -> Result<(), Abort> {
        match self.provoke(FaultPoint::BeforeCommit) {
            Fault::None => {}
            Fault::DiskFull => return Err(Abort::Split(StoreError::DiskFull { detail: "provoked".to_owned() })),
            Fault::ConnectionLost => {
                self.connection.sever();
                return Err(Abort::Again { collision: false, error: StoreError::unavailable("provoked") });
            }
        }
        let mut result = self.connection.commit();
        if result.is_ok() && self.provoke(FaultPoint::AfterCommit) != Fault::None {
            self.connection.sever();
            result = Err(CommitFailure::Unknown(StoreError::unavailable("provoked")));
        }
        match result {
            Ok(()) => Ok(()),
            Err(CommitFailure::NotDone(failure)) => Err(failure.into()),
            Err(CommitFailure::Unknown(error)) => self.inquire(error),
        }
    }

    /// Finds out whether a commit without an answer was done, instead of doing it twice.
    fn inquire(&mut self, error: StoreError) -> Result<(), Abort> {
        let started = Instant::now();
        let mut tries = 0;
        loop {
            self.connection.rollback();
            match self.connection.ensure().and_then(|()| self.connection.was_committed()) {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(Abort::Again { collision: false, error }),
                Err(_) if started.elapsed() < self.patience => sleep(pause(tries, false)),
                Err(failure) => {
                    tracing::error!(detail = failure.error.detail(), "a commit's outcome could not be found out");
                    self.down = true;
                    return Err(Abort::Fail(failure.error));
                }
            }
            tries += 1;
        }
    }

    fn provoke(&self, point: FaultPoint) -> Fault {
        self.fault.as_ref().map_or(Fault::None, |hook| hook(point))
    }
}

fn fail(jobs: Jobs, error: &StoreError) {
    tracing::warn!(closures = jobs.len(), %error, detail = error.detail(), "a batch failed");
    for job in jobs {
        job.fail(error.clone());
    }
}

/// How long to wait before the next try: collisions some milliseconds, a lost connection up to half a second.
fn pause(tries: u32, collision: bool) -> Duration {
    let (first, most) = if collision { (1, 64) } else { (20, 500) };
    Duration::from_millis((first << tries.min(9)).min(most))
}
