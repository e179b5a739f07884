//! `GET /entitlement/{entitlement}/activations`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::activation::Activation;
use chancery_api_types::wire::EntitlementIdText;
use chancery_domain::EntitlementId;
use chancery_operations::activation;

use crate::App;
use crate::extract::{At, Caller, PlainListQuery};
use crate::problem::Answer;
use crate::reply::Many;
use crate::show;

/// Lists the activations of an entitlement here.
#[utoipa::path(
    get, path = "/entitlement/{entitlement}/activations", tag = "entitlements",
    operation_id = "listHostedActivations",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), PlainListQuery),
    responses((status = 200, body = Page<Activation>))
)]
pub(super) async fn list_hosted_activations(
    State(app): State<App>,
    caller: Caller<PlainListQuery>,
    At(id): At<EntitlementId>,
) -> Answer<Many<Activation>> {
    let (context, mut query) = caller.asks();
    let list = activation::list(app.system(), &context, Some(id), query.page()).await?;
    Ok(Many::of(list, |view| show::activation(&view)))
}
