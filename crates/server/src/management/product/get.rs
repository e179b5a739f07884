//! `GET /products/{product}`.

use axum::extract::State;
use chancery_api_types::management::Product;
use chancery_api_types::wire::ProductRef;
use chancery_operations::product;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a product.
#[utoipa::path(
    get, path = "/products/{product}", tag = "products", operation_id = "getProduct",
    params(("product" = ProductRef, Path, description = "Its id or key")),
    responses((status = 200, body = Product))
)]
pub(super) async fn get_product(
    State(app): State<App>,
    caller: Caller,
    At(which): At<wire::Which>,
) -> Answer<One<Product>> {
    let found = product::find(app.system(), &caller.reads(), which).await?;
    Ok(One::of(found, wire::product))
}
