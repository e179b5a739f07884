//! The log: structured, on standard error, without secrets (API-7).

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts the log of a server. `CHANCERY_LOG` says what is logged, such as `debug` or `chancery_store=debug`; with
/// `CHANCERY_LOG_FORMAT=json`, or for a program that reads the output, each line is JSON.
pub(crate) fn start(json: bool) {
    start_with("info", json);
}

/// Starts the log with another default than `info`.
pub(crate) fn start_at(default: &str) {
    start_with(default, false);
}

fn start_with(default: &str, json: bool) {
    let filter = EnvFilter::try_from_env("CHANCERY_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let colours = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // A second start (a test in the same process) leaves the first one's.
    let _ = if json || std::env::var("CHANCERY_LOG_FORMAT").is_ok_and(|format| format == "json") {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}
