//! The whole router: every API, and what surrounds it.

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::middleware::{around, no_method, no_route, panic_to_problem};
use crate::{App, licensing, management, public};

/// The service that answers every request.
pub fn router(app: App) -> Router {
    let (apis, _) = OpenApiRouter::new()
        .nest(management::PREFIX, management::router())
        .nest(licensing::PREFIX, licensing::router())
        .split_for_parts();
    apis.merge(public::router())
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(CatchPanicLayer::custom(panic_to_problem))
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app)
}
