//! Finding codes in a picture.

use std::collections::BTreeSet;

use super::picture::Picture;

/// A band of a picture in which a code could be: smaller ones are lines of text.
const LEAST: usize = 21;

/// The texts of all codes that can be found, each once.
#[must_use]
pub fn scan(picture: &Picture) -> BTreeSet<String> {
    // Each by itself first: among many codes the corners of one may be taken for those of another.
    let bands: Vec<Vec<String>> = bands(picture).iter().map(|(from, to)| find(&picture.band(*from, *to))).collect();
    let all_read = !bands.is_empty() && bands.iter().all(|texts| !texts.is_empty());
    let mut texts: BTreeSet<String> = bands.into_iter().flatten().collect();
    if !all_read {
        texts.extend(find(picture));
    }
    texts
}

/// Where lines that are not blank follow each other: codes stand apart from what is above and below them.
fn bands(picture: &Picture) -> Vec<(usize, usize)> {
    let mut bands = Vec::new();
    let mut begin = None;
    for y in 0..=picture.height {
        let blank = y == picture.height || is_blank(picture.line(y));
        match begin {
            None if !blank => begin = Some(y),
            Some(from) if blank => {
                // With a border, which codes need.
                if y - from >= LEAST {
                    bands.push((from.saturating_sub(8), (y + 8).min(picture.height)));
                }
                begin = None;
            }
            _ => {}
        }
    }
    bands
}

/// Whether a line has hardly any contrast.
fn is_blank(line: &[u8]) -> bool {
    let (darkest, lightest) = line.iter().fold((u8::MAX, 0), |(least, most), grey| (least.min(*grey), most.max(*grey)));
    lightest.saturating_sub(darkest) < 32
}

fn find(picture: &Picture) -> Vec<String> {
    let Picture { width, height, pixels } = picture;
    if *width < LEAST || *height < LEAST {
        return Vec::new();
    }
    let grey = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or(u8::MAX);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(*width, *height, grey);
    let grids = prepared.detect_grids();
    grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
