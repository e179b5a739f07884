//! What the page needs that a browser cannot do by itself: tokens found in pictures, and drawn as codes (TOK-6). Nothing is applied here.

mod draw;
mod read;

use chancery_client::TokenError;
use chancery_operations::Error;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::problem::Failure;

/// The endpoints of tokens.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read::read_local_token)).routes(routes!(draw::draw_local_token))
}

/// Why a text is no token by its form.
fn refused(app: &App, error: TokenError) -> Failure {
    Error::Token { error, now: app.clock().now() }.into()
}
