//! The reader of a table of customers, which the server keeps to itself.

#[path = "../../crates/server/src/management/customer/import/columns.rs"]
mod columns;
#[path = "../../crates/server/src/management/customer/import/rows.rs"]
mod rows;

use chancery_api_types::ProblemError;
use chancery_operations::customer::CustomerTable;

/// Reads a table.
pub fn parse(text: &str) -> Result<CustomerTable, Vec<ProblemError>> {
    rows::parse(text)
}
