//! Vendors: making one, and what it publishes.

mod create;
mod publish;

pub use create::{NewVendor, create};
pub use publish::{jwks, trust_bundle};
