//! `PATCH /products/{product}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::{Feature, UpdateFeature};
use chancery_api_types::wire::ProductRef;
use chancery_domain::{FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a feature that is defined on a product. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/products/{product}/features/{feature}", tag = "features", operation_id = "updateProductFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    request_body = UpdateFeature,
    responses((status = 200, body = Feature))
)]
pub(crate) async fn update_product_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<FeatureId>)>,
    body: Body<UpdateFeature>,
) -> Answer<One<Feature>> {
    let (context, body) = caller.changes(body);
    let changed = feature::update(app.system(), &context, Place::Product(product), which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::feature))
}
