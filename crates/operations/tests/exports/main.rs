//! Entitlements that are exported to local servers, on both engines: the authority's side (EXP-1…7, LLS-2, LLS-4, SEC-2).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod built_in;
mod carried;
mod edits;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod fixture;
mod hands;
mod large;
mod lost;
#[path = "../offline/machine.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod machine;
mod registration;
mod returns;
mod secrets;
mod server;
mod set_back;
mod shares;
mod taking_away;
mod together;
mod tokens;

/// Makes a test of each engine out of an async function that takes one.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::fixture::Engine::SqliteMemory).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::fixture::Engine::Postgres).await; })*
        }
    };
}

pub(crate) use on_both_engines;
