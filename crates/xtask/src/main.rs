//! Development only: the commands of `cargo xtask`, one module each.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool that talks to its developer on the terminal")]

mod bench;
mod finding;
mod fuzz;
mod generate;
mod metadata;
mod rust_source;
mod tidy;
mod tree;
mod with_postgres;

use std::error::Error;
use std::process::ExitCode;

/// What a command answers: its exit code, or why it could not do its work at all.
type Outcome = Result<ExitCode, Box<dyn Error + Send + Sync>>;

/// A command of `cargo xtask`.
struct Command {
    name: &'static str,
    usage: &'static str,
    run: fn(&[String]) -> Outcome,
}

/// Every command; a new one is a module and a line here.
const COMMANDS: &[Command] = &[
    Command {
        name: "tidy",
        usage: "tidy                     check what neither rustc nor clippy checks",
        run: tidy::run,
    },
    Command {
        name: "generate",
        usage: "generate [--check]       write the generated files, or require that they are up to date",
        run: generate::run,
    },
    Command {
        name: "with-postgres",
        usage: "with-postgres -- CMD …   run CMD beside a throw-away PostgreSQL server",
        run: with_postgres::run,
    },
    Command {
        name: "bench",
        usage: "bench [--quick] [--only ROW] [--json FILE]   measure, against the references in the same run",
        run: bench::run,
    },
    Command {
        name: "fuzz",
        usage: "fuzz [TARGET …] [--seconds N] [--keep]       feed the decoders; keep a small corpus of what was found",
        run: fuzz::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else { return usage(ExitCode::from(2)) };
    if name == "help" || name == "--help" {
        return usage(ExitCode::SUCCESS);
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("cargo xtask: no command `{name}`");
        return usage(ExitCode::from(2));
    };
    (command.run)(rest).unwrap_or_else(|error| {
        eprintln!("cargo xtask {name}: {error}");
        ExitCode::from(2)
    })
}

fn usage(code: ExitCode) -> ExitCode {
    eprintln!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        eprintln!("  {}", command.usage);
    }
    code
}
