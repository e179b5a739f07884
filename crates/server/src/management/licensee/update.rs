//! `PATCH /licensees/{licensee}`.

use axum::extract::State;
use chancery_api_types::management::{Licensee, UpdateLicensee};
use chancery_api_types::wire::LicenseeRef;
use chancery_domain::{LicenseeId, Selector};
use chancery_operations::licensee;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a licensee's number or metadata.
#[utoipa::path(
    patch, path = "/licensees/{licensee}", tag = "licensees", operation_id = "updateLicensee",
    params(("licensee" = LicenseeRef, Path, description = "Its id or number")), request_body = UpdateLicensee,
    responses((status = 200, body = Licensee), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_licensee(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<LicenseeId>>,
    body: Body<UpdateLicensee>,
) -> Answer<One<Licensee>> {
    let (context, body) = caller.changes(body);
    let changed = licensee::update(app.system(), &context, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::licensee))
}
