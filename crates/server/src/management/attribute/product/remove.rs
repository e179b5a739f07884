//! `DELETE /products/{product}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::wire::ProductRef;
use chancery_domain::{AttributeId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Removes an attribute that the product defines, with every value that is set for it; of one
/// that is defined farther away, removes the product's own value, so that the next level's holds.
#[utoipa::path(
    delete, path = "/products/{product}/attributes/{attribute}", tag = "attributes",
    operation_id = "removeProductAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    responses((status = 204))
)]
pub(crate) async fn remove_product_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<AttributeId>)>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    attribute::remove(app.system(), &context, Place::Product(product), which).await?;
    Ok(Done)
}
