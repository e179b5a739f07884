//! `GET …/.well-known/trust-bundle`: what products are built with (KEY-4).

use axum::extract::State;
use chancery_domain::VendorId;
use chancery_operations::vendor;
use serde_json::{Value, json};

use super::only_vendor;
use crate::App;
use crate::extract::At;
use crate::problem::Answer;
use crate::reply::Json;

pub(super) async fn of_the_vendor(State(app): State<App>) -> Answer<Json<Value>> {
    let vendor = only_vendor(&app).await?;
    of_a_vendor(State(app), At(vendor)).await
}

pub(super) async fn of_a_vendor(State(app): State<App>, At(vendor): At<VendorId>) -> Answer<Json<Value>> {
    let seed = app.randomness().seed()?;
    let token = vendor::trust_bundle(app.system(), vendor, app.clock().now(), seed).await?;
    Ok(Json(json!({ "token": token })))
}
