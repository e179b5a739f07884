//! `DELETE /products/{product}/editions/{edition}`.

use axum::extract::State;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, ProductId, Selector};
use chancery_operations::edition;

use crate::App;
use crate::extract::{At, Body, Caller, Nothing};
use crate::problem::Answer;
use crate::reply::Done;

/// Deletes an edition that nothing refers to.
#[utoipa::path(
    delete, path = "/products/{product}/editions/{edition}", tag = "editions", operation_id = "deleteEdition",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key")
    ),
    responses((status = 204), (status = 409, description = "in_use"))
)]
pub(super) async fn delete_edition(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<EditionId>)>,
    body: Body<Nothing>,
) -> Answer<Done> {
    let (context, Nothing {}) = caller.changes(body);
    edition::delete(app.system(), &context, product, which).await?;
    Ok(Done)
}
