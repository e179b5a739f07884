//! `POST /license/activate`.

use axum::extract::State;
use chancery_api_types::local::{ApplyLocalToken, LocalStatus};
use chancery_operations::local::license;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Applies the vendor's answer to the request token: from now on products are served (LLS-2).
#[utoipa::path(
    post, path = "/license/activate", tag = "license", operation_id = "activateLocalLicense",
    request_body = ApplyLocalToken,
    responses(
        (status = 200, description = "Where the server stands now", body = LocalStatus),
        (status = 405, description = "local_server_not_active"),
        (status = 409, description = "already_activated, token_superseded"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_wrong_product, token_expired, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn activate_local_license(
    State(app): State<App>,
    caller: Caller,
    body: Body<ApplyLocalToken>,
) -> Answer<Json<LocalStatus>> {
    let (context, input) = caller.changes(body);
    let status = license::activate(app.system(), &context, input.token.expose()).await?;
    Ok(Json(wire::status(status)))
}
