//! `DELETE /features/{feature}`.

use axum::extract::State;
use chancery_domain::{FeatureId, Selector};
use chancery_operations::{Place, feature};

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes a feature that is defined for all products, with the values that products and editions give it.
#[utoipa::path(
    delete, path = "/features/{feature}", tag = "features", operation_id = "deleteFeature",
    params(("feature" = String, Path, description = "Its key or id")),
    responses((status = 204))
)]
pub(crate) async fn delete_feature(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<FeatureId>>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    feature::delete(app.system(), &context, Place::Global, which).await?;
    Ok(Done)
}
