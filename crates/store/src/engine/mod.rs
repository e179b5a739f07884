//! The engine: synchronous closures in grouped transactions on SQLite or PostgreSQL.
//!
//! A closure given to [`Store::write`] sees the database through a [`WriteTx`] and may run more than once. A worker
//! runs many of them in one transaction, commits once, and only then answers them all. Where one of them must be undone,
//! they are run again, each behind a savepoint.

pub mod backup;
mod column;
mod connection;
mod error;
mod fault;
mod glance;
mod job;
mod lock;
mod migrate;
mod open;
mod postgres;
mod queue;
mod sql;
mod sqlite;
mod store;
mod tx;
mod value;
mod worker;

#[doc(hidden)]
pub use column::parse_text;
pub use column::{Column, Columns, RawColumn};
pub use error::{ConstraintKind, OpenError, StoreError};
pub use fault::{Fault, FaultHook, FaultPoint};
pub use job::{Aggregate, Outcome};
pub use migrate::{MIGRATIONS, Migration};
pub use sql::check_statement;
pub use store::{Location, Options, Store};
pub use tx::{ReadTx, WriteTx};
pub use value::Value;
