//! What people give for a token: as an argument, in files of any kind, or as standard input.

use std::io::Read as _;

use chancery_api_types::Code;
use chancery_qr::{Given, looks_like_token};

use crate::Failure;

/// The largest file that is looked at.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
const HINT: &str = "give the token itself, a file with it (text, .chancery, PNG or SVG), or - for standard input";

/// Reads what an argument gives.
pub(super) fn read(given: &str) -> Result<Given, Failure> {
    if looks_like_token(given) {
        return Ok(Given::Text(given.to_owned()));
    }
    let bytes = if given == "-" { limited(std::io::stdin()) } else { std::fs::File::open(given).and_then(limited) };
    let name = if given == "-" { "standard input" } else { given };
    let bytes = bytes.map_err(|error| Failure::new(Code::File, format!("cannot read {name}: {error}")).hint(HINT))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(Failure::new(Code::File, format!("{name} is far too large for a token")).hint(HINT));
    }
    Given::read(&bytes).map_err(|error| Failure::new(Code::File, format!("{name} is {error}")).hint(error.hint()))
}

/// All of it as one text, in which the token is looked for.
pub(super) fn joined(found: Vec<Given>) -> String {
    found.into_iter().map(Given::into_text).collect::<Vec<_>>().join("\n")
}

fn limited(from: impl std::io::Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
