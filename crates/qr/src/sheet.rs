//! The codes of one token on one sheet: stacked, each below its number.

use super::canvas::Canvas;
use super::{Capacity, Code, QUIET, digits, png, svg, terminal};

/// The codes of one token.
pub struct Sheet {
    codes: Vec<Code>,
}

impl Sheet {
    /// The codes of these texts; nothing if one of them is longer than any code can hold.
    #[must_use]
    pub fn of(texts: &[String], capacity: Capacity) -> Option<Self> {
        let codes = texts.iter().map(|text| Code::of(text, capacity)).collect::<Option<_>>()?;
        Some(Self { codes })
    }

    /// How many codes there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.codes.len()
    }

    /// As a PNG picture, black on white.
    ///
    /// # Errors
    /// In words: the picture is larger than PNG allows.
    pub fn to_png(&self) -> Result<Vec<u8>, String> {
        png::write(&self.drawn())
    }

    /// As an SVG drawing with a title.
    #[must_use]
    pub fn to_svg(&self, title: &str) -> String {
        svg::write(&self.drawn(), title)
    }

    /// As lines for a terminal, one code after the other. `coloured` says black on white whatever the terminal's colours are.
    #[must_use]
    pub fn to_terminal(&self, coloured: bool) -> String {
        let each = self.codes.iter().enumerate().map(|(i, code)| {
            let number = self.number(i).map(|number| format!("{number}\n")).unwrap_or_default();
            number + &terminal::draw(code, coloured)
        });
        each.collect::<Vec<_>>().join("\n")
    }

    /// What stands with a code: its number, if there are several.
    fn number(&self, index: usize) -> Option<String> {
        (self.count() > 1).then(|| format!("{}/{}", index + 1, self.count()))
    }

    /// All of them, each with its border, below its number.
    fn drawn(&self) -> Canvas {
        let head = if self.count() > 1 { QUIET + digits::HEIGHT } else { 0 };
        let tall = |code: &Code| head + QUIET + code.size() + QUIET;
        let width = self.codes.iter().map(|code| code.size() + 2 * QUIET).max().unwrap_or_default();
        let mut canvas = Canvas::new(width, self.codes.iter().map(tall).sum());
        let mut top = 0;
        for (i, code) in self.codes.iter().enumerate() {
            if let Some(number) = self.number(i) {
                digits::draw(&mut canvas, QUIET, top + QUIET, &number);
            }
            let above = top + head + QUIET;
            for (x, y) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))) {
                if code.is_dark(x, y) {
                    canvas.darken(QUIET + x, above + y);
                }
            }
            top += tall(code);
        }
        canvas
    }
}
