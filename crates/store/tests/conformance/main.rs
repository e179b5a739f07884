//! The engine's conformance suite: ordinary functions, each run on SQLite in memory, on a SQLite file, and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

/// Makes a test of each function for each engine.
macro_rules! on_every_engine {
    ($($name:ident),* $(,)?) => {
        mod in_memory { $(crate::one_engine!($name, Memory);)* }
        mod on_sqlite { $(crate::one_engine!($name, Sqlite);)* }
        mod on_postgres { $(crate::one_engine!($name, Postgres);)* }
    };
}

/// Makes a test of each function for the engines on which reads run beside writes.
macro_rules! on_shared_engines {
    ($($name:ident),* $(,)?) => {
        mod on_a_sqlite_file { $(crate::one_engine!($name, Sqlite);)* }
        mod on_a_postgres_server { $(crate::one_engine!($name, Postgres);)* }
    };
}

macro_rules! one_engine {
    ($name:ident, $engine:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            super::$name(crate::support::Bench::new(crate::support::Engine::$engine)).await;
        }
    };
}
pub(crate) use one_engine;

mod concurrency;
mod errors;
mod opening;
mod postgres;
mod recovery;
mod sent;
mod support;
mod transactions;
mod values;
