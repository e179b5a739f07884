//! `GET /products/{product}/editions/{edition}/attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::EffectiveAttribute;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{AttributeId, EditionId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an attribute as it holds on an edition, wherever it is defined.
#[utoipa::path(
    get, path = "/products/{product}/editions/{edition}/attributes/{attribute}", tag = "attributes",
    operation_id = "getEditionAttribute",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("attribute" = String, Path, description = "Its key or id")
    ),
    responses((status = 200, body = EffectiveAttribute))
)]
pub(crate) async fn get_edition_attribute(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<AttributeId>)>,
) -> Answer<One<EffectiveAttribute>> {
    let found = attribute::find(app.system(), &caller.reads(), Place::Edition(product, edition), which).await?;
    Ok(One::of(found, wire::effective))
}
