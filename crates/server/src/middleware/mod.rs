//! What happens around every request.

mod panics;
mod request;

pub(crate) use panics::panic_to_problem;
pub(crate) use request::{around, no_method, no_route};
