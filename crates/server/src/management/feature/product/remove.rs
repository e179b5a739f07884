//! `DELETE /products/{product}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::wire::ProductRef;
use chancery_domain::{FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Removes a feature that the product defines, with every value that is set for it; of one
/// that is defined farther away, removes the product's own value, so that the next level's holds.
#[utoipa::path(
    delete, path = "/products/{product}/features/{feature}", tag = "features", operation_id = "removeProductFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    responses((status = 204))
)]
pub(crate) async fn remove_product_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<FeatureId>)>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    feature::remove(app.system(), &context, Place::Product(product), which).await?;
    Ok(Done)
}
