//! What commands say: sentences for people, or JSON for programs.

use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use crate::Failure;

/// Where output goes. A pipe that was closed is no reason to fail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    json: bool,
}

impl Printer {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether programs read the output.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// A sentence, for people alone.
    pub(crate) fn say(self, sentence: impl AsRef<str>) {
        if !self.json {
            let _ = writeln!(std::io::stdout(), "{}", sentence.as_ref());
        }
    }

    /// A remark beside the result, for people alone.
    pub(crate) fn note(self, sentence: impl AsRef<str>) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{}", sentence.as_ref());
        }
    }

    /// A result: JSON for programs, else what `text` makes of it.
    pub(crate) fn result<T: Serialize>(self, result: &T, text: impl FnOnce(&T) -> String) {
        let line = if self.json { serde_json::to_string(result).unwrap_or_default() } else { text(result) };
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    /// A text as it is, for people and programs alike.
    pub(crate) fn text(self, text: &str) {
        let _ = write!(std::io::stdout(), "{text}");
    }

    /// What went wrong, on standard error, and the exit code for it.
    pub(crate) fn fail(self, failure: &Failure) -> ExitCode {
        let text = if self.json { failure.to_json() } else { failure.to_text() };
        let _ = writeln!(std::io::stderr(), "{text}");
        ExitCode::from(failure.exit())
    }
}
