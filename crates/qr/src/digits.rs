//! The few characters with which codes are numbered: `2/5`, drawn in modules.

use super::canvas::Canvas;

/// The height of a character.
pub(super) const HEIGHT: usize = 5;
/// From one character to the next.
const STEP: usize = 4;

/// Five lines of three modules, the leftmost in the highest bit.
const fn character(c: char) -> [u8; HEIGHT] {
    match c {
        '0' => [0b111, 0b101, 0b101, 0b101, 0b111],
        '1' => [0b010, 0b110, 0b010, 0b010, 0b111],
        '2' => [0b111, 0b001, 0b111, 0b100, 0b111],
        '3' => [0b111, 0b001, 0b111, 0b001, 0b111],
        '4' => [0b101, 0b101, 0b111, 0b001, 0b001],
        '5' => [0b111, 0b100, 0b111, 0b001, 0b111],
        '6' => [0b111, 0b100, 0b111, 0b101, 0b111],
        '7' => [0b111, 0b001, 0b010, 0b010, 0b010],
        '8' => [0b111, 0b101, 0b111, 0b101, 0b111],
        '9' => [0b111, 0b101, 0b111, 0b001, 0b111],
        '/' => [0b001, 0b001, 0b010, 0b100, 0b100],
        _ => [0; HEIGHT],
    }
}

/// Draws a text of such characters, from its upper left corner on.
pub(super) fn draw(canvas: &mut Canvas, left: usize, top: usize, text: &str) {
    for (i, c) in text.chars().enumerate() {
        for (y, line) in character(c).into_iter().enumerate() {
            for x in (0..3).filter(|x| line >> (2 - x) & 1 == 1) {
                canvas.darken(left + i * STEP + x, top + y);
            }
        }
    }
}
