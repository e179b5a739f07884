//! `POST /attributes`.

use axum::extract::State;
use chancery_api_types::management::{Attribute, CreateAttribute};
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Defines an attribute for all products.
#[utoipa::path(
    post, path = "/attributes", tag = "attributes", operation_id = "createAttribute", request_body = CreateAttribute,
    responses((status = 201, body = Attribute), (status = 409, description = "already_exists"))
)]
pub(crate) async fn create_attribute(
    State(app): State<App>,
    caller: Caller,
    body: Body<CreateAttribute>,
) -> Answer<Created<Attribute>> {
    let (context, body) = caller.changes(body);
    let made = attribute::create(app.system(), &context, Place::Global, wire::new_attribute(body)).await?;
    Ok(Created::of(made, wire::attribute))
}
