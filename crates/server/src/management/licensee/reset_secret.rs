//! `DELETE /licensees/{licensee}/secret`.

use axum::extract::State;
use chancery_api_types::wire::LicenseeRef;
use chancery_domain::{LicenseeId, Selector};
use chancery_operations::licensee;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Forgets a licensee's secret. Leases that run go on. With the mode `client` the next call that brings a secret stores it.
#[utoipa::path(
    delete, path = "/licensees/{licensee}/secret", tag = "licensees", operation_id = "resetLicenseeSecret",
    params(("licensee" = LicenseeRef, Path, description = "Its id or number")),
    responses((status = 204))
)]
pub(super) async fn reset_licensee_secret(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<LicenseeId>>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    licensee::reset_secret(app.system(), &context, which).await?;
    Ok(Done)
}
