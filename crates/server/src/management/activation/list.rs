//! `GET /activations`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::activation::Activation;
use chancery_api_types::wire::EntitlementIdText;
use chancery_operations::activation;

use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;
use crate::show;

list_query! {
    /// Which activations are listed.
    ActivationQuery by ItemId {
        /// Only this entitlement's.
        #[param(value_type = Option<EntitlementIdText>)]
        entitlement_id: Option<EntitlementIdText>,
    }
}

/// Lists the activations.
#[utoipa::path(
    get, path = "/activations", tag = "activations", operation_id = "listActivations",
    params(ActivationQuery),
    responses((status = 200, body = Page<Activation>), (status = 404, description = "not_found"))
)]
pub(super) async fn list_activations(
    State(app): State<App>,
    caller: Caller<ActivationQuery>,
) -> Answer<Many<Activation>> {
    let (context, mut query) = caller.asks();
    let (page, of) = (query.page(), query.entitlement_id.map(|id| id.0));
    let list = activation::list(app.system(), &context, of, page).await?;
    Ok(Many::of(list, |view| show::activation(&view)))
}
