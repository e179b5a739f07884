//! A code in a terminal: two modules in each character, by half blocks.

use super::{Code, QUIET};

/// Black on white, whatever the terminal's colours are; and back.
const COLOURS: (&str, &str) = ("\u{1b}[30;107m", "\u{1b}[0m");

/// The code's lines. Without colours, a dark module is what the terminal draws with: right for what is printed on paper.
pub(super) fn draw(code: &Code, coloured: bool) -> String {
    let side = code.size() + 2 * QUIET;
    let (begin, end) = if coloured { COLOURS } else { ("", "") };
    let dark = |x: usize, y: usize| x >= QUIET && y >= QUIET && code.is_dark(x - QUIET, y - QUIET);
    let mut text = String::new();
    for y in (0..side).step_by(2) {
        let line: String = (0..side).map(|x| character(dark(x, y), dark(x, y + 1))).collect();
        text.push_str(begin);
        text.push_str(if coloured { &line } else { line.trim_end() });
        text.push_str(end);
        text.push('\n');
    }
    text
}

const fn character(above: bool, below: bool) -> char {
    match (above, below) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}
