//! Imports of customers between the wire and the operation: with the rows and columns of the table.

use chancery_api_types::management::{CustomerAction, CustomerChange, CustomersImport};
use chancery_api_types::{Problem, ProblemError};
use chancery_domain::FieldError;
use chancery_operations::customer::{CustomerImported, CustomerOutcome, CustomersImported};

use super::rows::problem as of_errors;
use crate::problem::Failure;

/// The most errors that are told: nobody mends more at once, and the reply stays readable.
const MOST_ERRORS: usize = 1_000;

/// What was done, or would be.
pub(super) fn report(report: CustomersImported, dry_run: bool) -> CustomersImport {
    let CustomersImported { created, updated, unchanged, customers } = report;
    CustomersImport { dry_run, created, updated, unchanged, customers: customers.into_iter().map(change).collect() }
}

fn change(customer: CustomerImported) -> CustomerChange {
    CustomerChange {
        row: customer.row,
        reference: customer.reference.into(),
        action: match customer.outcome {
            CustomerOutcome::Create => CustomerAction::Create,
            CustomerOutcome::Update => CustomerAction::Update,
            CustomerOutcome::Unchanged => CustomerAction::Unchanged,
        },
        changes: customer.changes.into_iter().map(Into::into).collect(),
    }
}

/// The problem of a file that is no table of customers.
pub(super) fn refused(errors: Vec<ProblemError>) -> Failure {
    of_errors(errors).into()
}

/// All that is wrong in the table, in its order.
pub(super) fn problem(faults: Vec<FieldError>) -> Problem {
    let mut errors: Vec<ProblemError> = faults.into_iter().map(located).collect();
    errors.sort_by(|one, other| (one.row, &one.path).cmp(&(other.row, &other.path)));
    let more = errors.len().saturating_sub(MOST_ERRORS);
    errors.truncate(MOST_ERRORS);
    let problem = of_errors(errors);
    if more > 0 { problem.with("moreErrors", more) } else { problem }
}

/// Parts the path of a cell into its row and column.
fn located(fault: FieldError) -> ProblemError {
    let mut error = ProblemError::from(fault);
    let place = error.path.strip_prefix("rows[").and_then(|rest| rest.split_once("]."));
    let place = place.and_then(|(row, column)| Some((row.parse().ok()?, column.to_owned())));
    if let Some((row, column)) = place {
        error.row = Some(row);
        error.path = column;
    }
    error
}
