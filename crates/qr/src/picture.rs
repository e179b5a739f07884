//! A picture in shades of grey, as codes are looked for in it; and what files can hold one.

use super::{png, svg};

/// The most pixels that are looked at: more than any screen, or the cameras of most phones, have.
pub(super) const MOST_PIXELS: usize = 64 * 1024 * 1024;

/// A picture: a byte for each pixel, 0 is black.
pub struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// Why a file is no picture that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is one of a kind that is not read.
    #[error("a {0} picture, which is not read here")]
    Kind(&'static str),
    /// It has more pixels than are looked at.
    #[error("a picture with too many pixels")]
    TooLarge,
    /// It is damaged, or an SVG of another program.
    #[error("damaged, or no picture that is read here")]
    Damaged,
    /// There is no code in it that could be of a token.
    #[error("a picture without a QR code of a token that can be read")]
    NoCode,
    /// It is no picture, and no text.
    #[error("no text, and no picture that is read here")]
    NoText,
}

impl Unreadable {
    /// What a person does about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Kind(_) => "save it as PNG; or read the code with a phone, and give its text",
            Self::TooLarge => "give a picture of the codes alone",
            Self::Damaged => {
                "of drawings (SVG), only those that were written by this program are read: save others as PNG"
            }
            Self::NoCode => {
                "take the picture again: sharp, straight, with a white border; or read the code with a phone, and give its text"
            }
            Self::NoText => "give the token itself, or a file with it: text, .chancery, PNG or SVG",
        }
    }
}

impl Picture {
    /// The picture in a file; nothing if the file is none.
    ///
    /// # Errors
    /// It is of a kind that is not read, too large, or damaged.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Result<Self, Unreadable>> {
        match file {
            [0x89, b'P', b'N', b'G', ..] => Some(png::read(file)),
            [0xff, 0xd8, 0xff, ..] => Some(Err(Unreadable::Kind("JPEG"))),
            [b'G', b'I', b'F', b'8', ..] => Some(Err(Unreadable::Kind("GIF"))),
            [b'B', b'M', ..] if file.contains(&0) => Some(Err(Unreadable::Kind("BMP"))),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Err(Unreadable::Kind("WebP"))),
            [b'%', b'P', b'D', b'F', ..] => Some(Err(Unreadable::Kind("PDF"))),
            _ => {
                let text = std::str::from_utf8(file).ok()?.trim_start_matches('\u{feff}').trim_start();
                (text.starts_with('<') && text.contains("<svg")).then(|| svg::read(text))
            }
        }
    }

    /// The part of the picture from one line to another.
    pub(super) fn band(&self, from: usize, to: usize) -> Self {
        let pixels = self.pixels.get(from * self.width..to * self.width).unwrap_or_default().to_vec();
        Self { width: self.width, height: pixels.len() / self.width.max(1), pixels }
    }

    /// A line of pixels.
    pub(super) fn line(&self, y: usize) -> &[u8] {
        self.pixels.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }
}
