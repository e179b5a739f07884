//! Offline activation over the management and the portal API: OFF-3 to OFF-9.

mod contacts;
mod credentials;
pub(crate) mod device;
mod limits;
mod refusals;
mod tokens;
