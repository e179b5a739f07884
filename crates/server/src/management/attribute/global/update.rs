//! `PATCH /attributes/{attribute}`.

use axum::extract::State;
use chancery_api_types::management::{Attribute, UpdateAttribute};
use chancery_domain::{AttributeId, Selector};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes an attribute that is defined for all products. What was sold already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/attributes/{attribute}", tag = "attributes", operation_id = "updateAttribute",
    params(("attribute" = String, Path, description = "Its key or id")), request_body = UpdateAttribute,
    responses((status = 200, body = Attribute))
)]
pub(crate) async fn update_attribute(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<AttributeId>>,
    body: Body<UpdateAttribute>,
) -> Answer<One<Attribute>> {
    let (context, body) = caller.changes(body);
    let changed = attribute::update(app.system(), &context, Place::Global, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::attribute))
}
