//! `PATCH /products/{product}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::{Attribute, UpdateAttribute};
use chancery_api_types::wire::ProductRef;
use chancery_domain::{AttributeId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes an attribute that is defined on a product. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/products/{product}/attributes/{attribute}", tag = "attributes",
    operation_id = "updateProductAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    request_body = UpdateAttribute,
    responses((status = 200, body = Attribute))
)]
pub(crate) async fn update_product_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<AttributeId>)>,
    body: Body<UpdateAttribute>,
) -> Answer<One<Attribute>> {
    let (context, body) = caller.changes(body);
    let changed = attribute::update(app.system(), &context, Place::Product(product), which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::attribute))
}
