//! Entitlements and their commands.

mod change_offering;
mod command;
mod delete;
mod disable;
mod enable;
mod explain;
mod filter;
mod find;
mod fit;
mod list;
mod purge;
mod renew;
mod reset_overrides;
mod reset_usage;
mod restore;
mod start;
mod update;

pub use chancery_store::entitlement::EntitlementFilter;
pub use change_offering::change_offering;
pub use delete::delete;
pub use disable::disable;
pub use enable::enable;
pub use explain::{Supposed, explain};
pub use filter::{EntitlementSelector, filter};
pub use find::{EntitlementView, find};
pub use list::list;
pub use purge::purge;
pub(crate) use purge::purge_when;
pub use renew::renew;
pub use reset_overrides::reset_overrides;
pub use reset_usage::reset_usage;
pub use restore::restore;
pub use start::start;
pub use update::update;
