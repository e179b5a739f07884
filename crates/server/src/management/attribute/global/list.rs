//! `GET /attributes`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Attribute;
use chancery_operations::{Place, attribute};

use super::super::wire;
use crate::App;
use crate::extract::{Caller, ListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the attributes that are defined for all products.
#[utoipa::path(
    get, path = "/attributes", tag = "attributes", operation_id = "listAttributes", params(ListQuery),
    responses((status = 200, body = Page<Attribute>))
)]
pub(crate) async fn list_attributes(State(app): State<App>, caller: Caller<ListQuery>) -> Answer<Many<Attribute>> {
    let (context, mut query) = caller.asks();
    let list = attribute::list(app.system(), &context, Place::Global, query.page()).await?;
    Ok(Many::of(list, wire::attribute))
}
