//! `PUT /products/{product}/editions/{edition}/features/{feature}`.

use axum::extract::State;
use chancery_api_types::management::{EffectiveFeature, SetFeatureValue};
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, FeatureId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Sets the value that a feature has on an edition. Where the edition defines it, that is the definition's own.
#[utoipa::path(
    put, path = "/products/{product}/editions/{edition}/features/{feature}", tag = "features",
    operation_id = "setEditionFeatureValue",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key"),
        ("feature" = String, Path, description = "Its key or id")
    ),
    request_body = SetFeatureValue,
    responses((status = 200, body = EffectiveFeature))
)]
pub(crate) async fn set_edition_feature_value(
    State(app): State<App>,
    caller: Caller,
    At((product, edition, which)): At<(Selector<ProductId>, Selector<EditionId>, Selector<FeatureId>)>,
    body: Body<SetFeatureValue>,
) -> Answer<One<EffectiveFeature>> {
    let (context, body) = caller.changes(body);
    let set = feature::set_value(app.system(), &context, Place::Edition(product, edition), which, body.value.0).await?;
    Ok(One::of(set, wire::effective))
}
