//! What a local server hosts: importing it, looking at it, giving it back (EXP-3…7).

mod delete;
mod find;
mod import;
mod list;
mod measure;
mod upsert;
mod view;

pub use delete::{Deleted, delete};
pub use find::find;
pub use import::{ImportedEntitlement, import};
pub use list::list;
pub(super) use measure::measure;
pub use view::HostedView;
