//! `POST /licensees/{licensee}/secret`.

use axum::extract::State;
use chancery_api_types::management::{Licensee, SetLicenseeSecret};
use chancery_api_types::wire::LicenseeRef;
use chancery_domain::{LicenseeId, Selector};
use chancery_operations::licensee;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::licensing::licensee_secret;
use crate::problem::Answer;
use crate::reply::One;

/// Sets a licensee's secret, or another one. Leases that run go on; the next validating call must bring it.
#[utoipa::path(
    post, path = "/licensees/{licensee}/secret", tag = "licensees", operation_id = "setLicenseeSecret",
    params(("licensee" = LicenseeRef, Path, description = "Its id or number")), request_body = SetLicenseeSecret,
    responses((status = 200, body = Licensee))
)]
pub(super) async fn set_licensee_secret(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<LicenseeId>>,
    body: Body<SetLicenseeSecret>,
) -> Answer<One<Licensee>> {
    let (context, body) = caller.changes(body);
    let secret = licensee_secret("secret", &body.secret)?;
    let changed = licensee::set_secret(app.system(), &context, which, secret).await?;
    Ok(One::of(changed, wire::licensee))
}
