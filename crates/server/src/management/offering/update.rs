//! `PATCH /offerings/{offering}`.

use axum::extract::State;
use chancery_api_types::management::{Offering, UpdateOffering};
use chancery_api_types::wire::OfferingRef;
use chancery_domain::{OfferingId, Selector};
use chancery_operations::offering;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes an offering. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/offerings/{offering}", tag = "offerings", operation_id = "updateOffering",
    params(("offering" = OfferingRef, Path, description = "Its id or SKU")), request_body = UpdateOffering,
    responses((status = 200, body = Offering), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_offering(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OfferingId>>,
    body: Body<UpdateOffering>,
) -> Answer<One<Offering>> {
    let (context, body) = caller.changes(body);
    let changed = offering::update(app.system(), &context, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::offering))
}
