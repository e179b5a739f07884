//! `GET /features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::Feature;
use chancery_domain::{FeatureId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a feature that is defined for all products.
#[utoipa::path(
    get, path = "/features/{feature}", tag = "features", operation_id = "getFeature",
    params(("feature" = String, Path, description = "Its key or id")),
    responses((status = 200, body = Feature))
)]
pub(crate) async fn get_feature(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<FeatureId>>,
) -> Answer<One<Feature>> {
    let found = feature::find(app.system(), &caller.reads(), Place::Global, which).await?;
    Ok(One::of(found, |found| wire::feature(found.definition)))
}
