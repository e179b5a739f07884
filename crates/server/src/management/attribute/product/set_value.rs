//! `PUT /products/{product}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::{EffectiveAttribute, SetAttributeValue};
use chancery_api_types::wire::ProductRef;
use chancery_domain::{AttributeId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Sets the value that an attribute has on a product. Where the product defines it, that is the definition's own.
#[utoipa::path(
    put, path = "/products/{product}/attributes/{attribute}", tag = "attributes",
    operation_id = "setProductAttributeValue",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    request_body = SetAttributeValue,
    responses((status = 200, body = EffectiveAttribute))
)]
pub(crate) async fn set_product_attribute_value(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<AttributeId>)>,
    body: Body<SetAttributeValue>,
) -> Answer<One<EffectiveAttribute>> {
    let (context, body) = caller.changes(body);
    let set = attribute::set_value(app.system(), &context, Place::Product(product), which, body.value.0).await?;
    Ok(One::of(set, wire::effective))
}
