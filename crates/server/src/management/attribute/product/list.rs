//! `GET /products/{product}/attributes`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::EffectiveAttribute;
use chancery_api_types::wire::ProductRef;
use chancery_domain::{ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the attributes that hold on a product, wherever they are defined, each with the level that gives its value.
#[utoipa::path(
    get, path = "/products/{product}/attributes", tag = "attributes", operation_id = "listProductAttributes",
    params(("product" = ProductRef, Path, description = "Its id or key"), ListQuery),
    responses((status = 200, body = Page<EffectiveAttribute>))
)]
pub(crate) async fn list_product_attributes(
    State(app): State<App>,
    caller: Caller<ListQuery>,
    At(product): At<Selector<ProductId>>,
) -> Answer<Many<EffectiveAttribute>> {
    let (context, mut query) = caller.asks();
    let list = attribute::effective(app.system(), &context, Place::Product(product), query.page()).await?;
    Ok(Many::of(list, wire::effective))
}
