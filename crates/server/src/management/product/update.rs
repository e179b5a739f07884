//! `PATCH /products/{product}`.

use axum::extract::State;
use chancery_api_types::management::{Product, UpdateProduct};
use chancery_api_types::wire::ProductRef;
use chancery_operations::product;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a product. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/products/{product}", tag = "products", operation_id = "updateProduct",
    params(("product" = ProductRef, Path, description = "Its id or key")), request_body = UpdateProduct,
    responses((status = 200, body = Product), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_product(
    State(app): State<App>,
    caller: Caller,
    At(which): At<wire::Which>,
    body: Body<UpdateProduct>,
) -> Answer<One<Product>> {
    let (context, body) = caller.changes(body);
    let changed = product::update(app.system(), &context, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::product))
}
