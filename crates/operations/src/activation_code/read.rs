//! Which codes an order gets: new ones, or the vendor's own.

use chancery_domain::{ActivationCode, ActivationCodeId, CodeText, FieldError, Invalid, OrderId};
use chancery_store::{ConstraintKind, StoreError, activation_code};

use super::CodeView;
use crate::credential::hash_code;
use crate::{Change, Error};

/// The most codes in one request.
pub const MOST_CODES: usize = 100;

/// The fewest characters of a code of the vendor's own: with fewer, codes are found by trying.
const SHORTEST: usize = 8;

/// How many codes to make, or the vendor's own. No `Debug`: codes are secrets (API-7).
#[derive(Clone)]
pub enum Codes {
    /// So many new ones.
    Make(u32),
    /// These, as they were typed.
    Own(Vec<String>),
}

/// A code before it is stored.
pub(crate) struct NewCode {
    text: CodeText,
    shown: String,
}

/// Makes the codes, or reads the vendor's own; what is wrong with them is added to `errors`.
pub(crate) fn read(
    change: &mut Change<'_, '_>,
    wanted: &Codes,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<NewCode>, Error> {
    let count = match wanted {
        Codes::Make(count) => usize::try_from(*count).unwrap_or(usize::MAX),
        Codes::Own(codes) => codes.len(),
    };
    if count > MOST_CODES {
        let detail = format!("give at most {MOST_CODES} activation codes");
        errors.push(FieldError::new("activationCodes", Invalid::OutOfRange, detail));
        return Ok(Vec::new());
    }
    match wanted {
        Codes::Make(_) => Ok((0..count).map(|_| made(change)).collect()),
        Codes::Own(codes) => own(change, codes, errors),
    }
}

/// Draws a code until it has letters and digits alone.
fn made(change: &mut Change<'_, '_>) -> NewCode {
    let mut text = CodeText::generate(change.random());
    while text.has_signs() {
        text = CodeText::generate(change.random());
    }
    NewCode { shown: text.grouped(), text }
}

fn own(change: &mut Change<'_, '_>, codes: &[String], errors: &mut Vec<FieldError>) -> Result<Vec<NewCode>, Error> {
    let mut read: Vec<NewCode> = Vec::with_capacity(codes.len());
    for (i, typed) in codes.iter().enumerate() {
        let mut wrong = |invalid, detail: &str| {
            errors.push(FieldError::new(format!("activationCodes[{i}]"), invalid, detail));
        };
        let text = match CodeText::read(typed) {
            Ok(text) if text.canonical().len() < SHORTEST => {
                wrong(Invalid::OutOfRange, "give a code of at least 8 letters and digits");
                continue;
            }
            Ok(text) => text,
            Err(invalid) => {
                wrong(invalid, "give a code of 8 to 100 letters and digits; blanks and dashes do not count");
                continue;
            }
        };
        let hash = hash_code(change.permit.vendor(), &text);
        if read.iter().any(|other| other.text == text) {
            wrong(Invalid::Duplicate, "give each code once");
        } else if activation_code::find_by_hash(change.tx, &hash)?.is_some() {
            // Whose it is stays untold: that would be a way to find codes.
            wrong(Invalid::Duplicate, "give a code that was not used before");
        } else {
            let shown = typed.split_whitespace().collect::<Vec<_>>().join(" ");
            read.push(NewCode { text, shown });
        }
    }
    Ok(read)
}

/// Stores codes of an order, each with its entry in the journal under the order.
pub(crate) fn insert(change: &mut Change<'_, '_>, order: OrderId, codes: Vec<NewCode>) -> Result<Vec<CodeView>, Error> {
    let ids = change.ids(codes.len());
    ids.into_iter().zip(codes).map(|(id, code)| insert_one(change, order, id, code)).collect()
}

fn insert_one(
    change: &mut Change<'_, '_>,
    order: OrderId,
    id: ActivationCodeId,
    new: NewCode,
) -> Result<CodeView, Error> {
    let vendor = change.permit.vendor();
    let code = ActivationCode {
        id,
        vendor,
        order,
        hash: hash_code(vendor, &new.text),
        last_group: new.text.last_group(),
        revoked: None,
        created: change.now,
    };
    activation_code::insert(change.tx, change.permit, &code).map_err(|error| match error {
        // Another change brought the same code a moment ago.
        StoreError::Constraint { kind: ConstraintKind::Unique, .. } => {
            Error::AlreadyExists { field: "activationCodes" }
        }
        other => other.into(),
    })?;
    change.record(order, None, Some(&code))?;
    Ok(CodeView { code, plain: Some(new.shown) })
}
