//! `GET /licensees/{licensee}`.

use axum::extract::State;
use chancery_api_types::management::Licensee;
use chancery_api_types::wire::LicenseeRef;
use chancery_domain::{LicenseeId, Selector};
use chancery_operations::licensee;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a licensee.
#[utoipa::path(
    get, path = "/licensees/{licensee}", tag = "licensees", operation_id = "getLicensee",
    params(("licensee" = LicenseeRef, Path, description = "Its id or number")),
    responses((status = 200, body = Licensee))
)]
pub(super) async fn get_licensee(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<LicenseeId>>,
) -> Answer<One<Licensee>> {
    let found = licensee::find(app.system(), &caller.reads(), which).await?;
    Ok(One::of(found, wire::licensee))
}
