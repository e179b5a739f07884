//! Requests, replies and problem codes of every API, and the wire forms of the domain's values.
//!
//! Request types hold values that were checked while they were read: a `Text<Name>` *is* a name. What a reader refuses
//! is a serde error whose text [`classify`] turns into a validation code and a sentence. Management requests refuse
//! unknown members, product-facing requests and all replies ignore them (API-1).

pub mod activation;
mod classify;
pub mod codes;
pub mod csv;
pub mod licensing;
pub mod local;
pub mod management;
pub mod offline;
mod page;
mod problem;
pub mod wire;

pub use classify::{classify, field_error};
pub use codes::Code;
pub use page::Page;
pub use problem::{MEDIA_TYPE, Problem, ProblemError};
