//! `DELETE /attributes/{attribute}`.

use axum::extract::State;
use chancery_domain::{AttributeId, Selector};
use chancery_operations::{Place, attribute};

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes an attribute that is defined for all products, with the values that products and editions give it.
#[utoipa::path(
    delete, path = "/attributes/{attribute}", tag = "attributes", operation_id = "deleteAttribute",
    params(("attribute" = String, Path, description = "Its key or id")),
    responses((status = 204))
)]
pub(crate) async fn delete_attribute(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<AttributeId>>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    attribute::delete(app.system(), &context, Place::Global, which).await?;
    Ok(Done)
}
