//! Customers: the organisations that buy.

mod create;
mod delete;
mod disable;
mod enable;
mod find;
mod import;
mod list;
mod purge;
mod restore;
mod update;

pub use chancery_store::customer::CustomerFilter;
pub(crate) use create::same_address;
pub use create::{NewContact, NewCustomer, create};
pub use delete::delete;
pub use disable::disable;
pub use enable::enable;
pub use find::find;
pub(crate) use find::{get, get_present};
pub use import::{
    ContactCells, CustomerImported, CustomerOutcome, CustomerRow, CustomerTable, CustomersImported, MOST_ROWS,
    cell_path, import,
};
pub use list::list;
pub use purge::purge;
pub(crate) use purge::purge_when;
pub use restore::restore;
pub use update::{CustomerEdit, update};

use chancery_domain::{Customer, CustomerId, Permit, Reference, Selector};
use chancery_store::{ConstraintKind, ReadTx, StoreError, customer};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for Customer {
    fn facts(&self) -> String {
        self.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        get(change.tx, change.permit, &Selector::Id(fact(facts)?))
    }
}

/// Reads what is to be changed, and checks that it is of the version that the caller expects (API-4).
fn load(change: &mut Change<'_, '_>, which: &Selector<CustomerId>) -> Result<Customer, Error> {
    let before = get(change.tx, change.permit, which)?;
    change.expect_version(&before)?;
    Ok(before)
}

/// Writes what it became, with its row in the journal.
fn write(change: &mut Change<'_, '_>, before: &Customer, after: Customer) -> Result<Customer, Error> {
    let after = Customer { updated: change.now, ..after };
    customer::update(change.tx, change.permit, &after).map_err(reference_taken)?;
    change.record(after.id, Some(before), Some(&after))?;
    Ok(after)
}

/// Checks that no customer has this ref.
fn check_reference(tx: &mut ReadTx<'_>, permit: &Permit, reference: Option<&Reference>) -> Result<(), Error> {
    let Some(reference) = reference else { return Ok(()) };
    match customer::find(tx, permit.vendor(), &Selector::Name(reference.to_string()))? {
        Some(_) => Err(Error::AlreadyExists { field: "ref" }),
        None => Ok(()),
    }
}

/// Of two changes that take the same ref at once, the schema refuses the later one.
pub(crate) fn reference_taken(error: StoreError) -> Error {
    match error {
        StoreError::Constraint { kind: ConstraintKind::Unique, .. } => Error::AlreadyExists { field: "ref" },
        other => other.into(),
    }
}
