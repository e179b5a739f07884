//! Activation codes of orders (LIC-2): made or brought, shown once, kept as hashes.

mod create;
mod list;
mod read;
mod revoke;
mod view;

pub use create::create;
pub use list::list;
pub use read::{Codes, MOST_CODES};
pub(crate) use read::{insert, read};
pub use revoke::revoke;
pub use view::{CodeView, OrderCodes};
pub(crate) use view::{facts, recall, secret};
