//! PNG: written black on white, read whatever its colours are.

use std::io::Cursor;

use ::png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

use super::canvas::Canvas;
use super::picture::{MOST_PIXELS, Picture, Unreadable};

/// Pixels of a module's side.
const SCALE: usize = 4;

/// The picture's file.
pub(super) fn write(canvas: &Canvas) -> Result<Vec<u8>, String> {
    let (width, height) = (canvas.width * SCALE, canvas.height * SCALE);
    let side = |pixels: usize| u32::try_from(pixels).map_err(|_| "the picture is too large".to_owned());
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(width)?, side(height)?);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut rows = Vec::with_capacity(width.div_ceil(8) * height);
    for y in 0..canvas.height {
        let row = row(canvas, y, width);
        (0..SCALE).for_each(|_| rows.extend_from_slice(&row));
    }
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&rows)?;
        writer.finish()
    });
    written.map_err(|error| error.to_string())?;
    Ok(file)
}

/// A line of pixels, eight in a byte; 1 is white.
fn row(canvas: &Canvas, y: usize, width: usize) -> Vec<u8> {
    let byte = |first: usize| {
        let bit = |i: usize| u8::from(!canvas.is_dark((first + i) / SCALE, y)) << (7 - i);
        (0..8).map(bit).sum::<u8>()
    };
    (0..width).step_by(8).map(byte).collect()
}

/// The picture in a file.
pub(super) fn read(file: &[u8]) -> Result<Picture, Unreadable> {
    let limits = Limits { bytes: 8 * MOST_PIXELS };
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|_| Unreadable::Damaged)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(Unreadable::TooLarge);
    }
    let size = reader.output_buffer_size().ok_or(Unreadable::TooLarge)?;
    let mut bytes = vec![0; size];
    let frame = reader.next_frame(&mut bytes).map_err(|_| Unreadable::Damaged)?;
    let samples = frame.color_type.samples();
    let pixels: Vec<u8> = bytes.chunks_exact(samples.max(1)).take(width * height).map(grey).collect();
    if pixels.len() == width * height { Ok(Picture { width, height, pixels }) } else { Err(Unreadable::Damaged) }
}

/// How light a pixel is, on white where it is transparent.
fn grey(pixel: &[u8]) -> u8 {
    let (light, alpha) = match *pixel {
        [grey] => (u32::from(grey), 255),
        [grey, alpha] => (u32::from(grey), u32::from(alpha)),
        [red, green, blue] => (luma(red, green, blue), 255),
        [red, green, blue, alpha] => (luma(red, green, blue), u32::from(alpha)),
        _ => (255, 255),
    };
    u8::try_from((light * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// ITU-R BT.601.
fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1_000
}
