//! `GET /products`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Product;
use chancery_operations::product;

use super::wire;
use crate::App;
use crate::extract::{Caller, ListQuery, Query};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the products.
#[utoipa::path(
    get, path = "/products", tag = "products", operation_id = "listProducts", params(ListQuery),
    responses((status = 200, body = Page<Product>))
)]
pub(super) async fn list_products(
    State(app): State<App>,
    caller: Caller,
    Query(mut query): Query<ListQuery>,
) -> Answer<Many<Product>> {
    let list = product::list(app.system(), &caller.reads(), query.page()).await?;
    Ok(Many::of(list, wire::product))
}
