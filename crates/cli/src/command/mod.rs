//! The commands, one file each.

pub(crate) mod activation;
pub(crate) mod activation_code;
pub(crate) mod api_key;
pub(crate) mod attribute;
pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod contact;
pub(crate) mod customer;
pub(crate) mod demo;
pub(crate) mod edition;
pub(crate) mod entitlement;
pub(crate) mod feature;
pub(crate) mod init;
pub(crate) mod managed;
pub(crate) mod offering;
pub(crate) mod order;
mod place;
pub(crate) mod plan;
pub(crate) mod product;
pub(crate) mod serve;
pub(crate) mod trust;
pub(crate) mod vendor;
