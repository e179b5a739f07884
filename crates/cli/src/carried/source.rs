//! What people give for a token: texts, text files of any editor, pictures with codes.

use std::io::Read as _;

use chancery_api_types::Code;

use super::qr::{self, Picture, Unreadable};
use crate::Failure;

/// The largest file that is looked at.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
const HINT: &str = "give the token itself, a file with it (text, .chancery, PNG or SVG), or - for standard input";

/// What one argument, or one file, holds.
pub(super) enum Found {
    Text(String),
    /// The texts of a picture's codes.
    Codes(Vec<String>),
}

/// Reads what an argument gives.
pub(super) fn read(given: &str) -> Result<Found, Failure> {
    if is_token(given) {
        return Ok(Found::Text(given.to_owned()));
    }
    let bytes = if given == "-" { limited(std::io::stdin()) } else { std::fs::File::open(given).and_then(limited) };
    let name = if given == "-" { "standard input" } else { given };
    let bytes = bytes.map_err(|error| Failure::new(Code::File, format!("cannot read {name}: {error}")).hint(HINT))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(Failure::new(Code::File, format!("{name} is far too large for a token")).hint(HINT));
    }
    match Picture::read(&bytes) {
        Some(picture) => codes(name, picture),
        None => text(name, &bytes).map(Found::Text),
    }
}

/// All of it as one text, in which the token is looked for. Codes that are not of tokens may stand in a picture beside them.
pub(super) fn joined(found: &[Found]) -> String {
    let texts = found.iter().flat_map(|found| match found {
        Found::Text(text) => vec![text.as_str()],
        Found::Codes(codes) => codes.iter().map(String::as_str).collect(),
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// Whether an argument is no name of a file: tokens and their parts begin so, and nobody's files do.
fn is_token(given: &str) -> bool {
    let given = given.trim_start();
    given.starts_with("eyJ") || given.starts_with("chancery:") || given.starts_with('{') || given.contains('\n')
}

fn limited(from: impl std::io::Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn codes(name: &str, picture: Result<Picture, Unreadable>) -> Result<Found, Failure> {
    let failed = |what: String, hint: &str| Err(Failure::new(Code::File, what).hint(hint));
    let picture = match picture {
        Ok(picture) => picture,
        Err(Unreadable::Kind(kind)) => {
            let hint = "save it as PNG; or read the code with a phone, and give its text";
            return failed(format!("{name} is a {kind} picture, which is not read here"), hint);
        }
        Err(Unreadable::TooLarge) => {
            return failed(format!("{name} has too many pixels"), "give a picture of the codes alone");
        }
        Err(Unreadable::Damaged) => {
            let hint = "of drawings (SVG), only those that were written by this program are read: save others as PNG";
            return failed(format!("{name} is damaged, or no picture that is read here"), hint);
        }
    };
    let texts: Vec<String> = qr::scan(&picture).into_iter().filter(|text| is_token(text)).collect();
    if texts.is_empty() {
        let hint = "take the picture again: sharp, straight, with a white border; or read the code with a phone, and give its text";
        return failed(format!("no QR code of a token was found in {name}"), hint);
    }
    Ok(Found::Codes(texts))
}

/// A text in UTF-8; or in UTF-16 with its mark, as some editors and shells of Windows write.
fn text(name: &str, bytes: &[u8]) -> Result<String, Failure> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).skip(1).map(|pair| match *pair {
            [a, b] => read([a, b]),
            _ => 0,
        });
        char::decode_utf16(units).collect::<Result<String, _>>().ok()
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    };
    text.ok_or_else(|| {
        Failure::new(Code::File, format!("{name} holds no text, and no picture that is read here")).hint(HINT)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tok_6_texts_of_other_editors_are_read() {
        let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { "\u{feff}eyJ.ä".encode_utf16().flat_map(order).collect() };
        for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes), b"eyJ.\xc3\xa4".to_vec()] {
            assert_eq!(text("it", &bytes).unwrap(), "eyJ.ä");
        }
        assert!(text("it", &[0x80, 0x81]).is_err() && text("it", &[0xff, 0xfe, 0x00, 0xd8]).is_err());
    }
}
