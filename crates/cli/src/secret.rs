//! Codes and secrets on a command line: as they are, or from where no list of processes shows them (API-7).

use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use chancery_api_types::Code;
use chancery_api_types::wire::ends_as_made;

use crate::{Failure, Printer, file};

/// Where a secret comes from.
#[derive(Clone)]
pub(crate) enum Source {
    /// It stands on the command line, or in a variable of the environment.
    Given(String),
    /// `@FILE`: it is what a file holds.
    File(String),
    /// `-`: it is what standard input holds.
    Input,
}

/// Warns of an activation code that looks mistyped, before it is carried somewhere: codes that a vendor brought have no check character.
pub(crate) fn warn_of_code(printer: Printer, code: &str) {
    if Path::new(code).is_file() {
        printer.note(format!("Warning: this is the name of a file. Did you mean `@{code}`?"));
    } else if !ends_as_made(code) {
        printer.note(
            "Warning: the activation code may be mistyped: its last character does not fit the others. Only codes that the vendor \
             did not let Chancery make may be so.",
        );
    }
}

/// Without the secret.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

impl FromStr for Source {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix('@')) {
            ("", _) | (_, Some("")) => Err("give the text itself, @FILE, or - for standard input"),
            ("-", _) => Ok(Self::Input),
            (_, Some(file)) => Ok(Self::File(file.to_owned())),
            (given, None) => Ok(Self::Given(given.to_owned())),
        }
    }
}

impl Source {
    pub(crate) const fn is_input(&self) -> bool {
        matches!(self, Self::Input)
    }

    /// The secret, without the blanks and line ends around it.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        let text = match self {
            Self::Given(text) => return Ok(text.clone()),
            Self::File(path) => file::read(Path::new(path))?,
            Self::Input => {
                let mut text = String::new();
                let read = std::io::stdin().read_to_string(&mut text);
                read.map(|_| text)
                    .map_err(|error| Failure::new(Code::File, format!("cannot read standard input: {error}")))?
            }
        };
        Ok(text.trim().to_owned())
    }
}
