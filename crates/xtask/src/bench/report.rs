//! What was measured, for people and as JSON.

use serde_json::{Value, json};

use super::Failure;

/// What a figure must reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// At least this part of the reference.
    OfReference(f64),
    /// The 99th percentile is at most so many times the median.
    P99OfP50(f64),
    /// None: the row is shown beside one that has a bar.
    None,
}

/// The machine, in what matters to the figures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) sync_micros: u128,
}

/// One row's figures.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) row: &'static str,
    pub(crate) connections: usize,
    pub(crate) rates: Vec<f64>,
    pub(crate) reference_rates: Vec<f64>,
    pub(crate) p50_micros: u32,
    pub(crate) p99_micros: u32,
    pub(crate) bar: Bar,
}

/// All of a run.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) figures: Vec<Figure>,
}

impl Figure {
    fn rate(&self) -> f64 {
        median(&self.rates)
    }

    fn reference(&self) -> f64 {
        median(&self.reference_rates)
    }

    fn ratio(&self) -> f64 {
        self.rate() / self.reference()
    }

    fn spread(&self) -> f64 {
        f64::from(self.p99_micros) / f64::from(self.p50_micros.max(1))
    }

    fn bar(&self) -> (String, Option<bool>) {
        match self.bar {
            Bar::OfReference(least) => (format!("≥ {least}"), Some(self.ratio() >= least)),
            Bar::P99OfP50(most) => (format!("p99 ≤ {most} × p50"), Some(self.spread() <= most)),
            Bar::None => ("–".to_owned(), None),
        }
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The table for the terminal.
pub(crate) fn print(report: &Report) {
    let Machine { cores, sync_micros } = report.machine;
    println!("{cores} cores; a synced write of 4 KiB takes {sync_micros} µs\n");
    println!("| row | connections | calls/s | reference/s | ratio | p50 ms | p99 ms | bar | |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for figure in &report.figures {
        let (bar, reached) = figure.bar();
        let (rate, reference, ratio) = (figure.rate(), figure.reference(), figure.ratio());
        let (p50, p99) = (f64::from(figure.p50_micros) / 1_000.0, f64::from(figure.p99_micros) / 1_000.0);
        let reached = reached.map_or("", |reached| if reached { "reached" } else { "missed" });
        let (row, connections) = (figure.row, figure.connections);
        println!(
            "| {row} | {connections} | {rate:.0} | {reference:.0} | {ratio:.2} | {p50:.2} | {p99:.2} | {bar} | {reached} |"
        );
    }
}

/// The same for programs.
pub(crate) fn json(report: &Report) -> Result<String, Failure> {
    let figure = |figure: &Figure| -> Value {
        let (bar, reached) = figure.bar();
        json!({
            "row": figure.row, "connections": figure.connections, "perSecond": figure.rate(), "referencePerSecond": figure.reference(),
            "ratio": figure.ratio(), "p50Micros": figure.p50_micros, "p99Micros": figure.p99_micros,
            "rounds": figure.rates, "referenceRounds": figure.reference_rates, "bar": bar, "reached": reached,
        })
    };
    let Machine { cores, sync_micros } = report.machine;
    let figures: Vec<Value> = report.figures.iter().map(figure).collect();
    let all = json!({ "cores": cores, "syncedWriteMicros": sync_micros, "figures": figures });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(rates: &[f64], bar: Bar) -> Figure {
        let (rates, reference_rates) = (rates.to_vec(), vec![900.0, 1_000.0, 1_100.0]);
        Figure { row: "row", connections: 1, rates, reference_rates, p50_micros: 100, p99_micros: 600, bar }
    }

    #[test]
    fn the_median_round_is_held_against_the_bar() {
        let slow = figure(&[1.0, 599.0, 5_000.0], Bar::OfReference(0.6));
        let fast = figure(&[1.0, 600.0, 5_000.0], Bar::OfReference(0.6));
        assert_eq!((slow.bar().1, fast.bar().1), (Some(false), Some(true)));
        assert_eq!(figure(&[1.0], Bar::P99OfP50(5.0)).bar().1, Some(false));
        assert_eq!(figure(&[1.0], Bar::P99OfP50(6.0)).bar().1, Some(true));
    }
}
