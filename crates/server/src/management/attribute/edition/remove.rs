//! `DELETE /products/{product}/editions/{edition}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{AttributeId, EditionId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Removes an attribute that the edition defines, with every value that is set for it; of one
/// that is defined farther away, removes the edition's own value, so that the next level's holds.
#[utoipa::path(
    delete, path = "/products/{product}/editions/{edition}/attributes/{attribute}", tag = "attributes",
    operation_id = "removeEditionAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    responses((status = 204))
)]
pub(crate) async fn remove_edition_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<AttributeId>)>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    attribute::remove(app.system(), &context, Place::Edition(product, edition), which).await?;
    Ok(Done)
}
