//! `PATCH /products/{product}/editions/{edition}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::{Feature, UpdateFeature};
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes a feature that is defined on an edition. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/products/{product}/editions/{edition}/features/{feature}", tag = "features",
    operation_id = "updateEditionFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    request_body = UpdateFeature,
    responses((status = 200, body = Feature))
)]
pub(crate) async fn update_edition_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<FeatureId>)>,
    body: Body<UpdateFeature>,
) -> Answer<One<Feature>> {
    let (context, body) = caller.changes(body);
    let changed =
        feature::update(app.system(), &context, Place::Edition(product, edition), which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::feature))
}
