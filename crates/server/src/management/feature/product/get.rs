//! `GET /products/{product}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::EffectiveFeature;
use chancery_api_types::wire::ProductRef;
use chancery_domain::{FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a feature as it holds on a product, wherever it is defined.
#[utoipa::path(
    get, path = "/products/{product}/features/{feature}", tag = "features", operation_id = "getProductFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    responses((status = 200, body = EffectiveFeature))
)]
pub(crate) async fn get_product_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<FeatureId>)>,
) -> Answer<One<EffectiveFeature>> {
    let found = feature::find(app.system(), &caller.reads(), Place::Product(product), which).await?;
    Ok(One::of(found, wire::effective))
}
