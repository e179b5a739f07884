//! Entitlements and their commands.

mod command;
mod disable;
mod enable;
mod filter;
mod find;
mod list;
mod renew;
mod reset_usage;
mod start;
mod update;

pub use chancery_store::entitlement::EntitlementFilter;
pub use disable::disable;
pub use enable::enable;
pub use filter::{EntitlementSelector, filter};
pub use find::{EntitlementView, find};
pub use list::list;
pub use renew::renew;
pub use reset_usage::reset_usage;
pub use start::start;
pub use update::update;
