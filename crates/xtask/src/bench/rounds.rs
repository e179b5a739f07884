//! Rounds of load: as many calls as fit into a time, on many connections at once.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::Failure;
use super::client::Connection;
use super::job::Job;
use super::processor::Spent;
use super::report::{Bar, Figure, Load};

/// One connection and what it does.
#[derive(Debug)]
pub(crate) struct Worker {
    connection: Connection,
    job: Job,
}

/// Workers that run together, and the processes that answer them.
#[derive(Debug)]
pub(crate) struct Crew {
    pub(crate) workers: Vec<Worker>,
    pub(crate) processes: Vec<u32>,
}

/// What a round gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// Calls that were answered, per second.
    pub(crate) rate: f64,
    /// How long each took, in microseconds.
    pub(crate) micros: Vec<u32>,
    /// Processor time of the servers for each call, in microseconds.
    pub(crate) server_micros: f64,
    /// What of it the threads of the store used.
    pub(crate) store_micros: f64,
}

/// How long rounds are, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) warm_up: Duration,
    pub(crate) round: Duration,
    pub(crate) rounds: usize,
}

impl Pace {
    /// Three rounds of so many milliseconds, after a warm-up.
    pub(crate) const fn of(round: u64) -> Self {
        Self { warm_up: Duration::from_millis(round * 3 / 10), round: Duration::from_millis(round), rounds: 3 }
    }
}

impl Worker {
    pub(crate) async fn new(address: SocketAddr, job: Job) -> Result<Self, Failure> {
        Ok(Self { connection: Connection::open(address).await?, job })
    }

    async fn run(mut self, until: Instant) -> Result<(Self, Vec<u32>), Failure> {
        let mut micros = Vec::with_capacity(4_096);
        loop {
            let begun = Instant::now();
            if begun >= until {
                return Ok((self, micros));
            }
            self.job.run(&mut self.connection).await?;
            micros.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
}

impl Crew {
    /// One round.
    pub(crate) async fn round(&mut self, time: Duration) -> Result<Round, Failure> {
        let (begun, before) = (Instant::now(), self.spent()?);
        let mut running = JoinSet::new();
        for worker in self.workers.drain(..) {
            running.spawn(worker.run(begun + time));
        }
        let mut micros = Vec::new();
        while let Some(ended) = running.join_next().await {
            let (worker, mut took) = ended??;
            self.workers.push(worker);
            micros.append(&mut took);
        }
        let rate = micros.len() as f64 / begun.elapsed().as_secs_f64();
        let spent = self.spent()? - before;
        let each = |nanos: u64| nanos as f64 / 1_000.0 / micros.len().max(1) as f64;
        let (server_micros, store_micros) = (each(spent.all), each(spent.store));
        Ok(Round { rate, micros, server_micros, store_micros })
    }

    fn spent(&self) -> Result<Spent, Failure> {
        self.processes.iter().try_fold(Spent::default(), |sum, process| Ok(sum + Spent::of(*process)?))
    }
}

/// Rounds of both in turns, so that what slows the machine for a while slows both.
pub(crate) async fn compare(
    row: &str,
    crew: &mut Crew,
    reference: &mut Crew,
    pace: Pace,
    bar: Bar,
) -> Result<Figure, Failure> {
    eprintln!("measuring {row}");
    crew.round(pace.warm_up).await?;
    reference.round(pace.warm_up).await?;
    let (mut rounds, mut others) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds {
        rounds.push(crew.round(pace.round).await?);
        others.push(reference.round(pace.round).await?);
    }
    Ok(figure(row, crew.workers.len(), &rounds, &others, bar))
}

/// The figure of some rounds: the median counts; percentiles are over all of them.
pub(crate) fn figure(row: &str, connections: usize, rounds: &[Round], others: &[Round], bar: Bar) -> Figure {
    let mut micros: Vec<u32> = rounds.iter().flat_map(|round| round.micros.iter().copied()).collect();
    micros.sort_unstable();
    let part = |of: usize| micros.get(micros.len() * of / 100).copied().unwrap_or(0);
    let rates = |rounds: &[Round]| rounds.iter().map(|round| round.rate).collect::<Vec<_>>();
    let load = Load {
        connections,
        rates: rates(rounds),
        reference_rates: rates(others),
        p50_micros: part(50),
        p99_micros: part(99),
        server_micros: mean(rounds, |round| round.server_micros),
        store_micros: mean(rounds, |round| round.store_micros),
        reference_micros: mean(others, |round| round.server_micros),
    };
    let (value, reference) = (median(&load.rates), Some(median(&load.reference_rates)));
    Figure { row: row.to_owned(), unit: "calls/s", value, reference, bar, load: Some(load) }
}

fn mean(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    rounds.iter().map(of).sum::<f64>() / rounds.len().max(1) as f64
}

/// The value in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
