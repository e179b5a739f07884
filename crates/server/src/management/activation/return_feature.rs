//! `POST /activations/{activation}/features/{feature}/return`.

use axum::extract::State;
use chancery_api_types::licensing::FeatureReply;
use chancery_api_types::management::ActivationFeatureAmount;
use chancery_api_types::wire::ActivationIdText;
use chancery_domain::{ActivationId, Key};
use chancery_operations::activation;

use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Json;
use crate::show;

/// Gives back elements of a pool that a device has.
#[utoipa::path(
    post, path = "/activations/{activation}/features/{feature}/return", tag = "activations",
    operation_id = "returnActivationFeature",
    params(
        ("activation" = ActivationIdText, Path, description = "Its id"),
        ("feature" = String, Path, description = "The feature's key")
    ),
    request_body = ActivationFeatureAmount,
    responses(
        (status = 200, body = FeatureReply),
        (status = 403, description = "feature_not_licensed, feature_needs_connection, entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started"),
        (status = 409, description = "not_returnable, returned_more_than_taken, activation_replaced, activation_released, activation_deactivated")
    )
)]
pub(super) async fn return_activation_feature(
    State(app): State<App>,
    caller: Caller,
    At((id, key)): At<(ActivationId, Key)>,
    body: Body<ActivationFeatureAmount>,
) -> Answer<Json<FeatureReply>> {
    let (context, body) = caller.changes(body);
    let state = activation::return_feature(app.system(), &context, id, key, body.amount.into()).await?;
    Ok(Json(FeatureReply { feature: show::feature(&state) }))
}
