//! `GET /offerings/{offering}`.

use axum::extract::State;
use chancery_api_types::management::Offering;
use chancery_api_types::wire::OfferingRef;
use chancery_domain::{OfferingId, Selector};
use chancery_operations::offering;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an offering.
#[utoipa::path(
    get, path = "/offerings/{offering}", tag = "offerings", operation_id = "getOffering",
    params(("offering" = OfferingRef, Path, description = "Its id or SKU")),
    responses((status = 200, body = Offering))
)]
pub(super) async fn get_offering(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OfferingId>>,
) -> Answer<One<Offering>> {
    let found = offering::find(app.system(), &caller.reads(), which).await?;
    Ok(One::of(found, wire::offering))
}
