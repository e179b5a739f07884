//! Codes in pictures.

use chancery_qr::{Capacity, Picture, Sheet, scan};

/// The most pixels that are looked at here: more are allowed, and take their time.
const MOST_PIXELS: u64 = 1 << 16;
/// The most bytes of a drawing.
const MOST_TEXT: usize = 4_096;

/// The first byte says what the rest is: a file, or a text that is drawn. It is slow, and so a target of its own.
pub fn run(data: &[u8]) {
    match data.split_first() {
        Some((choice, file)) if choice & 1 == 0 => read(file),
        Some((_, text)) => drawn(&String::from_utf8_lossy(text)),
        None => {}
    }
}

/// Looks for codes in a file.
fn read(file: &[u8]) {
    if is_slow(file) {
        return;
    }
    if let Some(Ok(picture)) = Picture::read(file) {
        let _ = scan(&picture);
    }
}

/// By the head of a PNG; what is drawn is small enough, if its text is.
fn is_slow(file: &[u8]) -> bool {
    let number =
        |at: usize| file.get(at..at + 4).map_or(0, |bytes| bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)));
    let png = file.starts_with(b"\x89PNG");
    if png { number(16) * number(20) > MOST_PIXELS } else { file.len() > MOST_TEXT || sides(file) > MOST_PIXELS }
}

/// What an SVG says of its size.
fn sides(file: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(file);
    let numbers = text.split_once("viewBox=\"").and_then(|(_, rest)| rest.split_once('"'));
    let sides = numbers.map(|(numbers, _)| numbers.split(' ').filter_map(|number| number.parse::<u64>().ok()));
    sides.map_or(0, |sides| sides.filter(|side| *side > 0).fold(9, u64::saturating_mul))
}

/// What was drawn is found again.
fn drawn(text: &str) {
    // A code that holds nothing is none, and longer ones are slow.
    if text.is_empty() || text.len() > 200 {
        return;
    }
    let sheet = Sheet::of(&[text.to_owned()], Capacity::PICTURE).unwrap();
    let png = sheet.to_png().unwrap();
    let found = scan(&Picture::read(&png).unwrap().unwrap_or_else(|fault| panic!("{fault:?}")));
    assert!(found.len() == 1 && found.contains(text), "{found:?}");
    let svg = sheet.to_svg(text);
    if let Some(Ok(picture)) = Picture::read(svg.as_bytes()) {
        assert_eq!(scan(&picture), found);
    } else {
        panic!("{svg}");
    }
}
