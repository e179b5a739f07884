//! The header of a table of customers: which column is what.

use chancery_api_types::ProblemError;
use chancery_api_types::csv::Record;
use chancery_domain::{FieldError, Invalid};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Reference,
    Name,
    Notes,
    ContactName,
    ContactEmail,
    Metadata(String),
}

const KNOWN: &str = "give ref, name, notes, contact.name, contact.email, or metadata.KEY";

impl Column {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "ref" => Self::Reference,
            "name" => Self::Name,
            "notes" => Self::Notes,
            "contact.name" => Self::ContactName,
            "contact.email" => Self::ContactEmail,
            other => Self::Metadata(other.strip_prefix("metadata.").filter(|key| is_key(key))?.to_owned()),
        })
    }

    /// As the header calls it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Reference => "ref".to_owned(),
            Self::Name => "name".to_owned(),
            Self::Notes => "notes".to_owned(),
            Self::ContactName => "contact.name".to_owned(),
            Self::ContactEmail => "contact.email".to_owned(),
            Self::Metadata(key) => format!("metadata.{key}"),
        }
    }
}

/// Whether a text can be a member's name. Each error in the column names it, so it must not be long.
fn is_key(text: &str) -> bool {
    (1..=50).contains(&text.chars().take(51).count())
}

/// As much of a cell of the header as tells which it is.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The columns by the header, which decides; or all that is wrong with it.
pub(super) fn read(header: &Record) -> Result<Vec<Column>, Vec<ProblemError>> {
    let (mut columns, mut errors) = (Vec::new(), Vec::new());
    for text in header.cells.iter().map(|cell| cell.trim()) {
        match Column::read(text) {
            None => errors.push(error(header.row, &shown(text), Invalid::UnknownField, KNOWN)),
            Some(column) if columns.contains(&column) => {
                errors.push(error(header.row, &shown(text), Invalid::Duplicate, "give each column once"));
            }
            Some(column) => columns.push(column),
        }
    }
    if !columns.contains(&Column::Reference) {
        errors.push(error(header.row, "ref", Invalid::Required, "give the column by which customers are found"));
    }
    if columns.contains(&Column::ContactName) && !columns.contains(&Column::ContactEmail) {
        let right = "give the column by which contacts are found";
        errors.push(error(header.row, "contact.email", Invalid::Required, right));
    }
    if errors.is_empty() { Ok(columns) } else { Err(errors) }
}

/// An error in a cell.
pub(super) fn error(row: u32, column: &str, invalid: Invalid, right: &str) -> ProblemError {
    let detail = format!("{invalid}; {right}");
    ProblemError { row: Some(row), ..FieldError::new(column, invalid, detail).into() }
}
