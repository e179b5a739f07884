//! `POST /products/{product}/editions`.

use axum::extract::State;
use chancery_api_types::management::{CreateEdition, Edition};
use chancery_api_types::wire::ProductRef;
use chancery_domain::{ProductId, Selector};
use chancery_operations::edition;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Makes an edition of a product.
#[utoipa::path(
    post, path = "/products/{product}/editions", tag = "editions", operation_id = "createEdition",
    params(("product" = ProductRef, Path, description = "Its id or key")), request_body = CreateEdition,
    responses((status = 201, body = Edition), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_edition(
    State(app): State<App>,
    caller: Caller,
    At(product): At<Selector<ProductId>>,
    body: Body<CreateEdition>,
) -> Answer<Created<Edition>> {
    let (context, body) = caller.changes(body);
    let made = edition::create(app.system(), &context, product, wire::new_edition(body)).await?;
    Ok(Created::of(made, wire::edition))
}
