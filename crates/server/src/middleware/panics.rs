//! A handler that panics answers with a problem; what it said goes to the log alone.

use std::any::Any;

use axum::response::{IntoResponse, Response};

/// The response to a request whose handler panicked.
#[allow(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(crate) fn panic_to_problem(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a text");
    crate::problem::internal(text).into_response()
}
