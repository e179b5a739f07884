//! `GET /vendor`.

use axum::extract::State;
use chancery_api_types::management::Vendor;
use chancery_operations::vendor;

use super::wire;
use crate::App;
use crate::extract::Caller;
use crate::problem::Answer;
use crate::reply::One;

/// Shows the vendor to whom the API key belongs.
#[utoipa::path(
    get, path = "/vendor", tag = "vendor", operation_id = "getVendor",
    responses((status = 200, body = Vendor))
)]
pub(super) async fn get_vendor(State(app): State<App>, caller: Caller) -> Answer<One<Vendor>> {
    let found = vendor::find(app.system(), &caller.reads()).await?;
    Ok(One::of(found, wire::vendor))
}
