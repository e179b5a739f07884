//! What was measured, for people and as JSON.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::Failure;

/// What a figure must reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// At least this part of the reference.
    AtLeast(f64),
    /// At most so many times the reference.
    AtMost(f64),
    /// The figure itself is at most this.
    Below(f64),
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
    pub(crate) row: String,
    pub(crate) unit: &'static str,
    pub(crate) value: f64,
    pub(crate) reference: Option<f64>,
    pub(crate) bar: Bar,
    /// What else is known of a row that was measured under load.
    pub(crate) load: Option<Load>,
}

/// Load on some connections.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) rates: Vec<f64>,
    pub(crate) reference_rates: Vec<f64>,
    pub(crate) p50_micros: u32,
    pub(crate) p99_micros: u32,
    /// Processor time of the server for each call.
    pub(crate) server_micros: f64,
    /// What of it the threads of the store used.
    pub(crate) store_micros: f64,
    /// Processor time of the server for each call of the reference.
    pub(crate) reference_micros: f64,
}

/// All of a run. What is measured is shown and written at once: a run takes minutes, and may be cut off.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    machine: Machine,
    figures: Vec<Figure>,
    file: Option<PathBuf>,
}

impl Figure {
    fn ratio(&self) -> Option<f64> {
        self.reference.map(|reference| self.value / reference)
    }

    fn spread(&self) -> f64 {
        self.load.as_ref().map_or(0.0, |load| f64::from(load.p99_micros) / f64::from(load.p50_micros.max(1)))
    }

    fn bar(&self) -> (String, Option<bool>) {
        let ratio = self.ratio().unwrap_or_default();
        match self.bar {
            Bar::AtLeast(least) => (format!("≥ {least}"), Some(ratio >= least)),
            Bar::AtMost(most) => (format!("≤ {most}"), Some(ratio <= most)),
            Bar::Below(most) => (format!("≤ {most} {}", self.unit), Some(self.value <= most)),
            Bar::P99OfP50(most) => (format!("p99 ≤ {most} × p50"), Some(self.spread() <= most)),
            Bar::None => ("–".to_owned(), None),
        }
    }

    fn line(&self) -> String {
        let (bar, reached) = self.bar();
        let reached = reached.map_or("", |reached| if reached { "reached" } else { "missed" });
        let shown =
            |value: Option<f64>, digits: usize| value.map_or("–".to_owned(), |value| format!("{value:.digits$}"));
        let digits = if self.value < 100.0 { 2 } else { 0 };
        let (value, reference) = (shown(Some(self.value), digits), shown(self.reference, digits));
        let load = self.load.as_ref();
        let millis = |of: fn(&Load) -> u32| shown(load.map(|load| f64::from(of(load)) / 1_000.0), 1);
        let micros = |of: fn(&Load) -> f64| shown(load.map(of), 0);
        let cells = [
            self.row.clone(),
            format!("{value} {}", self.unit),
            reference,
            shown(self.ratio(), 2),
            bar,
            reached.to_owned(),
            millis(|load| load.p50_micros),
            millis(|load| load.p99_micros),
            micros(|load| load.server_micros),
            micros(|load| load.store_micros),
            micros(|load| load.reference_micros),
        ];
        format!("| {} |", cells.join(" | "))
    }

    fn json(&self) -> Value {
        let (bar, reached) = self.bar();
        let load = self.load.as_ref().map(|load| {
            json!({
                "connections": load.connections, "rounds": load.rates, "referenceRounds": load.reference_rates,
                "p50Micros": load.p50_micros, "p99Micros": load.p99_micros, "serverMicros": load.server_micros,
                "storeMicros": load.store_micros, "referenceServerMicros": load.reference_micros,
            })
        });
        json!({
            "row": self.row, "figure": self.value, "unit": self.unit, "reference": self.reference, "ratio": self.ratio(),
            "bar": bar, "reached": reached, "load": load,
        })
    }
}

impl Report {
    /// The head of the table on the terminal; the file, if there is one, gets the same as JSON.
    pub(crate) fn begin(machine: Machine, file: Option<PathBuf>) -> Self {
        let Machine { cores, sync_micros } = machine;
        println!("{cores} cores; a synced write of 4 KiB takes {sync_micros} µs\n");
        println!(
            "| row | figure | reference | ratio | bar | | p50 ms | p99 ms | µs server | of these store | µs reference |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|---|");
        Self { machine, figures: Vec::new(), file }
    }

    /// Adds a row's figure.
    pub(crate) fn add(&mut self, figure: Figure) -> Result<(), Failure> {
        println!("{}", figure.line());
        self.figures.push(figure);
        match &self.file {
            Some(file) => Ok(std::fs::write(file, self.json()?)?),
            None => Ok(()),
        }
    }

    /// Whether nothing was measured.
    pub(crate) const fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    fn json(&self) -> Result<String, Failure> {
        let Machine { cores, sync_micros } = self.machine;
        let figures: Vec<Value> = self.figures.iter().map(Figure::json).collect();
        let all = json!({ "cores": cores, "syncedWriteMicros": sync_micros, "figures": figures });
        Ok(serde_json::to_string_pretty(&all)? + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, bar: Bar) -> Figure {
        let load = Load {
            connections: 1,
            rates: Vec::new(),
            reference_rates: Vec::new(),
            p50_micros: 100,
            p99_micros: 600,
            server_micros: 0.0,
            store_micros: 0.0,
            reference_micros: 0.0,
        };
        Figure { row: "row".to_owned(), unit: "calls/s", value, reference: Some(1_000.0), bar, load: Some(load) }
    }

    #[test]
    fn a_figure_is_held_against_its_bar() {
        let reached = |value, bar| figure(value, bar).bar().1;
        assert_eq!(reached(599.0, Bar::AtLeast(0.6)), Some(false));
        assert_eq!(reached(600.0, Bar::AtLeast(0.6)), Some(true));
        assert_eq!(reached(1_500.0, Bar::AtMost(1.5)), Some(true));
        assert_eq!(reached(1_501.0, Bar::AtMost(1.5)), Some(false));
        assert_eq!(reached(60.0, Bar::Below(60.0)), Some(true));
        assert_eq!(reached(61.0, Bar::Below(60.0)), Some(false));
        assert_eq!(reached(1.0, Bar::P99OfP50(5.0)), Some(false));
        assert_eq!(reached(1.0, Bar::P99OfP50(6.0)), Some(true));
        assert_eq!(reached(1.0, Bar::None), None);
    }
}
