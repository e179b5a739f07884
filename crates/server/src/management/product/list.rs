//! `GET /products`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Product;
use chancery_operations::product;

use super::wire;
use crate::App;
use crate::extract::{Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the products.
#[utoipa::path(
    get, path = "/products", tag = "products", operation_id = "listProducts", params(ListQuery),
    responses((status = 200, body = Page<Product>))
)]
pub(super) async fn list_products(State(app): State<App>, caller: Caller<ListQuery>) -> Answer<Many<Product>> {
    let (context, mut query) = caller.asks();
    let list = product::list(app.system(), &context, query.page()).await?;
    Ok(Many::of(list, wire::product))
}
