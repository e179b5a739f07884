//! What sends and sleeps. It decides nothing.

pub(crate) mod asynchronous;
pub(crate) mod blocking;
pub(crate) mod http;
mod retry_after;
