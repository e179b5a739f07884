//! `POST /products`.

use axum::extract::State;
use chancery_api_types::management::{CreateProduct, Product};
use chancery_operations::product;

use super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes a product.
#[utoipa::path(
    post, path = "/products", tag = "products", operation_id = "createProduct", request_body = CreateProduct,
    responses((status = 201, body = Product), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_product(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateProduct>,
) -> Answer<Created<Product>> {
    let (context, body) = caller.changes(body);
    let made = product::create(app.system(), &context, wire::new_product(body)).await?;
    Ok(Created::of(made, wire::product))
}
