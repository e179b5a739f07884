//! `POST /local-servers/reports`.

use axum::extract::State;
use chancery_api_types::management::{ReportLocalServer, ReportedLocalServer};
use chancery_operations::local_server;

use super::wire;
use crate::App;
use crate::extract::{Caller, LargeBody};
use crate::problem::Answer;
use crate::reply::Json;

/// Takes a usage report that was carried here from a local server: it says what is used there, and which tokens it has applied
/// (EXP-6). Taking it again is harmless.
#[utoipa::path(
    post, path = "/local-servers/reports", tag = "local-servers", operation_id = "reportLocalServer",
    request_body = ReportLocalServer,
    responses(
        (status = 200, description = "It was taken", body = ReportedLocalServer),
        (status = 409, description = "report_superseded"),
        (status = 422, description = "token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_not_yet_valid, token_version_unsupported, token_key_unknown, token_key_revoked"),
    )
)]
pub(super) async fn report_local_server(
    State(app): State<App>,
    caller: Caller,
    LargeBody(body): LargeBody<ReportLocalServer>,
) -> Answer<Json<ReportedLocalServer>> {
    let (context, body) = caller.changes(body);
    let done = local_server::report(app.system(), &context, body.token.expose()).await?;
    Ok(Json(wire::reported(done)))
}
