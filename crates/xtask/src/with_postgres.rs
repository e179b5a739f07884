//! `cargo xtask with-postgres -- CMD…`: runs a command beside a throw-away PostgreSQL server, and stops the server however
//! the command ends.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;

use chancery_testkit::Postgres;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Outcome;

/// The variable that tells tests where the server is.
const VARIABLE: &str = "CHANCERY_TEST_POSTGRES";

/// Runs the command after `--`, and answers with its exit code.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let command = match arguments {
        [dashes, command @ ..] if dashes == "--" => command,
        command => command,
    };
    let Some((program, arguments)) = command.split_first() else {
        return Err("usage: cargo xtask with-postgres -- CMD…".into());
    };
    let signals = Signals::catch()?;
    let postgres = Postgres::start();
    let child = Command::new(program).args(arguments).env(VARIABLE, postgres.url()).spawn();
    let mut child = child.map_err(|error| format!("{program}: {error}"))?;
    signals.hand_on_to(&child);
    let status = child.wait()?;
    drop(postgres);
    Ok(exit_code(status))
}

/// Signals that from now on end the command, and not this process: it has a server to stop.
struct Signals {
    runtime: Runtime,
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn catch() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let guard = runtime.enter();
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        let hangup = signal(SignalKind::hangup())?;
        drop(guard);
        Ok(Self { runtime, interrupt, terminate, hangup })
    }

    /// The terminal's Ctrl-C reaches the command by itself; the others are handed on as SIGTERM.
    fn hand_on_to(self, child: &Child) {
        let Self { runtime, mut interrupt, mut terminate, mut hangup } = self;
        let pid = child.id().to_string();
        thread::spawn(move || {
            runtime.block_on(async {
                loop {
                    tokio::select! {
                        _ = interrupt.recv() => continue,
                        _ = terminate.recv() => {}
                        _ = hangup.recv() => {}
                    }
                    // If it has ended already, there is nothing to end.
                    let _ = Command::new("kill").args(["-s", "TERM", &pid]).status();
                }
            });
        });
    }
}

/// As a shell would say it: 128 and the signal's number, if a signal ended the command.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_passed_on() {
        let of = |script: &str| exit_code(Command::new("sh").args(["-c", script]).status().unwrap());
        assert_eq!(of("exit 0"), ExitCode::SUCCESS);
        assert_eq!(of("exit 7"), ExitCode::from(7));
        assert_eq!(of("kill -s TERM $$"), ExitCode::from(143));
    }
}
