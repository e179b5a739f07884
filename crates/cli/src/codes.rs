//! Which activation codes an order gets: new ones, or the vendor's own (LIC-2).

use std::path::{Path, PathBuf};

use chancery_api_types::management::ActivationCodes;
use chancery_api_types::wire::Secret;
use clap::Args;

use crate::{Failure, file};

/// Activation codes.
#[derive(Args)]
pub(crate) struct CodesArgs {
    /// How many activation codes to make
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=1000))]
    codes: u32,
    /// A code of the vendor's own, instead of new ones; can be given several times. Whoever is on this machine may see it in
    /// the list of processes: --code-file keeps it from there
    #[arg(long = "code", value_name = "CODE", conflicts_with = "codes")]
    own_codes: Vec<String>,
    /// A file with codes of the vendor's own, one on each line; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["codes", "own_codes"])]
    code_file: Option<PathBuf>,
}

/// Without the codes.
impl std::fmt::Debug for CodesArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodesArgs")
    }
}

impl CodesArgs {
    /// What the API is told.
    pub(crate) fn value(self) -> Result<ActivationCodes, Failure> {
        let own = match &self.code_file {
            Some(file) => codes_in(file)?,
            None => self.own_codes,
        };
        let own: Vec<Secret> = own.into_iter().map(Secret).collect();
        Ok(if own.is_empty() { ActivationCodes::Make(self.codes) } else { ActivationCodes::Own(own) })
    }
}

/// The codes in a file. An empty one is a mistake, for which no other code is made.
fn codes_in(path: &Path) -> Result<Vec<String>, Failure> {
    let text = file::read_or_standard_input(path)?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let codes: Vec<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if codes.is_empty() {
        return Err(Failure::usage(format!("{} holds no code: give one on each line", path.display())));
    }
    Ok(codes)
}
