//! `GET /report`.

use axum::extract::State;
use chancery_api_types::local::LocalToken;
use chancery_operations::local;

use crate::App;
use crate::extract::Caller;
use crate::problem::Answer;
use crate::reply::Json;

/// Makes a signed usage report, for a person to carry to the vendor: it also says which export tokens were applied (EXP-6).
#[utoipa::path(
    get, path = "/report", tag = "server", operation_id = "reportLocal",
    responses(
        (status = 200, description = "The report", body = LocalToken),
        (status = 405, description = "local_server_not_active"),
        (status = 503, description = "signing_key_unavailable"),
    )
)]
pub(super) async fn report_local(State(app): State<App>, caller: Caller) -> Answer<Json<LocalToken>> {
    let token = local::report(app.system(), &caller.reads()).await?;
    Ok(Json(LocalToken { token }))
}
