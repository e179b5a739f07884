//! Command lines that cannot be understood, and such as only want help.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::{Failure, Printer};

/// Says why the command line was not taken: help and version on standard output, all else as a problem, with 2.
pub(crate) fn stop(error: &clap::Error, words: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        // A pipe that was closed is no reason to fail.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let hint = key_hint(error, words);
    if wants_json(words) {
        return Printer::new(true).fail(&problem(error, hint));
    }
    let _ = error.print();
    if let Some(hint) = hint {
        let _ = writeln!(std::io::stderr(), "hint: {hint}");
    }
    ExitCode::from(2)
}

/// Whether programs read the output, of a command line that nobody could read.
fn wants_json(words: &[OsString]) -> bool {
    words.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json")
}

fn problem(error: &clap::Error, hint: Option<&str>) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::usage("the command is not complete");
    }
    let text = error.render().to_string();
    let text = text.split_once("\n\nFor more information").map_or(text.as_str(), |(text, _)| text);
    let (what, usage) = text.split_once("\n\nUsage: ").unwrap_or((text, ""));
    let failure = Failure::usage(joined(what.trim_start_matches("error: ")));
    match (hint, usage) {
        (Some(hint), _) => failure.hint(hint),
        (None, "") => failure,
        (None, usage) => failure.hint(format!("usage: {}", joined(usage))),
    }
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everywhere else in these commands a key is what a thing is called; `--key` is the one that is none.
fn key_hint(error: &clap::Error, words: &[OsString]) -> Option<&'static str> {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
    let wants_key =
        error.kind() == ErrorKind::MissingRequiredArgument && missing.iter().any(|arg| arg.ends_with("_KEY>"));
    let gave_key = words.iter().any(|word| word == "--key" || word.to_string_lossy().starts_with("--key="));
    (wants_key && gave_key)
        .then_some("--key takes the API key; the key that the thing is to have stands by itself, without an option")
}
