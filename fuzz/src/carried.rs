//! What people carry: texts, files, numbered parts.

use chancery_token::carried::{parts, read, write_file};
use chancery_token::hash::base64url;

use super::patch::two;

/// The first byte says what the rest is: a text in which a token is looked for, or the words and the bytes of which a file and
/// parts are made.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    if choice & 1 == 0 {
        if let Ok(token) = read(&String::from_utf8_lossy(rest)) {
            written_is_read(&token, "a token", usize::from(*choice));
        }
        return;
    }
    let (words, bytes) = two(rest);
    let Some((first, others)) = bytes.split_first() else { return };
    // Signed, or sealed.
    let dots = if first & 1 == 0 { ".x." } else { "..x.y." };
    let token = format!("eyJ{}{dots}{}", base64url(others), base64url(bytes));
    if token.len() <= 64 * 1024 {
        written_is_read(&token, &String::from_utf8_lossy(words), usize::from(*choice));
    }
}

fn written_is_read(token: &str, words: &str, most: usize) {
    assert_eq!(read(token).as_deref(), Ok(token));
    let file = write_file(words, token);
    // Longer words than any seat and vendor have may make it longer than what is looked through.
    if file.len() < 128 * 1024 {
        assert_eq!(read(&file).as_deref(), Ok(token), "{file}");
    }
    let mut codes = parts(token, most * 8);
    let middle = codes.len() / 2;
    codes.rotate_left(middle);
    let text = codes.join("\n");
    if text.len() < 256 * 1024 {
        assert_eq!(read(&text).as_deref(), Ok(token), "{text}");
    }
}
