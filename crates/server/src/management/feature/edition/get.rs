//! `GET /products/{product}/editions/{edition}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::EffectiveFeature;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows a feature as it holds on an edition, wherever it is defined.
#[utoipa::path(
    get, path = "/products/{product}/editions/{edition}/features/{feature}", tag = "features",
    operation_id = "getEditionFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    responses((status = 200, body = EffectiveFeature))
)]
pub(crate) async fn get_edition_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<FeatureId>)>,
) -> Answer<One<EffectiveFeature>> {
    let found = feature::find(app.system(), &caller.reads(), Place::Edition(product, edition), which).await?;
    Ok(One::of(found, wire::effective))
}
