//! `POST /products/{product}/editions/{edition}/features`.

use axum::extract::State;
use chancery_api_types::management::{CreateFeature, Feature};
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, ProductId, Selector};
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Defines a feature on an edition.
#[utoipa::path(
    post, path = "/products/{product}/editions/{edition}/features", tag = "features",
    operation_id = "createEditionFeature",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key")
    ),
    request_body = CreateFeature,
    responses((status = 201, body = Feature), (status = 409, description = "already_exists"))
)]
pub(crate) async fn create_edition_feature(
    State(app): State<App>,
    caller: Caller,
    At((product, edition)): At<(Selector<ProductId>, Selector<EditionId>)>,
    body: Body<CreateFeature>,
) -> Answer<Created<Feature>> {
    let (context, body) = caller.changes(body);
    let made =
        feature::create(app.system(), &context, Place::Edition(product, edition), wire::new_feature(body)).await?;
    Ok(Created::of(made, wire::feature))
}
