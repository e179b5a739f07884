//! How tokens travel by hand (TOK-6): as a line of text, as a file, as numbered parts for codes.
//!
//! [`read`] takes all of them, also as mail programs and terminals leave them. It checks the form alone: what a token says is
//! believed by nobody before it is opened.

mod fault;
mod file;
mod parts;

use std::fmt::Write as _;

use serde::Deserialize;

pub use fault::{CarriedFault, Missing};
pub use file::write_file;
pub use parts::parts;

use crate::claims::MOST_BYTES_LARGE;
use crate::{Fault, TokenError};

/// The longest token of any kind that is carried (TOK-3); which kind it is, and how long that may be, is seen when it is opened.
const MOST_BYTES: usize = MOST_BYTES_LARGE;
/// The longest text that is looked through for one: a token with line breaks, quotation marks and some words before it.
const MOST_TEXT: usize = 2 * MOST_BYTES;
/// What every token begins with: base64url of `{"`.
const BEGIN: &str = "eyJ";

/// The token that a text carries: a line, a file with its first line or without, wrapped or quoted lines, numbered parts in any
/// order, the JSON `{"token": …}` of a command.
///
/// Lines before the token do not matter, white space nowhere; after it there may be nothing else.
///
/// # Errors
/// [`TokenError::Malformed`]: too long; nothing, or several tokens; parts that are missing or do not fit; what is no token.
pub fn read(text: &str) -> Result<String, TokenError> {
    if text.len() > MOST_TEXT {
        return Err(Fault::TooLong.into());
    }
    if let Some(token) = in_json(text) {
        return read_lines(&token);
    }
    read_lines(text)
}

/// The token that a command printed with `--json`.
fn in_json(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Made {
        token: String,
    }
    let text = text.trim_matches(blank);
    text.starts_with('{').then(|| serde_json::from_str(text).ok())?.map(|Made { token }| token)
}

fn read_lines(text: &str) -> Result<String, TokenError> {
    let lines: Vec<&str> = text.split(['\n', '\r']).map(unquoted).filter(|line| !line.is_empty()).collect();
    let token = if lines.iter().any(|line| line.starts_with(parts::MARK)) {
        parts::join(&lines)?
    } else {
        without_blanks(token_lines(&lines))
    };
    check(&token)?;
    Ok(token)
}

/// The lines from the token's first one on. Without a line that begins like a token: all, but for a file's first line.
fn token_lines<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let first = lines.iter().position(|line| line.starts_with(BEGIN));
    let first = first.unwrap_or_else(|| usize::from(lines.first().is_some_and(|line| line.starts_with(file::NAME))));
    lines.get(first..).unwrap_or_default()
}

fn without_blanks(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| line.chars()).filter(|c| !blank(*c)).collect()
}

/// A line without the blanks around it, and without the marks that mail programs put before what is quoted.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|c| blank(c) || c == '>').trim_end_matches(blank)
}

/// White space, and what editors and mail programs leave that nobody sees: marks of byte order, of width zero, of hyphenation.
const fn blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{ad}')
}

/// Refuses what is no token, or more than one, by its form: three parts, or five of which the second is empty (TOK-1, TOK-2).
fn check(token: &str) -> Result<(), TokenError> {
    if token.len() > MOST_BYTES {
        return Err(Fault::TooLong.into());
    }
    let split: Vec<&str> = token.split('.').collect();
    let sealed = split.len() == 5 && split.get(1).is_some_and(|part| part.is_empty());
    let empty = split.iter().enumerate().any(|(i, part)| part.is_empty() && !(sealed && i == 1));
    match split.len() {
        _ if !token.contains(BEGIN) => Err(CarriedFault::Nothing.into()),
        5 if !sealed => Err(CarriedFault::Several.into()),
        6.. => Err(CarriedFault::Several.into()),
        3 | 5 if empty => Err(Fault::Parts.into()),
        3 | 5 if !token.bytes().all(is_of_token) => Err(Fault::Base64.into()),
        3 | 5 => Ok(()),
        _ => Err(Fault::Parts.into()),
    }
}

/// The characters of tokens: base64url, and the dot.
const fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// A list as people write it: `2, 4 and 5`.
fn list(text: &mut String, numbers: &[u8]) {
    for (i, number) in numbers.iter().enumerate() {
        let between = match i {
            0 => "",
            _ if i + 1 == numbers.len() => " and ",
            _ => ", ",
        };
        let _ = write!(text, "{between}{number}");
    }
}
