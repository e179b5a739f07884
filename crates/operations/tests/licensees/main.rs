//! Licensees, their secrets, and those that come by themselves, on both engines; on PostgreSQL with two servers on one database.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod accounts;
mod automatic;
mod managed;
mod secrets;
mod several;
mod shop;
mod sizes;
mod together;

/// Makes a test of each engine out of an async function that takes a shop.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::shop::Shop::sqlite().await).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::shop::Shop::postgres().await).await; })*
        }
    };
}

pub(crate) use on_both_engines;
