//! `PATCH /features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::{Feature, UpdateFeature};
use chancery_domain::{FeatureId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a feature that is defined for all products. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/features/{feature}", tag = "features", operation_id = "updateFeature",
    params(("feature" = String, Path, description = "Its key or id")), request_body = UpdateFeature,
    responses((status = 200, body = Feature))
)]
pub(crate) async fn update_feature(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<FeatureId>>,
    body: Body<UpdateFeature>,
) -> Answer<One<Feature>> {
    let (context, body) = caller.changes(body);
    let changed = feature::update(app.system(), &context, Place::Global, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::feature))
}
