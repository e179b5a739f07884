//! Passphrases: out of a file, the environment or a prompt, never out of arguments, which every process of a machine can read.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use chancery_api_types::Code;
use chancery_api_types::wire::Secret;
use clap::Args;

use crate::{Failure, file};

/// The variable that can hold a passphrase.
const VARIABLE: &str = "CHANCERY_KEY_PASSPHRASE";

/// Where a passphrase comes from: a file, else `CHANCERY_KEY_PASSPHRASE`, else whoever sits at the terminal.
#[derive(Debug, Args)]
pub(crate) struct PassphraseArgs {
    /// A file with the passphrase, `-` for standard input [default: CHANCERY_KEY_PASSPHRASE, else it is asked for]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// The passphrase. One that is made up now is asked for twice.
    pub(crate) fn read(&self, new: bool) -> Result<Secret, Failure> {
        match self.given()? {
            Some(given) => Ok(given),
            None => ask(new),
        }
    }

    /// The passphrase, if there is one without asking.
    pub(crate) fn given(&self) -> Result<Option<Secret>, Failure> {
        let text = match &self.passphrase_file {
            Some(path) if path.as_os_str() == "-" => {
                let mut text = String::new();
                let read = std::io::stdin().read_to_string(&mut text);
                read.map_err(|error| Failure::new(Code::File, format!("cannot read standard input: {error}")))?;
                Some(text)
            }
            Some(path) => Some(file::read(path)?),
            None => std::env::var(VARIABLE).ok(),
        };
        // A line's end is not meant; blanks may be.
        let text = text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
        Ok(text.filter(|text| !text.is_empty()).map(Secret))
    }
}

/// Asks at the terminal, without showing what is typed.
fn ask(new: bool) -> Result<Secret, Failure> {
    let nowhere = || {
        Failure::usage("no passphrase was given, and there is no terminal to ask at")
            .hint(format!("give --passphrase-file, or set {VARIABLE}"))
    };
    if !std::io::stderr().is_terminal() {
        return Err(nowhere());
    }
    let first = line("Passphrase: ").ok_or_else(nowhere)?;
    if new && line("The same again: ").ok_or_else(nowhere)? != first {
        return Err(Failure::usage("the two passphrases differ"));
    }
    Ok(Secret(first))
}

fn line(prompt: &str) -> Option<String> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    terminal.write_all(prompt.as_bytes()).ok()?;
    let echo = Echo::off()?;
    let mut text = String::new();
    let read = BufReader::new(terminal.try_clone().ok()?).read_line(&mut text);
    drop(echo);
    let _ = terminal.write_all(b"\n");
    read.ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal shows nothing of what is typed, until this is dropped.
struct Echo;

impl Echo {
    fn off() -> Option<Self> {
        stty("-echo").then_some(Self)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        stty("echo");
    }
}

fn stty(argument: &str) -> bool {
    let Ok(terminal) = OpenOptions::new().read(true).open("/dev/tty") else { return false };
    let ran = Command::new("stty").arg(argument).stdin(terminal).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ran.is_ok_and(|status| status.success())
}
