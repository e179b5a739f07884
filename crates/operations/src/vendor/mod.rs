//! Vendors: making one, all of them, what one decides for itself, and what it publishes.

mod built_in;
mod create;
mod find;
mod list;
mod publish;
mod update;

pub(crate) use built_in::is_as_built_in;
pub(crate) use create::first_key;
pub use create::{NewVendor, create};
pub use find::find;
pub use list::list;
pub use publish::{jwks, trust_bundle};
pub use update::{VendorEdit, update};
