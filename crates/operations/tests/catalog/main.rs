//! The catalog, through the operations, on SQLite in memory. The same on both engines, over HTTP, is in the server's tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod audit;
mod fixture;
mod levels;
mod offers;
mod sold;
