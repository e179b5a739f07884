//! A token as a file, `.chancery` (TOK-6).

/// How the first line of a file begins.
pub(super) const NAME: &str = "Chancery ";
/// How long a line of the token is.
const COLUMNS: usize = 76;

/// The text of a `.chancery` file: a first line that says what it is and for whom, and the token in lines of 76 characters.
///
/// `what` is such as `offline request of seat ws-042 for Acme`; the line begins with `Chancery`.
#[must_use]
pub fn write_file(what: &str, token: &str) -> String {
    let mut text = String::with_capacity(token.len() + token.len() / COLUMNS + what.len() + 16);
    text.push_str(NAME);
    // Names of seats and vendors are others' words: they break no line.
    text.extend(what.chars().map(|c| if c.is_control() { ' ' } else { c }));
    text.truncate(text.trim_end().len());
    for (i, c) in token.chars().enumerate() {
        if i % COLUMNS == 0 {
            text.push('\n');
        }
        text.push(c);
    }
    text.push('\n');
    text
}
