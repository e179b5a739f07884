//! `PATCH /products/{product}/editions/{edition}`.

use axum::extract::State;
use chancery_api_types::management::{Edition, UpdateEdition};
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, ProductId, Selector};
use chancery_operations::edition;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Changes an edition; features and attributes that are not named keep their values. What was sold
/// already keeps what it was sold with.
#[utoipa::path(
    patch, path = "/products/{product}/editions/{edition}", tag = "editions", operation_id = "updateEdition",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key")
    ),
    request_body = UpdateEdition,
    responses((status = 200, body = Edition), (status = 409, description = "already_exists"))
)]
pub(super) async fn update_edition(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<EditionId>)>,
    body: Body<UpdateEdition>,
) -> Answer<One<Edition>> {
    let (context, body) = caller.changes(body);
    let changed = edition::update(app.system(), &context, product, which, wire::edit(body)).await?;
    Ok(One::of(changed, wire::edition))
}
