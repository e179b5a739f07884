//! Records of the domain, as replies show them: conversions that more than one endpoint needs.

mod activation;
mod licensing;

pub(crate) use activation::{activation, attributes, feature, quantity};
pub(crate) use licensing::{entitlement_info, validated};
