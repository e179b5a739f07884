//! What becomes of what was sold, on both engines: deleted, restored, purged, moved; and a database that is restored.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod deletion;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod fixture;
mod orders;
mod purge;
mod races;
mod restored;
mod support;

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
