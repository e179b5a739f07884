//! Customers: the organisations that buy.

mod create;
mod delete;
mod disable;
mod enable;
mod find;
mod list;
mod update;

pub(crate) use create::same_address;
pub use create::{NewContact, NewCustomer, create};
pub use delete::delete;
pub use disable::disable;
pub use enable::enable;
pub use find::find;
pub(crate) use find::get;
pub use list::list;
pub use update::{CustomerEdit, update};

use chancery_domain::{Customer, Permit, Reference, Selector};
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
