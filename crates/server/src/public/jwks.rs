//! `GET …/.well-known/jwks.json`: a vendor's public keys (KEY-4).

use axum::extract::State;
use axum::response::IntoResponse;
use chancery_domain::VendorId;
use chancery_operations::vendor;

use super::only_vendor;
use crate::App;
use crate::extract::At;
use crate::problem::Answer;
use crate::reply::Json;

pub(super) async fn of_the_vendor(State(app): State<App>) -> Answer<impl IntoResponse> {
    let vendor = only_vendor(&app).await?;
    of_a_vendor(State(app), At(vendor)).await
}

pub(super) async fn of_a_vendor(State(app): State<App>, At(vendor): At<VendorId>) -> Answer<impl IntoResponse> {
    Ok(Json(vendor::jwks(app.system(), vendor).await?))
}
