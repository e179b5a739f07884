//! The token that a command takes: as an argument, in files, or from standard input.

use std::path::Path;

use chancery_api_types::Code;
use chancery_client::Secret;
use chancery_qr::Given;
use clap::Args;

use super::{label, source};
use crate::{Failure, bundle, render};

/// How much of a first line is shown: anybody can write one.
const LONGEST_LABEL: usize = 200;

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
    /// The token, if one was given.
    pub(crate) fn read(self) -> Result<Option<Carried>, Failure> {
        let given = self.given;
        if given.is_empty() { Ok(None) } else { GivenToken { given }.read().map(Some) }
    }
}

/// The token in a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    Ok(GivenToken { given: vec![path.display().to_string()] }.read()?.token)
}

impl GivenToken {
    /// The token.
    pub(crate) fn read(&self) -> Result<Carried, Failure> {
        if self.given.iter().filter(|given| *given == "-").count() > 1 {
            return Err(Failure::usage("standard input (-) can be given once"));
        }
        let found = self.given.iter().map(|given| source::read(given)).collect::<Result<Vec<Given>, _>>()?;
        let text = source::joined(found);
        let token = chancery_client::carried::read(&text);
        let token = token.map_err(|error| Failure::from(chancery_client::Error::Carried(error)))?;
        let what = text.lines().next().and_then(|line| line.strip_prefix("Chancery "));
        let what = what.map(|what| render::printable(what).chars().take(LONGEST_LABEL).collect());
        Ok(Carried { token, what })
    }
}

/// A token that was carried here, and what its file says that it is.
pub(crate) struct Carried {
    token: String,
    what: Option<String>,
}

impl Carried {
    /// As one line, to be sent.
    pub(crate) fn secret(&self) -> Secret {
        Secret(self.token.clone())
    }

    /// What became of it at the command that `takes` it. If it is not what is taken there: where it is taken, as far as that can be seen
    /// without opening it.
    pub(crate) fn judged<T>(&self, takes: &str, result: Result<T, Failure>) -> Result<T, Failure> {
        result.map_err(|failure| {
            let is = |code: Code| code.name() == failure.code();
            // One of the right kind that is damaged is at the right place.
            let damaged =
                is(Code::TokenMalformed) && self.what.as_deref().is_some_and(|what| label::is_for(what, takes));
            let stray = is(Code::TokenWrongType) || is(Code::TokenWrongRecipient) || is(Code::TokenMalformed);
            match self.elsewhere(takes).filter(|_| stray && !damaged) {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })
    }

    fn elsewhere(&self, takes: &str) -> Option<String> {
        const TRUST: &str = "local update-trust";
        let bundle = || bundle::vendor(&self.token).ok().filter(|_| takes != TRUST);
        self.what.as_deref().map(|what| label::elsewhere(what, takes)).or_else(|| {
            bundle().map(|vendor| format!("this is the trust bundle of {vendor}: `chancery {TRUST}` takes it"))
        })
    }
}
