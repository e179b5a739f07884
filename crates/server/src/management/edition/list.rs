//! `GET /products/{product}/editions`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Edition;
use chancery_api_types::wire::ProductRef;
use chancery_domain::{ProductId, Selector};
use chancery_operations::edition;

use super::wire;
use crate::App;
use crate::extract::{At, Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the editions of a product.
#[utoipa::path(
    get, path = "/products/{product}/editions", tag = "editions", operation_id = "listEditions",
    params(("product" = ProductRef, Path, description = "Its id or key"), ListQuery),
    responses((status = 200, body = Page<Edition>))
)]
pub(super) async fn list_editions(
    State(app): State<App>,
    caller: Caller<ListQuery>,
    At(product): At<Selector<ProductId>>,
) -> Answer<Many<Edition>> {
    let (context, mut query) = caller.asks();
    let list = edition::list(app.system(), &context, product, query.page()).await?;
    Ok(Many::of(list, wire::edition))
}
