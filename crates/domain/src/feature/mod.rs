//! Features in use: spending, taking and giving back (FEAT-1…6).

mod take;
mod usage;

pub use take::{Taking, check_checkout, check_return, check_use};
pub use usage::{FeatureState, FeatureUsage};
