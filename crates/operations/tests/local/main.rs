//! A vendor and its customers' local servers, tokens carried between them by hand, on both engines (LLS-1…7, EXP-3…11).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod audit;
mod clock;
mod dark;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod fixture;
mod forgotten;
mod imports;
mod late;
mod license;
mod log;
#[path = "../offline/machine.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod machine;
mod meanwhile;
mod moves;
mod races;
mod restored;
mod returns;
mod seats;
#[path = "../exports/server.rs"]
#[allow(dead_code, reason = "it is made for other tests too")]
mod server;
mod together;
mod watching;

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
