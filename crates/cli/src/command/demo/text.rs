//! How the story writes things: days, lists, lines of a bearable length.

use std::path::Path;

use chancery_client::{Enforcement, Standing, Timestamp};

/// The day of an instant: `2026-11-21`.
pub(super) fn day(instant: Timestamp) -> String {
    instant.to_string().split('T').next().unwrap_or_default().to_owned()
}

/// `1 seat`, `2 seats`.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// What the lease on a machine's disk says, as the end of a sentence.
pub(super) fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Allowed { until: Some(until) } => format!("it may run until {}", day(*until)),
        Standing::Allowed { until: None } => "it may run for ever".to_owned(),
        Standing::Tolerated { ended, until } => {
            format!("the lease ended on {}, and it is tolerated until {}", day(*ended), day(*until))
        }
        Standing::LeaseExpired { ended, enforcement } => {
            format!("its lease ended on {}, so {}", day(*ended), consequence(*enforcement))
        }
        Standing::NotActivated => "it is not activated".to_owned(),
        _ => "it may not run".to_owned(),
    }
}

/// What a product does when it is not licensed.
const fn consequence(enforcement: Enforcement) -> &'static str {
    match enforcement {
        Enforcement::Stop => "it must stop",
        Enforcement::Limit => "it does only what costs nothing",
        Enforcement::Advise => "it says so",
    }
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_alphanumeric() || "/._-+:".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Breaks a text at blanks, into lines of at most `width` characters where its words allow.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensibilities are long", 8), ["incomprehensibilities", "are long"]);
        assert!(wrapped(" ", 8).is_empty());
    }

    #[test]
    fn paths_are_quoted_for_the_shell() {
        assert_eq!(quoted(Path::new("/tmp/demo-1/a.pem")), "/tmp/demo-1/a.pem");
        assert_eq!(quoted(Path::new("/tmp/it's here")), r"'/tmp/it'\''s here'");
    }
}
