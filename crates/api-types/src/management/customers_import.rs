//! What an import of customers did, or would do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Change;
use crate::wire::ReferenceText;

/// What an import did; with `?dryRun=true`, what it would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomersImport {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// How many customers are new.
    pub created: u64,
    /// How many are changed.
    pub updated: u64,
    /// How many are as the table says already.
    pub unchanged: u64,
    /// Of a dry run: the customers that are new or changed, in the table's order. Afterwards the audit tells of them.
    pub customers: Vec<CustomerChange>,
}

/// What becomes of one customer of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerChange {
    /// Its first row; the header is row 1.
    pub row: u32,
    /// Its ref.
    #[serde(rename = "ref")]
    pub reference: ReferenceText,
    /// What is done.
    pub action: CustomerAction,
    /// What changes in it.
    pub changes: Vec<Change>,
}

/// What an import does with a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CustomerAction {
    /// It is new.
    Create,
    /// It changes.
    Update,
    /// It is as the table says already.
    Unchanged,
}
