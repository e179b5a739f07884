//! Development only: throw-away PostgreSQL servers, free ports, a clock that tests move.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it serves tests, which fail by panicking")]

mod clock;
mod issuer;
mod postgres;
pub mod proxy;
pub mod runner;

pub use clock::FixedClock;
pub use issuer::{Issuer, Manner};
pub use postgres::{Durability, Postgres, SharedPostgres};

/// A port on 127.0.0.1 that was free a moment ago.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
