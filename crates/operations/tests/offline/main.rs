//! Activations by tokens that are carried by hand, on both engines (OFF-1…10).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod choice;
mod deactivations;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod fixture;
mod keys;
mod machine;
mod modes;
mod reach;
mod refreshes;
mod requests;
mod together;

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
