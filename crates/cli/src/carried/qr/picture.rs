//! A picture in shades of grey, as codes are looked for in it; and what files can hold one.

use super::{png, svg};

/// The most pixels that are looked at: more than any screen, or the cameras of most phones, have.
pub(super) const MOST_PIXELS: usize = 64 * 1024 * 1024;

/// A picture: a byte for each pixel, 0 is black.
pub(crate) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// Why a file is no picture that is read here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is one of a kind that is not read.
    Kind(&'static str),
    /// It has more pixels than are looked at.
    TooLarge,
    /// It is damaged, or an SVG of another program.
    Damaged,
}

impl Picture {
    /// The picture in a file; nothing if the file is none.
    pub(crate) fn read(file: &[u8]) -> Option<Result<Self, Unreadable>> {
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
