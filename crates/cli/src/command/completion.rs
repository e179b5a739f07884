//! `chancery completion`: completes the command line in a shell.

use clap::Args;
use clap_complete::{Shell, generate};

use crate::{Failure, Printer};

/// Complete commands and options in a shell.
#[derive(Debug, Args)]
pub(crate) struct Completion {
    /// The shell
    shell: Shell,
}

impl Completion {
    pub(crate) fn run(&self, printer: &Printer) -> Result<(), Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut crate::command_line(), "chancery", &mut script);
        let script = String::from_utf8(script).map_err(|error| Failure::internal(error.to_string()))?;
        printer.text(&script);
        Ok(())
    }
}
