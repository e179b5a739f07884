//! PostgreSQL: some connections, each owned by one worker thread and driven by its own small runtime.

mod announced;
mod connection;
mod error;
mod pending;
mod server;
mod value;

pub(crate) use server::Server;
pub(crate) use value::column;
