//! The token that a command takes: as an argument, in files, or from standard input.

use std::path::Path;

use chancery_qr::Given;
use clap::Args;

use super::source;
use crate::Failure;

/// A token that was carried here.
#[derive(Args)]
pub(crate) struct GivenToken {
    /// The token itself, a file with it, or `-` for standard input; of codes, all their pictures or texts
    #[arg(value_name = "TOKEN|FILE|-", required = true)]
    given: Vec<String>,
}

/// A token that was carried here, where a command can do without.
#[derive(Args)]
pub(crate) struct OptionalToken {
    /// The token itself, a file with it, or `-` for standard input; of codes, all their pictures or texts
    #[arg(value_name = "TOKEN|FILE|-")]
    given: Vec<String>,
}

/// Without what was given: a token is nobody's to read.
impl std::fmt::Debug for GivenToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GivenToken")
    }
}

impl std::fmt::Debug for OptionalToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OptionalToken")
    }
}

impl OptionalToken {
    /// The token, as one line, if one was given.
    pub(crate) fn read(self) -> Result<Option<String>, Failure> {
        let given = self.given;
        if given.is_empty() { Ok(None) } else { GivenToken { given }.read().map(Some) }
    }
}

/// The token in a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    GivenToken { given: vec![path.display().to_string()] }.read()
}

impl GivenToken {
    /// The token, as one line.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        if self.given.iter().filter(|given| *given == "-").count() > 1 {
            return Err(Failure::usage("standard input (-) can be given once"));
        }
        let found = self.given.iter().map(|given| source::read(given)).collect::<Result<Vec<Given>, _>>()?;
        let token = chancery_client::carried::read(&source::joined(found));
        token.map_err(|error| chancery_client::Error::Carried(error).into())
    }
}
