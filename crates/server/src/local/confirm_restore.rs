//! `POST /confirm-restore`.

use axum::extract::State;
use chancery_api_types::local::LocalStatus;
use chancery_operations::local;

use super::license::wire;
use crate::App;
use crate::extract::{Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Json;

/// Confirms that the database was set back, and that products have shown what they hold: new seats are given again (EXP-9).
#[utoipa::path(
    post, path = "/confirm-restore", tag = "server", operation_id = "confirmLocalRestore",
    responses(
        (status = 200, description = "Where the server stands now", body = LocalStatus),
        (status = 405, description = "local_server_not_active"),
    )
)]
pub(super) async fn confirm_local_restore(
    State(app): State<App>,
    caller: Caller,
    body: Body<Nothing>,
) -> Answer<Json<LocalStatus>> {
    let (context, Nothing {}) = caller.changes(body);
    let status = local::confirm_restore(app.system(), &context).await?;
    Ok(Json(wire::status(status)))
}
