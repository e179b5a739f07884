//! The server over HTTP: the real router, a fixed clock, seeded randomness. One folder per API, one file per resource.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod bodies;
mod certificates;
mod common;
mod credentials;
mod documents;
mod hosting;
mod idempotency;
mod licensing;
mod limits;
mod local;
mod logging;
mod management;
mod offline;
mod pages;
mod paths;
mod portal;
mod public;
mod serving;
mod setup;
mod tls;
