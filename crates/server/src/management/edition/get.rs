//! `GET /products/{product}/editions/{edition}`.

use axum::extract::State;
use chancery_api_types::management::Edition;
use chancery_api_types::wire::{EditionRef, ProductRef};
use chancery_domain::{EditionId, ProductId, Selector};
use chancery_operations::edition;

use super::wire;
use crate::App;
use crate::extract::{At, Caller};
use crate::problem::Answer;
use crate::reply::One;

/// Shows an edition of a product.
#[utoipa::path(
    get, path = "/products/{product}/editions/{edition}", tag = "editions", operation_id = "getEdition",
    params(
        ("product" = ProductRef, Path, description = "Its id or key"),
        ("edition" = EditionRef, Path, description = "Its id or key")
    ),
    responses((status = 200, body = Edition))
)]
pub(super) async fn get_edition(
    State(app): State<App>,
    caller: Caller,
    At((product, which)): At<(Selector<ProductId>, Selector<EditionId>)>,
) -> Answer<One<Edition>> {
    let found = edition::find(app.system(), &caller.reads(), product, which).await?;
    Ok(One::of(found, wire::edition))
}
