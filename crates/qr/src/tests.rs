//! Codes that are drawn here and found again, also as cameras and others' programs leave them; and pictures that mean harm.

use super::*;

/// Texts as tokens' parts are: pseudorandom base64url.
fn texts(count: usize, bytes: usize) -> Vec<String> {
    let mut next = noise(u64::try_from(count).unwrap());
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let text = |next: &mut dyn FnMut() -> usize| (0..bytes).map(|_| char::from(alphabet[next() % 64])).collect();
    (0..count).map(|_| text(&mut next)).collect()
}

fn noise(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed.wrapping_add(99);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap()
    }
}

#[track_caller]
fn read(file: &[u8]) -> Picture {
    Picture::read(file).unwrap().unwrap()
}

#[track_caller]
fn assert_found(picture: &Picture, texts: &[String]) {
    let found = scan(picture);
    let missing: Vec<&String> = texts.iter().filter(|text| !found.contains(*text)).collect();
    assert!(missing.is_empty(), "{} of {} are missing", missing.len(), texts.len());
}

#[test]
fn tok_6_all_codes_of_a_picture_are_found() {
    for (count, bytes) in [(1, 20), (1, 770), (2, 770), (5, 600)] {
        let texts = texts(count, bytes);
        let sheet = Sheet::of(&texts, Capacity::PICTURE).unwrap();
        assert_found(&read(&sheet.to_png().unwrap()), &texts);
        assert_found(&read(sheet.to_svg("A & <B>").as_bytes()), &texts);
    }
}

/// Each size of a code that a capacity leads to, full.
#[test]
fn tok_6_codes_of_every_size_are_found() {
    for (capacity, versions) in [(Capacity::PICTURE, 22), (Capacity::TERMINAL, 13)] {
        let size = |bytes: usize| Code::of(&"x".repeat(bytes), capacity).unwrap().size();
        let last = capacity.bytes;
        let full: Vec<usize> = (1..=last).filter(|bytes| *bytes == last || size(*bytes) != size(bytes + 1)).collect();
        let sizes: Vec<usize> = full.iter().map(|bytes| size(*bytes)).collect();
        assert_eq!(sizes, (1..=versions).map(|version| 17 + 4 * version).collect::<Vec<_>>());
        for bytes in full {
            let texts = texts(1, bytes);
            assert_found(&read(&Sheet::of(&texts, capacity).unwrap().to_png().unwrap()), &texts);
        }
    }
}

#[test]
fn tok_6_a_picture_may_be_turned_grey_and_have_others_around() {
    let texts = texts(1, 400);
    let code = read(&Sheet::of(&texts, Capacity::PICTURE).unwrap().to_png().unwrap());
    // On a darker table, a quarter turned, with the contrast of a bad print.
    let (width, height) = (code.height + 150, code.width + 90);
    let pixel = |x: usize, y: usize| match (y.checked_sub(40), x.checked_sub(70)) {
        (Some(across), Some(down)) if across < code.width && down < code.height => {
            90 + code.pixels[down * code.width + across] / 3
        }
        _ => 150,
    };
    let pixels = (0..width * height).map(|i| pixel(i % width, i / width)).collect();
    assert_found(&Picture { width, height, pixels }, &texts);
}

/// How a shade of grey is written.
type Pixel = fn(u8) -> Vec<u8>;

#[test]
fn tok_6_pngs_of_other_programs_are_read() {
    use ::png::{BitDepth, ColorType, Encoder};
    let texts = texts(1, 60);
    let code = read(&Sheet::of(&texts, Capacity::PICTURE).unwrap().to_png().unwrap());
    let colours: [(ColorType, Pixel); 3] = [
        (ColorType::Rgb, |grey| vec![grey, grey, 255]),
        // Black on nothing.
        (ColorType::Rgba, |grey| vec![0, 0, 0, 255 - grey]),
        (ColorType::GrayscaleAlpha, |grey| vec![grey, 255]),
    ];
    for (kind, pixel) in colours {
        let mut file = Vec::new();
        let side = |side: usize| u32::try_from(side).unwrap();
        let mut encoder = Encoder::new(&mut file, side(code.width), side(code.height));
        encoder.set_color(kind);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&code.pixels.iter().flat_map(|grey| pixel(*grey)).collect::<Vec<u8>>()).unwrap();
        writer.finish().unwrap();
        assert_found(&read(&file), &texts);
    }
}

