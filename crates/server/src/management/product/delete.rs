//! `DELETE /products/{product}`.

use axum::extract::State;
use chancery_api_types::wire::ProductRef;
use chancery_operations::product;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes a product that nothing refers to.
#[utoipa::path(
    delete, path = "/products/{product}", tag = "products", operation_id = "deleteProduct",
    params(("product" = ProductRef, Path, description = "Its id or key")),
    responses((status = 204), (status = 409, description = "in_use"))
)]
pub(super) async fn delete_product(
    State(app): State<App>,
    caller: Caller,
    At(which): At<wire::Which>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    product::delete(app.system(), &context, which).await?;
    Ok(Done)
}
