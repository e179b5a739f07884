//! Requests, replies and problem codes of every API, and the wire forms of the domain's values.
//!
//! Request types hold values that were checked while they were read: a `Text<Name>` *is* a name. What a reader refuses is
//! a serde error whose text [`classify`] turns into a validation code and a sentence. Management requests refuse unknown
//! members, product-facing requests and all replies ignore them (API-1).

//TMP pub mod activation;
//TMP mod classify;
//TMP pub mod codes;
//TMP pub mod licensing;
//TMP pub mod management;
//TMP mod page;
//TMP mod problem;
pub mod wire;

//TMP pub use classify::{classify, field_error};
//TMP pub use codes::Code;
//TMP pub use page::Page;
//TMP pub use problem::{Problem, ProblemError};
