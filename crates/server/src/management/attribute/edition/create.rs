//! `POST /products/{product}/editions/{edition}/attributes`.

use axum::extract::State;
use chancery_api_types::management::{Attribute, CreateAttribute};
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Defines an attribute on an edition.
#[utoipa::path(
    post, path = "/products/{product}/editions/{edition}/attributes", tag = "attributes",
    operation_id = "createEditionAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key")
    ),
    request_body = CreateAttribute,
    responses((status = 201, body = Attribute), (status = 409, description = "already_exists"))
)]
pub(crate) async fn create_edition_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, edition)): At<(Selector<ProductId>, Selector<EditionId>)>,
    body: Body<CreateAttribute>,
) -> Answer<Created<Attribute>> {
    let (context, body) = caller.changes(body);
    let made =
        attribute::create(app.system(), &context, Place::Edition(product, edition), wire::new_attribute(body)).await?;
    Ok(Created::of(made, wire::attribute))
}
