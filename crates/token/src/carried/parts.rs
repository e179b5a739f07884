//! A token in numbered parts, for codes that are too small for the whole (TOK-6).
//!
//! A part reads `chancery:2/5:Q8xk0f3a:…`: its number, how many there are, and the beginning of the token's hash, which says of
//! which token it is.

use std::collections::BTreeMap;

use super::{CarriedFault, MOST_BYTES, Missing, without_blanks};
use crate::hash::{base64url, sha256};
use crate::{Fault, TokenError};

/// What every part begins with. The colon is in no token.
pub(super) const MARK: &str = "chancery:";
/// The bytes before the token's own in the longest case: `chancery:255/255:Q8xk0f3a:`.
const HEAD: usize = 26;
/// How much of the hash a part has: enough to tell tokens apart, for nothing depends on it but an early word.
const ID: usize = 8;

/// The token in as many texts as it takes, each of at most `most_bytes`: the token itself if that is enough, else numbered
/// parts. More than 255 would be no use to anybody; rather the parts are longer then.
#[must_use]
pub fn parts(token: &str, most_bytes: usize) -> Vec<String> {
    if token.len() <= most_bytes {
        return vec![token.to_owned()];
    }
    let most = most_bytes.saturating_sub(HEAD).max(token.len().div_ceil(255)).max(1);
    let count = token.len().div_ceil(most);
    // All of about the same length: codes look alike, and are read alike.
    let each = token.len().div_ceil(count).max(1);
    let id = id(token);
    let chunks: Vec<&[u8]> = token.as_bytes().chunks(each).collect();
    let part = |(i, chunk): (usize, &&[u8])| {
        format!("{MARK}{}/{}:{id}:{}", i + 1, chunks.len(), String::from_utf8_lossy(chunk))
    };
    chunks.iter().enumerate().map(part).collect()
}

/// The token of parts that stand in these lines, in any order, some perhaps twice.
pub(super) fn join(lines: &[&str]) -> Result<String, TokenError> {
    let first = lines.iter().position(|line| line.starts_with(MARK)).unwrap_or_default();
    // What stands between parts, such as their numbers for people, has blanks in it; a part that was wrapped has none.
    let of_parts = |line: &&&str| line.starts_with(MARK) || !line.contains(char::is_whitespace);
    let lines: Vec<&str> = lines.iter().skip(first).filter(of_parts).copied().collect();
    let text = without_blanks(&lines);
    let parts = text.split(MARK).skip(1).map(Part::parse).collect::<Result<Vec<_>, _>>()?;
    put_together(&parts)
}

struct Part<'a> {
    number: u8,
    count: u8,
    id: &'a str,
    chunk: &'a str,
}

impl<'a> Part<'a> {
    /// Reads what follows the mark.
    fn parse(text: &'a str) -> Result<Self, CarriedFault> {
        let parse = || {
            let (numbers, rest) = text.split_once(':')?;
            let (number, count) = numbers.split_once('/')?;
            let (id, chunk) = rest.split_once(':')?;
            let (number, count) = (number.parse().ok()?, count.parse().ok()?);
            let sound = 0 < number && number <= count && !chunk.is_empty();
            sound.then_some(Self { number, count, id, chunk })
        };
        parse().ok_or(CarriedFault::DamagedParts)
    }
}

fn put_together(parts: &[Part<'_>]) -> Result<String, TokenError> {
    let Some(first) = parts.first() else { return Err(CarriedFault::Nothing.into()) };
    if parts.iter().any(|part| (part.id, part.count) != (first.id, first.count)) {
        return Err(CarriedFault::OtherParts.into());
    }
    let (mut chunks, mut twice_alike) = (BTreeMap::new(), true);
    for part in parts {
        twice_alike &= *chunks.entry(part.number).or_insert(part.chunk) == part.chunk;
    }
    let missing = Missing::of(first.count, (1..=first.count).filter(|number| !chunks.contains_key(number)));
    if missing.numbers().next().is_some() {
        return Err(CarriedFault::MissingParts(missing).into());
    }
    let token: String = chunks.into_values().collect();
    if token.len() > MOST_BYTES {
        return Err(Fault::TooLong.into());
    }
    if twice_alike && id(&token) == first.id { Ok(token) } else { Err(CarriedFault::DamagedParts.into()) }
}

fn id(token: &str) -> String {
    base64url(&sha256(&[token.as_bytes()])).chars().take(ID).collect()
}
