//! The licensing API, one file per group of rules.

mod activate;
mod bodies;
mod choice;
mod credentials;
mod features;
mod fuzz;
mod headers;
mod holder;
mod jws;
mod retries;
mod seats;
mod standing;
mod tokens;
mod validate;
mod vendors;
