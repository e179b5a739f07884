//! Rounds of load: as many calls as fit into a time, on many connections at once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::Failure;
use super::client::Connection;
use super::job::{Job, Route};

/// One connection and what it does.
#[derive(Debug)]
pub(crate) struct Worker {
    connection: Connection,
    job: Job,
}

/// What a round gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// Calls that were answered, per second.
    pub(crate) rate: f64,
    /// How long each took, in microseconds, sorted.
    pub(crate) micros: Vec<u32>,
}

/// How long rounds are, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) warm_up: Duration,
    pub(crate) round: Duration,
    pub(crate) rounds: usize,
}

impl Worker {
    pub(crate) async fn new(address: SocketAddr, job: Job) -> Result<Self, Failure> {
        Ok(Self { connection: Connection::open(address).await?, job })
    }

    async fn run(mut self, route: Route, until: Instant) -> Result<(Self, Vec<u32>), Failure> {
        let mut micros = Vec::with_capacity(4_096);
        loop {
            let begun = Instant::now();
            if begun >= until {
                return Ok((self, micros));
            }
            self.job.run(&mut self.connection, route).await?;
            micros.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
}

async fn round(workers: &mut Vec<Worker>, route: Route, time: Duration) -> Result<Round, Failure> {
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for worker in workers.drain(..) {
        running.spawn(worker.run(route, begun + time));
    }
    let mut micros = Vec::new();
    while let Some(ended) = running.join_next().await {
        let (worker, mut took) = ended??;
        workers.push(worker);
        micros.append(&mut took);
    }
    let rate = micros.len() as f64 / begun.elapsed().as_secs_f64();
    micros.sort_unstable();
    Ok(Round { rate, micros })
}

/// Rounds on the real route and on the reference, in turns, so that what slows the machine for a while slows both.
pub(crate) async fn compare(workers: &mut Vec<Worker>, pace: Pace) -> Result<(Vec<Round>, Vec<Round>), Failure> {
    let routes = [Route::Real, Route::Reference];
    for route in routes {
        round(workers, route, pace.warm_up).await?;
    }
    let (mut real, mut reference) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        real.push(round(workers, Route::Real, pace.round).await?);
        reference.push(round(workers, Route::Reference, pace.round).await?);
    }
    Ok((real, reference))
}
