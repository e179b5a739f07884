//! The catalog file (CAT-4): TOML, with the names of the API's members; see `docs/guide/catalog-file.md`.

mod lines;
mod reader;
mod sections;
mod values;
mod write;

use chancery_domain::Invalid;
use chancery_operations::catalog::CatalogInput;
use toml::de::DeTable;

pub(super) use self::lines::Lines;
use self::reader::{Reader, Table};
pub(super) use self::write::write;

/// What a file says, and where.
pub(super) struct Parsed {
    /// What it wants; what cannot be read is among its faults.
    pub(super) input: CatalogInput,
    /// Where its members stand.
    pub(super) lines: Lines,
}

/// Reads a file, as far as it can be read.
pub(super) fn parse(text: &str) -> Parsed {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(Lines::of_text(text));
    for error in errors {
        let invalid = if error.message() == "duplicate key" { Invalid::Duplicate } else { Invalid::BadFormat };
        let message = error.message().replace('\n', ", ");
        reader.broken(error.span().map_or(0, |span| span.start), invalid, format!("TOML: {message}"));
    }
    let mut table = Table::root(root.get_ref());
    let mut input = sections::catalog(&mut reader, &mut table);
    reader.close(table);
    let (faults, lines) = reader.finish();
    input.faults = faults;
    Parsed { input, lines }
}
