//! `GET /products/{product}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::EffectiveAttribute;
use chancery_api_types::wire::ProductRef;
use chancery_domain::{AttributeId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an attribute as it holds on a product, wherever it is defined.
#[utoipa::path(
    get, path = "/products/{product}/attributes/{attribute}", tag = "attributes", operation_id = "getProductAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    responses((status = 200, body = EffectiveAttribute))
)]
pub(crate) async fn get_product_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<AttributeId>)>,
) -> Answer<One<EffectiveAttribute>> {
    let found = attribute::find(app.system(), &caller.reads(), Place::Product(product), which).await?;
    Ok(One::of(found, wire::effective))
}
