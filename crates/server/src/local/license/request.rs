//! `POST /license/generate-activation-token`.

use axum::extract::State;
use chancery_api_types::local::{LocalToken, RequestLocalLicense};
use chancery_operations::local::license;

use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;

/// Makes the request token by which the vendor activates this server (OFF-3).
///
/// Asked again for the same activation code, as long as no answer was applied, it is of the same keys: any answer to one of them will do.
#[utoipa::path(
    post, path = "/license/generate-activation-token", tag = "license", operation_id = "requestLocalLicense",
    request_body = RequestLocalLicense,
    responses(
        (status = 200, description = "The request token, to be carried to the vendor", body = LocalToken),
        (status = 405, description = "local_server_not_active"),
        (status = 409, description = "already_activated"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn request_local_license(
    State(app): State<App>,
    caller: Caller,
    body: Body<RequestLocalLicense>,
) -> Answer<Json<LocalToken>> {
    let (context, input) = caller.changes(body);
    let name = input.server_name.map(|name| name.0);
    let token = license::request(app.system(), &context, input.activation_code.expose(), name).await?;
    Ok(Json(LocalToken { token }))
}
