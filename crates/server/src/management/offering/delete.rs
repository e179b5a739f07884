//! `DELETE /offerings/{offering}`.

use axum::extract::State;
use chancery_api_types::wire::OfferingRef;
use chancery_domain::{OfferingId, Selector};
use chancery_operations::offering;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes an offering that was never sold.
#[utoipa::path(
    delete, path = "/offerings/{offering}", tag = "offerings", operation_id = "deleteOffering",
    params(("offering" = OfferingRef, Path, description = "Its id or SKU")),
    responses((status = 204), (status = 409, description = "in_use"))
)]
pub(super) async fn delete_offering(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OfferingId>>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    offering::delete(app.system(), &context, which).await?;
    Ok(Done)
}
