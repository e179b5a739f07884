//! Vendors: making one, all of them, and what one publishes.

mod create;
mod list;
mod publish;

pub use create::{NewVendor, create};
pub use list::list;
pub use publish::{jwks, trust_bundle};
