//! `POST /license/deactivate`.

use axum::extract::State;
use chancery_api_types::local::DeactivatedLocal;
use chancery_operations::local::license;

use crate::App;
use crate::extract::{Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Json;

/// Gives this server's license up, at once (OFF-8). Its entitlements stay, and are served again when it is activated again (EXP-11).
///
/// Asked again, it shows the same token.
#[utoipa::path(
    post, path = "/license/deactivate", tag = "license", operation_id = "deactivateLocalLicense",
    responses(
        (status = 200, description = "The deactivation token, to be carried to the vendor", body = DeactivatedLocal),
        (status = 405, description = "local_server_not_active"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn deactivate_local_license(
    State(app): State<App>,
    caller: Caller,
    body: Body<Nothing>,
) -> Answer<Json<DeactivatedLocal>> {
    let (context, Nothing {}) = caller.changes(body);
    let done = license::deactivate(app.system(), &context).await?;
    Ok(Json(DeactivatedLocal { token: done.token, hosted: done.hosted }))
}
