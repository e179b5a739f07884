//! Imports between the wire and the operation: with the lines of the file.

use chancery_api_types::management::{CatalogAction, CatalogChange, CatalogImport, CatalogKind};
use chancery_api_types::{Problem, ProblemError};
use chancery_domain::{FieldError, Invalid};
use chancery_operations::catalog::{ImportAction, ImportEntry, ImportKind, ImportReport};

use super::file::Lines;

/// The most errors that are told: nobody mends more at once, and the reply stays readable.
const MOST_ERRORS: usize = 1_000;

/// What was done, in the order of the file.
pub(super) fn report(report: ImportReport, dry_run: bool, lines: &Lines) -> CatalogImport {
    let mut entries = report.entries;
    entries.sort_by_key(|entry| lines.of(&entry.path));
    CatalogImport { dry_run, changes: entries.into_iter().map(change).collect() }
}

fn change(entry: ImportEntry) -> CatalogChange {
    let action = match entry.action {
        ImportAction::Create => CatalogAction::Create,
        ImportAction::Update => CatalogAction::Update,
        ImportAction::Unchanged => CatalogAction::Unchanged,
    };
    let kind = match entry.kind {
        ImportKind::Product => CatalogKind::Product,
        ImportKind::Feature => CatalogKind::Feature,
        ImportKind::Attribute => CatalogKind::Attribute,
        ImportKind::Edition => CatalogKind::Edition,
        ImportKind::Plan => CatalogKind::Plan,
        ImportKind::Offering => CatalogKind::Offering,
    };
    CatalogChange { action, kind, key: entry.key, changes: entry.changes.into_iter().map(Into::into).collect() }
}

/// All that is wrong in the file, in its order.
pub(super) fn problem(faults: Vec<FieldError>, lines: &Lines) -> Problem {
    let told = faults.into_iter().filter(|fault| !is_consequence(fault, lines));
    let located = |fault: FieldError| ProblemError { line: lines.of(&fault.path), ..fault.into() };
    let mut errors: Vec<ProblemError> = told.map(located).collect();
    errors.sort_by(|one, other| (one.line, &one.path).cmp(&(other.line, &other.path)));
    let more = errors.len().saturating_sub(MOST_ERRORS);
    errors.truncate(MOST_ERRORS);
    let mut problem = Problem::invalid([]);
    problem.errors = errors;
    if more > 0 { problem.with("moreErrors", more) } else { problem }
}

/// Where the syntax is broken, what seems to be missing may only not have been read.
fn is_consequence(fault: &FieldError, lines: &Lines) -> bool {
    lines.are_broken() && matches!(fault.invalid, Invalid::Required | Invalid::Unknown)
}
