//! Tokens as QR codes: drawn as PNG, SVG or in a terminal, and found again in pictures (TOK-6).
//!
//! What a text means is no matter of this crate: it knows how the texts of tokens begin, and no more.

mod canvas;
mod digits;
mod given;
mod picture;
mod png;
mod scan;
mod sheet;
mod svg;
mod terminal;

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

pub use self::given::{Given, looks_like_token};
pub use self::picture::{Picture, Unreadable};
pub use self::scan::scan;
pub use self::sheet::Sheet;

/// The white border that a code needs, in modules.
const QUIET: usize = 4;

/// How much a code holds, and how well it survives dirt.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// The most bytes of text.
    pub bytes: usize,
    correction: QrCodeEcc,
}

impl Capacity {
    /// For paper and screens: at most version 22 (105 modules), which the cameras of phones read without trouble.
    pub const PICTURE: Self = Self { bytes: 770, correction: QrCodeEcc::Medium };
    /// For terminals: at most version 13 (69 modules), which stands in 80 columns with its border.
    pub const TERMINAL: Self = Self { bytes: 425, correction: QrCodeEcc::Low };
}

/// A code: a square of dark and light modules.
struct Code(QrCode);

impl Code {
    /// The code of a text; nothing if it is longer than any code can hold.
    fn of(text: &str, capacity: Capacity) -> Option<Self> {
        // In bytes, in one piece: base64url has small letters, for which no shorter form exists.
        let segments = [QrSegment::make_bytes(text.as_bytes())];
        let (min, max) = (Version::MIN, Version::MAX);
        QrCode::encode_segments_advanced(&segments, capacity.correction, min, max, None, false).ok().map(Self)
    }

    /// Modules of a side.
    fn size(&self) -> usize {
        usize::try_from(self.0.size()).unwrap_or_default()
    }

    /// Whether a module is dark; all around the code are light.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        match (i32::try_from(x), i32::try_from(y)) {
            (Ok(x), Ok(y)) => self.0.get_module(x, y),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
