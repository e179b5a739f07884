//! Entitlements, as rows.

mod document;
mod read;
mod write;

pub use read::{EntitlementFilter, find, list, of_order};
pub use write::{insert, update, update_seats};
