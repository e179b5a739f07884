//! Records of the domain, as replies show them: conversions that more than one endpoint needs.

mod activation;
mod deleted;
mod licensing;
mod log;
mod rehearsal;

pub(crate) use activation::{activation, attributes, feature, quantity};
pub(crate) use deleted::deleted;
pub(crate) use licensing::{entitlement_info, validated};
pub(crate) use log::log_entry;
pub(crate) use rehearsal::{change, dry_run, leaving};
