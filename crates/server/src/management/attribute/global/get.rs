//! `GET /attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::Attribute;
use chancery_domain::{AttributeId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an attribute that is defined for all products.
#[utoipa::path(
    get, path = "/attributes/{attribute}", tag = "attributes", operation_id = "getAttribute",
    params(("attribute" = String, Path, description = "Its key or id")),
    responses((status = 200, body = Attribute))
)]
pub(crate) async fn get_attribute(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<AttributeId>>,
) -> Answer<One<Attribute>> {
    let found = attribute::find(app.system(), &caller.reads(), Place::Global, which).await?;
    Ok(One::of(found, |found| wire::attribute(found.definition)))
}
