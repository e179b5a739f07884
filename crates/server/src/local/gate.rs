//! The licensing API of a local server that is not active (LLS-1): every call is refused, so that products take it for one that cannot
//! be reached, and their leases run on.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::problem::Failure;

/// Lets calls through while the server is active.
pub(crate) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let now = app.system().now(app.clock().now());
    match app.system().check_local(now) {
        Ok(()) => next.run(request).await,
        Err(error) => Failure::from(error).into_response(),
    }
}
