//! How far something is that takes long: one line on standard error that renews itself. It is there for people at a terminal;
//! elsewhere only whoever asks for it sees it, as lines.

use std::io::{IsTerminal, Write};

use clap::Args;

use crate::Printer;

/// Of how many steps a progress without a terminal tells, at most.
const LINES: u64 = 10;
/// How wide the bar is.
const WIDTH: u64 = 24;

/// Whether progress is shown.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ProgressArgs {
    /// Tell on standard error how far it is, also where that is no terminal
    #[arg(long)]
    progress: bool,
}

impl ProgressArgs {
    /// Begins to tell of `what`, of which there are so many, if that is known.
    pub(crate) fn begin(self, printer: Printer, what: &'static str, total: Option<u64>) -> Progress {
        let terminal = std::io::stderr().is_terminal();
        let form = match (terminal, self.progress, printer.is_json()) {
            (true, true, _) | (true, false, false) => Form::Bar,
            (false, true, _) => Form::Lines,
            (_, false, _) => Form::Nothing,
        };
        let mut progress = Progress { form, what, total, told: None };
        progress.at(0);
        progress
    }
}

/// In which form progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Nothing,
    Lines,
    Bar,
}

/// Something that takes long. Whatever comes after it finds the line empty again.
#[derive(Debug)]
pub(crate) struct Progress {
    form: Form,
    what: &'static str,
    total: Option<u64>,
    told: Option<u64>,
}

impl Progress {
    /// So far it is.
    pub(crate) fn at(&mut self, done: u64) {
        if let Some(line) = self.line(done) {
            let _ = write!(std::io::stderr(), "{line}");
            let _ = std::io::stderr().flush();
        }
    }

    /// What is to be written, if anything is.
    fn line(&mut self, done: u64) -> Option<String> {
        let steps = if self.form == Form::Bar { 1_000 } else { LINES };
        let step = match self.total {
            Some(total) => (done.min(total) * steps).checked_div(total).unwrap_or(steps),
            // Where no end is known, each line tells of twice as many.
            None if self.form == Form::Bar => done,
            None => u64::from((done + 1).ilog2()),
        };
        if self.form == Form::Nothing || self.told == Some(step) {
            return None;
        }
        self.told = Some(step);
        let text = match self.total {
            Some(total) => format!("{} of {total} {}", done.min(total), self.what),
            None if done == 0 => format!("{} …", self.what),
            None => format!("{done} {}", self.what),
        };
        Some(match (self.form, self.total) {
            (Form::Bar, Some(total)) => format!("\r{} {text}\x1b[K", bar(done, total)),
            (Form::Bar, None) => format!("\r{text}\x1b[K"),
            _ => format!("{text}\n"),
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.form == Form::Bar {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

fn bar(done: u64, total: u64) -> String {
    let full = (done.min(total) * WIDTH).checked_div(total).unwrap_or(WIDTH);
    (0..WIDTH).map(|place| if place < full { '█' } else { '░' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(form: Form, total: Option<u64>, steps: impl Iterator<Item = u64>) -> Vec<String> {
        let mut progress = Progress { form, what: "rows", total, told: None };
        let lines = steps.filter_map(|done| progress.line(done)).collect();
        progress.form = Form::Nothing;
        lines
    }

    #[test]
    fn nobody_is_told_twice_and_programs_are_told_little() {
        assert_eq!(told(Form::Nothing, Some(10), 0..=10), [] as [&str; 0]);
        let lines = told(Form::Lines, Some(1_000), 0..=1_000);
        assert_eq!(
            (lines.len(), lines[0].as_str(), lines[10].as_str()),
            (11, "0 of 1000 rows\n", "1000 of 1000 rows\n")
        );
        let endless = told(Form::Lines, None, (0..=1_000_000).step_by(100));
        assert!((10..25).contains(&endless.len()), "{}", endless.len());
        assert_eq!(told(Form::Lines, Some(0), 0..=0), ["0 of 0 rows\n"]);
    }

    #[test]
    fn a_bar_renews_its_line() {
        let lines = told(Form::Bar, Some(2), 0..=2);
        assert_eq!(lines[1], "\r████████████░░░░░░░░░░░░ 1 of 2 rows\x1b[K");
        assert!(lines.iter().all(|line| line.starts_with('\r') && !line.contains('\n')));
    }
}
