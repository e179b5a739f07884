//! `PATCH /products/{product}/editions/{edition}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::{Attribute, UpdateAttribute};
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{AttributeId, EditionId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes an attribute that is defined on an edition. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/products/{product}/editions/{edition}/attributes/{attribute}", tag = "attributes",
    operation_id = "updateEditionAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    request_body = UpdateAttribute,
    responses((status = 200, body = Attribute))
)]
pub(crate) async fn update_edition_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<AttributeId>)>,
    body: Body<UpdateAttribute>,
) -> Answer<One<Attribute>> {
    let (context, body) = caller.changes(body);
    let changed =
        attribute::update(app.system(), &context, Place::Edition(product, edition), which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::attribute))
}
