//! Signing keys: rotation, revocation, the root's way out and in (KEY-1…5).

mod authority;
mod export_root;
mod find;
mod halves;
mod import;
mod list;
mod renew;
mod revoke;
mod rewrap;
mod rotate;
mod view;

pub(crate) use authority::{Authority, Workshop};
pub use export_root::{ExportRoot, Exported, export_root};
pub use find::find;
pub(crate) use halves::Halves;
pub use import::{ImportKey, import};
pub use list::list;
pub use renew::{Attention, renew};
pub use revoke::revoke;
pub use rewrap::rewrap;
pub use rotate::rotate;
pub use view::KeyView;
