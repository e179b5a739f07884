//! `GET /features`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Feature;
use chancery_operations::{Place, feature};

use super::super::wire;
use crate::App;
use crate::extract::{Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the features that are defined for all products.
#[utoipa::path(
    get, path = "/features", tag = "features", operation_id = "listFeatures", params(ListQuery),
    responses((status = 200, body = Page<Feature>))
)]
pub(crate) async fn list_features(State(app): State<App>, caller: Caller<ListQuery>) -> Answer<Many<Feature>> {
    let (context, mut query) = caller.asks();
    let list = feature::list(app.system(), &context, Place::Global, query.page()).await?;
    Ok(Many::of(list, wire::feature))
}
