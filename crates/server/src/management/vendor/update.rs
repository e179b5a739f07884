//! `PATCH /vendor`.

use axum::extract::State;
use chancery_api_types::management::{UpdateVendor, Vendor};
use chancery_operations::vendor;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes the vendor to whom the API key belongs.
#[utoipa::path(
    patch, path = "/vendor", tag = "vendor", operation_id = "updateVendor", request_body = UpdateVendor,
    responses((status = 200, body = Vendor))
)]
pub(super) async fn update_vendor(
    State(app): State<App>,
    caller: Caller,
    body: Body<UpdateVendor>,
) -> Answer<One<Vendor>> {
    let (context, body) = caller.changes(body);
    let changed = vendor::update(app.system(), &context, wire::edit(body)).await?;
    Ok(One::of(changed, wire::vendor))
}
