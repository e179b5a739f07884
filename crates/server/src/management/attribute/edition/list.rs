//! `GET /products/{product}/editions/{edition}/attributes`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::EffectiveAttribute;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, ProductId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the attributes that hold on an edition, wherever they are defined, each with the level that gives its value.
#[utoipa::path(
    get, path = "/products/{product}/editions/{edition}/attributes", tag = "attributes",
    operation_id = "listEditionAttributes",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ListQuery
    ),
    responses((status = 200, body = Page<EffectiveAttribute>))
)]
pub(crate) async fn list_edition_attributes(
    State(app): State<App>,
    caller: Caller<ListQuery>,
    At((product, edition)): At<(Selector<ProductId>, Selector<EditionId>)>,
) -> Answer<Many<EffectiveAttribute>> {
    let (context, mut query) = caller.asks();
    let list = attribute::effective(app.system(), &context, Place::Edition(product, edition), query.page()).await?;
    Ok(Many::of(list, wire::effective))
}
