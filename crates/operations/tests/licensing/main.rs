//! What products ask for, on both engines: the rules of seats, chains and features, through the operations.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod device;
mod features;
mod fixture;
mod hosts;
mod offerings;
mod possession;
mod races;
mod reductions;
mod rehearsals;
mod seats;
mod trust;

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
