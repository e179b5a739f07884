//! What is fuzzed: for each group of decoders one function that takes any bytes, and panics where a decoder breaks its word.
//!
//! `cargo xtask fuzz` calls them with what a fuzzer makes up, under coverage; an ordinary test of the workspace
//! (`crates/xtask/tests/decoders.rs`) includes this file by its path, and calls them with the corpus. A decoder never panics, and
//! what it accepts is the same when it was written and read again.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "as in tests: what fails here is a finding"
)]

pub mod carried;
mod import;
pub mod keys;
mod patch;
pub mod pictures;
mod scalars;
pub mod sealed;
pub mod signed;
pub mod state;
pub mod tables;

/// The catalog file's reader, which the server keeps to itself.
#[path = "../../crates/server/src/management/catalog/file/mod.rs"]
mod catalog;
/// The vendor of the token crate's tests, whose keys anybody knows.
#[path = "../../crates/token/tests/common/mod.rs"]
mod common;
/// The strict reader of JSON bodies, which the server keeps to itself.
#[path = "../../crates/server/src/extract/strict.rs"]
mod strict;

/// What a target may hold in memory at any time, in bytes: one that asks for more has a decoder that believes a length.
pub const MOST_MEMORY: usize = 256 << 20;

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// Every group of decoders.
pub const TARGETS: [(&str, Target); 7] = [
    ("signed", signed::run),
    ("sealed", sealed::run),
    ("carried", carried::run),
    ("keys", keys::run),
    ("state", state::run),
    ("tables", tables::run),
    ("pictures", pictures::run),
];
