//! The whole router: every API that the server has, and what surrounds it.

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::middleware::{around, no_method, no_route, panic_to_problem};
use crate::{App, licensing, local, management, portal, public};

/// What of a local server is answered at an address (LLS-5). An authority answers all at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// All.
    Whole,
    /// What products need.
    Products,
    /// What its administrator needs.
    Management,
}

/// The service that answers every request.
pub fn router(app: App) -> Router {
    router_with(app, Router::new())
}

/// The same with more endpoints inside of what surrounds every request: such as those that a benchmark compares with.
pub fn router_with(app: App, more: Router<App>) -> Router {
    surround(endpoints(&app, Face::Whole).merge(more), app)
}

/// What answers at an address.
pub(crate) fn router_of(app: App, face: Face) -> Router {
    surround(endpoints(&app, face), app)
}

fn endpoints(app: &App, face: Face) -> Router<App> {
    if app.is_local() {
        return local::endpoints(app, face);
    }
    let (apis, _) = OpenApiRouter::new()
        .nest(management::PREFIX, management::router())
        .nest(licensing::PREFIX, licensing::router())
        .nest(portal::PREFIX, portal::router())
        .split_for_parts();
    apis.merge(public::router())
}

/// Puts around the endpoints what every request needs.
fn surround(endpoints: Router<App>, app: App) -> Router {
    endpoints
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(CatchPanicLayer::custom(panic_to_problem))
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use chancery_operations::{KeyEncryptionKey, Location, System, SystemOptions};
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::{Clock, Randomness, Traffic};

    async fn broken() {
        panic!("the secret")
    }

    #[tokio::test]
    async fn api_2_a_panic_is_a_problem_that_does_not_tell_its_text() {
        let key_encryption_key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
        let options = SystemOptions { key_encryption_key, public_url: None, machine: None };
        let system = Arc::new(System::connect(Location::Memory, options).await.unwrap());
        let app = App::new(system, Clock::system(), Randomness::system(), Traffic::default());
        let router = surround(Router::new().route("/broken", get(broken)), app);
        let response = router.oneshot(Request::get("/broken").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 500);
        assert!(response.headers().contains_key("request-id"));
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let problem: chancery_api_types::Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.code, "internal_error");
        assert!(!String::from_utf8_lossy(&body).contains("the secret"));
    }
}
