//! The management API, one file per resource.

mod activations;
mod attributes;
mod audit;
mod authorization;
mod catalog;
mod catalog_file;
mod clock;
mod customers;
mod editions;
mod entitlements;
mod features;
mod offerings;
mod operation;
mod orders;
mod parameters;
mod plans;
mod products;
pub(crate) mod shop;
