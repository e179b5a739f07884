//! The licensing API, one file per group of rules.

mod activate;
mod bodies;
mod choice;
mod credentials;
mod device;
mod features;
mod fuzz;
mod headers;
mod holder;
pub(crate) mod jws;
pub(crate) mod openid;
mod password;
mod retries;
mod seats;
mod secrets;
mod standing;
mod tokens;
mod validate;
mod vendors;
