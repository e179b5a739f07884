//! `DELETE /products/{product}/editions/{edition}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Removes a feature that the edition defines, with every value that is set for it; of one
/// that is defined farther away, removes the edition's own value, so that the next level's holds.
#[utoipa::path(
    delete, path = "/products/{product}/editions/{edition}/features/{feature}", tag = "features",
    operation_id = "removeEditionFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    responses((status = 204))
)]
pub(crate) async fn remove_edition_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<FeatureId>)>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    feature::remove(app.system(), &context, Place::Edition(product, edition), which).await?;
    Ok(Done)
}
