//! SVG: one path for all dark modules; and such a drawing read again, of our own alone.

use std::fmt::Write as _;

use super::canvas::Canvas;
use super::picture::{MOST_PIXELS, Picture, Unreadable};

/// How large a module is drawn.
const SCALE: usize = 4;
/// Pixels of a module's side, where a drawing is read.
const PIXELS: usize = 3;

/// The drawing's file.
pub(super) fn write(canvas: &Canvas, title: &str) -> String {
    let (width, height) = (canvas.width, canvas.height);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{}\" height=\"{}\">\n\
         <title>{}</title>\n<path fill=\"#fff\" d=\"M0 0h{width}v{height}h-{width}z\"/>\n\
         <path fill=\"#000\" shape-rendering=\"crispEdges\" d=\"",
        width * SCALE,
        height * SCALE,
        escaped(title),
    );
    for y in 0..height {
        for (x, length) in canvas.runs(y) {
            let _ = write!(text, "M{x} {y}h{length}v1h-{length}z");
        }
    }
    text.push_str("\"/>\n</svg>\n");
    text
}

fn escaped(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture of a drawing that was written here.
pub(super) fn read(text: &str) -> Result<Picture, Unreadable> {
    let view = attribute(text, " viewBox=\"0 0 ").ok_or(Unreadable::Damaged)?;
    let (width, height) = view.split_once(' ').ok_or(Unreadable::Damaged)?;
    let number = |text: &str| text.parse::<usize>().map_err(|_| Unreadable::Damaged);
    let (width, height) = (number(width)?, number(height)?);
    if width.saturating_mul(height).saturating_mul(PIXELS * PIXELS) > MOST_PIXELS {
        return Err(Unreadable::TooLarge);
    }
    let (_, dark) = text.split_once("<path fill=\"#000\"").ok_or(Unreadable::Damaged)?;
    let path = attribute(dark, " d=\"").ok_or(Unreadable::Damaged)?;
    let mut canvas = Canvas::new(width, height);
    let mut light = width * height;
    for piece in path.split('M').filter(|piece| !piece.is_empty()) {
        let (x, y, length) = run(piece).ok_or(Unreadable::Damaged)?;
        let end = x.saturating_add(length).min(width);
        // No module is drawn twice here: who draws more than there are only wants to keep the reader busy.
        light = light.checked_sub(end.saturating_sub(x)).ok_or(Unreadable::Damaged)?;
        (x..end).for_each(|x| canvas.darken(x, y));
    }
    Ok(rastered(&canvas))
}

/// What follows, up to the end of the quotation.
fn attribute<'a>(text: &'a str, begin: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split_once('"').map(|(value, _)| value)
}

/// `4 9h7v1h-7z`: where it begins, and how long it is.
fn run(text: &str) -> Option<(usize, usize, usize)> {
    let (begin, rest) = text.split_once('h')?;
    let (x, y) = begin.split_once(' ')?;
    let (length, _) = rest.split_once('v')?;
    Some((x.parse().ok()?, y.parse().ok()?, length.parse().ok()?))
}

fn rastered(canvas: &Canvas) -> Picture {
    let (width, height) = (canvas.width * PIXELS, canvas.height * PIXELS);
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        pixels.extend((0..width).map(|x| if canvas.is_dark(x / PIXELS, y / PIXELS) { 0 } else { 255 }));
    }
    Picture { width, height, pixels }
}
