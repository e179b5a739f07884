//! What a JSON reader's error says of the request: a validation code, and a sentence that helps.
//!
//! serde gives an error only as text. Errors of this crate's own readers begin with the code; serde's own have one of few
//! forms, which tests here hold.

use chancery_domain::{FieldError, Invalid};

/// The codes with which errors of this crate's readers begin.
const CODES: [Invalid; 9] = [
    Invalid::Required,
    Invalid::UnknownField,
    Invalid::TooLong,
    Invalid::OutOfRange,
    Invalid::BadFormat,
    Invalid::Duplicate,
    Invalid::DummyValue,
    Invalid::Unknown,
    Invalid::NotAllowed,
];

/// Turns the text of an error into a code and a sentence.
#[must_use]
pub fn classify(message: &str) -> (Invalid, String) {
    let message = without_position(message);
    own(message).or_else(|| of_serde(message)).unwrap_or_else(|| (Invalid::BadFormat, message.to_owned()))
}

/// The error of one member. `path` is where the reader was, as `serde_path_to_error` writes it; a missing or repeated
/// member is added to it, because the reader was not in it.
#[must_use]
pub fn field_error(path: &str, message: &str) -> FieldError {
    let (invalid, detail) = classify(message);
    let place = if path == "." { "" } else { path };
    let unread = member(message, "missing field `").or_else(|| member(message, "duplicate field `"));
    let path = match unread {
        Some(name) if place.is_empty() => name.to_owned(),
        Some(name) => format!("{place}.{name}"),
        None => place.to_owned(),
    };
    FieldError::new(path, invalid, detail)
}

/// `serde_json` says at the end where in the text it was: of no use to who reads a member's path.
fn without_position(message: &str) -> &str {
    match message.rfind(" at line ") {
        Some(end) if message[end..].contains(" column ") => &message[..end],
        _ => message,
    }
}

fn own(message: &str) -> Option<(Invalid, String)> {
    let (code, detail) = message.split_once(": ")?;
    let invalid = CODES.into_iter().find(|invalid| invalid.code() == code)?;
    Some((invalid, detail.to_owned()))
}

fn of_serde(message: &str) -> Option<(Invalid, String)> {
    if let Some(name) = member(message, "missing field `") {
        return Some((Invalid::Required, format!("give the member {name}")));
    }
    if let Some(name) = member(message, "duplicate field `") {
        return Some((Invalid::Duplicate, format!("give the member {name} once")));
    }
    if let Some(name) = member(message, "unknown field `") {
        return Some((Invalid::UnknownField, unknown_field(name, message)));
    }
    if let Some(value) = member(message, "unknown variant `") {
        return Some((Invalid::BadFormat, format!("{value} is not known here; give {}", expected(message)?)));
    }
    if let Some(instead) = found(message, "invalid value: ") {
        let invalid = if is_number(instead) { Invalid::OutOfRange } else { Invalid::BadFormat };
        return Some((invalid, format!("give {}, not {}", expected(message)?, plain(instead))));
    }
    if let Some(instead) = found(message, "invalid type: ") {
        return Some((Invalid::BadFormat, format!("give {}, not {}", expected(message)?, plain(instead))));
    }
    if let Some(length) = found(message, "invalid length ") {
        return Some((Invalid::BadFormat, format!("give {}, not {length} elements", expected(message)?)));
    }
    message.starts_with("number out of range").then(|| (Invalid::OutOfRange, "give a smaller number".to_owned()))
}

fn unknown_field(name: &str, message: &str) -> String {
    match named(message) {
        Some(known) => format!("there is no member {name} here; known are {known}"),
        None => format!("there is no member {name} here; none is known"),
    }
}

/// What stands after `expected`: a type, or names.
fn named(message: &str) -> Option<String> {
    let (_, expected) = message.rsplit_once(", expected ")?;
    Some(expected.strip_prefix("one of ").unwrap_or(expected).replace('`', ""))
}

/// What stands after `expected`, with serde's words for types said plainly.
fn expected(message: &str) -> Option<String> {
    Some(match named(message)?.as_str() {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "a boolean" => "true or false".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other if other.contains(" or ") || !other.contains(", ") => other.to_owned(),
        list => format!("one of {list}"),
    })
}

fn is_number(found: &str) -> bool {
    found.starts_with("integer ") || found.starts_with("floating point ")
}

/// serde's words for what it found, said plainly. The value itself stays out of it but for numbers: it may be a secret.
fn plain(found: &str) -> String {
    let kind = found.split([' ', '`', '"']).next().unwrap_or(found);
    match kind {
        "string" => "a string".to_owned(),
        "boolean" => "a boolean".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        "unit" => "null".to_owned(),
        "integer" | "floating" => found.split('`').nth(1).unwrap_or("such a number").to_owned(),
        other => other.to_owned(),
    }
}

/// The member that a message begins by naming. Only its beginning is serde's own: what follows may be of the request.
fn member<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.split_once('`').map(|(member, _)| member)
}

/// What was found instead of what was expected.
fn found<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.rsplit_once(", expected ").map(|(found, _)| found)
}
