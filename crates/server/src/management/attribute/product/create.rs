//! `POST /products/{product}/attributes`.

use axum::extract::State;
use chancery_api_types::management::{Attribute, CreateAttribute};
use chancery_api_types::wire::ProductRef;
use chancery_domain::{ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Defines an attribute on a product.
#[utoipa::path(
    post, path = "/products/{product}/attributes", tag = "attributes", operation_id = "createProductAttribute",
    params(("product" = ProductRef, Path, description = "Its id or key")), request_body = CreateAttribute,
    responses((status = 201, body = Attribute), (status = 409, description = "already_exists"))
)]
pub(crate) async fn create_product_attribute(
    State(app): State<App>,
    caller: Caller,
    At(product): At<Selector<ProductId>>,
    body: Body<CreateAttribute>,
) -> Answer<Created<Attribute>> {
    let (context, body) = caller.changes(body);
    let made = attribute::create(app.system(), &context, Place::Product(product), wire::new_attribute(body)).await?;
    Ok(Created::of(made, wire::attribute))
}
