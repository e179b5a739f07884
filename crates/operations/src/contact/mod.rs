//! Contacts: people at a customer. They are read with their customer, and the audit names them under it.

mod create;
mod delete;

pub use create::{CreatedContact, create};
pub use delete::delete;
