//! What people give for a token: texts of any editor, pictures with codes.

use crate::{Picture, Unreadable, scan};

/// What a file holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Given {
    /// A text, in which the token may stand among other words.
    Text(String),
    /// The texts of a picture's codes, of those that could be of a token. At least one.
    Codes(Vec<String>),
}

impl Given {
    /// Reads a file: a picture, or a text in UTF-8, or in UTF-16 with its mark, as some editors and shells of Windows write.
    ///
    /// # Errors
    /// It is neither, or a picture that cannot be read, or one without a code of a token.
    pub fn read(file: &[u8]) -> Result<Self, Unreadable> {
        match Picture::read(file) {
            Some(picture) => codes(&picture?),
            None => text(file).map(Self::Text).ok_or(Unreadable::NoText),
        }
    }

    /// All of it as one text, in which the token is looked for.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Codes(codes) => codes.join("\n"),
        }
    }
}

/// Whether a text begins as tokens and their parts do, and as nobody's files are named.
#[must_use]
pub fn looks_like_token(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("eyJ") || text.starts_with("chancery:") || text.starts_with('{') || text.contains('\n')
}

/// Codes that are not of tokens may stand in a picture beside them.
fn codes(picture: &Picture) -> Result<Given, Unreadable> {
    let texts: Vec<String> = scan(picture).into_iter().filter(|text| looks_like_token(text)).collect();
    if texts.is_empty() { Err(Unreadable::NoCode) } else { Ok(Given::Codes(texts)) }
}

fn text(bytes: &[u8]) -> Option<String> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).skip(1).map(|pair| match *pair {
            [a, b] => read([a, b]),
            _ => 0,
        });
        char::decode_utf16(units).collect::<Result<String, _>>().ok()
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tok_6_texts_of_other_editors_are_read() {
        let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { "\u{feff}eyJ.ä".encode_utf16().flat_map(order).collect() };
        for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes), b"eyJ.\xc3\xa4".to_vec()] {
            assert!(Given::read(&bytes) == Ok(Given::Text("eyJ.ä".into())));
        }
        for bytes in [&[0x80, 0x81][..], &[0xff, 0xfe, 0x00, 0xd8]] {
            assert!(Given::read(bytes) == Err(Unreadable::NoText));
        }
    }
}