#[test]
fn tok_6_a_terminals_code_is_the_same_code() {
    let texts = texts(2, 425);
    let shown = Sheet::of(&texts, Capacity::TERMINAL).unwrap().to_terminal(false);
    assert!(shown.lines().all(|line| line.chars().count() <= 80));
    // Read from the characters, as from a photograph of the screen.
    let mut rows = Vec::new();
    for line in shown.lines().filter(|line| !line.contains('/')) {
        let cells: Vec<char> = line.chars().collect();
        for half in ['▀', '▄'] {
            let row = (0..80).flat_map(|x| {
                let dark = cells.get(x).is_some_and(|cell| *cell == '█' || *cell == half);
                [if dark { 0 } else { 255 }; 3]
            });
            let row: Vec<u8> = row.collect();
            (0..3).for_each(|_| rows.push(row.clone()));
        }
    }
    assert_found(&Picture { width: 240, height: rows.len(), pixels: rows.concat() }, &texts);
    let coloured = Sheet::of(&texts, Capacity::TERMINAL).unwrap().to_terminal(true);
    assert!(coloured.lines().filter(|line| line.contains('█')).all(|line| line.ends_with("\u{1b}[0m")));
}

#[test]
fn pictures_of_anything_are_looked_at_without_harm() {
    let mut next = noise(1);
    for round in 0..60 {
        let (width, height) = (next() % 160, next() % 160);
        let stripes = 1 + round % 7;
        let pixel = |i: usize, random: usize| match round % 3 {
            0 => u8::try_from(random % 256).unwrap(),
            1 => 255 * u8::from((i / stripes).is_multiple_of(2)),
            _ => 255 * u8::from(random.is_multiple_of(2)),
        };
        let pixels = (0..width * height).map(|i| pixel(i, next())).collect();
        let _ = scan(&Picture { width, height, pixels });
    }
    // Dirt on a good one.
    let texts = texts(1, 300);
    let clean = read(&Sheet::of(&texts, Capacity::PICTURE).unwrap().to_png().unwrap());
    for round in 0..40 {
        let mut pixels = clean.pixels.clone();
        for _ in 0..round * 60 {
            let (at, size) = (next() % pixels.len(), 1 + next() % 5);
            for i in
                (0..size * size).map(|i| at + i / size * clean.width + i % size).filter(|i| *i < clean.pixels.len())
            {
                pixels[i] = 255 - pixels[i];
            }
        }
        let _ = scan(&Picture { width: clean.width, height: clean.height, pixels });
    }
}

#[test]
fn files_that_promise_too_much_are_refused_before_they_are_unpacked() {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, 60_000, 60_000);
    encoder.set_color(::png::ColorType::Rgba);
    drop(encoder.write_header().unwrap());
    assert!(matches!(Picture::read(&file), Some(Err(Unreadable::TooLarge | Unreadable::Damaged))));
    for drawing in [
        "<svg viewBox=\"0 0 99999 99999\"><path fill=\"#000\" d=\"M0 0h1v1h-1z\"/></svg>",
        "<svg viewBox=\"0 0 18446744073709551615 2\"><path fill=\"#000\" d=\"\"/></svg>",
    ] {
        assert!(matches!(Picture::read(drawing.as_bytes()), Some(Err(Unreadable::TooLarge))), "{drawing}");
    }
    for drawing in [
        "<svg></svg>",
        "<svg viewBox=\"0 0 9 9\"><path fill=\"#000\" d=\"M1 1\"/></svg>",
        "<svg viewBox=\"0 0 -9 9\"><path fill=\"#000\" d=\"\"/></svg>",
        "<svg viewBox=\"0 0 9 9\"><path fill=\"#000\" d=\"M1 xh1v1h-1z\"/></svg>",
        // More than there is to draw.
        "<svg viewBox=\"0 0 9 1\"><path fill=\"#000\" d=\"M0 0h9v1h-9zM0 0h1v1h-1z\"/></svg>",
    ] {
        assert!(matches!(Picture::read(drawing.as_bytes()), Some(Err(Unreadable::Damaged))), "{drawing}");
    }
    // Outside of the drawing, and longer than it.
    let outside = "<svg viewBox=\"0 0 9 9\"><path fill=\"#000\" d=\"M18446744073709551615 7h18446744073709551615v1h-1zM8 999h5v1h-5z\"/></svg>";
    assert!(scan(&read(outside.as_bytes())).is_empty());
    assert!(Picture::read(b"eyJhbGciOiJ").is_none() && Picture::read(b"").is_none());
}
