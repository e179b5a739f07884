//! `POST /features`.

use axum::extract::State;
use chancery_api_types::management::{CreateFeature, Feature};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Defines a feature for all products.
#[utoipa::path(
    post, path = "/features", tag = "features", operation_id = "createFeature", request_body = CreateFeature,
    responses((status = 201, body = Feature), (status = 409, description = "already_exists"))
)]
pub(crate) async fn create_feature(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateFeature>,
) -> Answer<Created<Feature>> {
    let (context, body) = caller.changes(body);
    let made = feature::create(app.system(), &context, Place::Global, wire::new_feature(body)).await?;
    Ok(Created::of(made, wire::feature))
}
