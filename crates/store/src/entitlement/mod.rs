//! Entitlements, as rows.

mod document;
mod hosting;
mod read;
mod write;

pub(crate) use hosting::{read_hosting, write_hosting};
pub use read::{EntitlementFilter, announce_of_activation, announce_of_order, find, list, of_activation, of_order};
pub use write::{insert, update, update_hosting, update_seats};
