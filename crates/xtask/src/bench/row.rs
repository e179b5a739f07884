//! The rows: what is measured, and which bar holds.

use std::time::Instant;

use super::report::{Machine, Report};
use super::{Failure, Options, alone, full, local, offline, postgres, scratch, sqlite};

/// Rows that share what they are measured on.
struct Group {
    rows: &'static [&'static str],
    run: fn(&Wanted<'_>, &mut Report) -> Result<(), Failure>,
}

/// Every row; a new one is a name here, and a figure in its group.
const GROUPS: &[Group] = &[
    Group { rows: sqlite::ROWS, run: sqlite::run },
    Group { rows: full::ROWS, run: full::run },
    Group { rows: postgres::ROWS, run: postgres::run },
    Group { rows: offline::ROWS, run: offline::run },
    Group { rows: local::ROWS, run: local::run },
    Group { rows: alone::ROWS, run: alone::run },
];

/// Which rows are wanted, and how long each may take.
pub(crate) struct Wanted<'a> {
    options: &'a Options,
}

impl Wanted<'_> {
    /// Whether a row is.
    pub(crate) fn has(&self, row: &str) -> bool {
        self.options.only.as_ref().is_none_or(|only| row.contains(only.as_str()))
    }

    /// Whether it is only to be seen that everything runs.
    pub(crate) const fn quick(&self) -> bool {
        self.options.quick
    }

    /// A round of so many milliseconds, or a short one.
    pub(crate) const fn millis(&self, round: u64) -> u64 {
        if self.options.quick { 700 } else { round }
    }
}

/// Runs the rows that are wanted, group by group.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let machine = Machine { cores: std::thread::available_parallelism()?.get(), sync_micros: sync_micros()? };
    let wanted = Wanted { options };
    let mut report = Report::begin(machine, options.json.clone());
    for group in GROUPS.iter().filter(|group| group.rows.iter().any(|row| wanted.has(row))) {
        // What others measure is still worth having.
        if let Err(error) = (group.run)(&wanted, &mut report) {
            eprintln!("{}: {error}", group.rows.join(", "));
        }
    }
    if report.is_empty() { Err("no row has such a name, or none could be measured".into()) } else { Ok(()) }
}

/// How long the disk takes to make a small write durable: the median of some.
fn sync_micros() -> Result<u128, Failure> {
    let folder = scratch("disk")?;
    let mut file = std::fs::File::create(folder.join("file"))?;
    let mut took = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        std::io::Write::write_all(&mut file, &[7; 4_096])?;
        file.sync_data()?;
        took.push(begun.elapsed().as_micros());
    }
    std::fs::remove_dir_all(&folder)?;
    took.sort_unstable();
    Ok(took.get(took.len() / 2).copied().unwrap_or(0))
}
