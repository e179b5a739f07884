//! `PUT /products/{product}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::{EffectiveFeature, SetFeatureValue};
use chancery_api_types::wire::ProductRef;
use chancery_domain::{FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Sets the value that a feature has on a product. Where the product defines it, that is the definition's own.
#[utoipa::path(
    put, path = "/products/{product}/features/{feature}", tag = "features", operation_id = "setProductFeatureValue",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    request_body = SetFeatureValue,
    responses((status = 200, body = EffectiveFeature))
)]
pub(crate) async fn set_product_feature_value(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<FeatureId>)>,
    body: Body<SetFeatureValue>,
) -> Answer<One<EffectiveFeature>> {
    let (context, body) = caller.changes(body);
    let set = feature::set_value(app.system(), &context, Place::Product(product), which, body.value.0).await?;
    Ok(One::of(set, wire::effective))
}
