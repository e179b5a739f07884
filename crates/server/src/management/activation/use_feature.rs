//! `POST /activations/{activation}/features/{feature}/use`.

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

/// Spends a counter for a device, or records the use of a feature.
#[utoipa::path(
    post, path = "/activations/{activation}/features/{feature}/use", tag = "activations",
    operation_id = "useActivationFeature",
    params(
        ("activation" = ActivationIdText, Path, description = "Its id"),
        ("feature" = String, Path, description = "The feature's key")
    ),
    request_body = ActivationFeatureAmount,
    responses(
        (status = 200, body = FeatureReply),
        (status = 403, description = "feature_not_licensed, feature_needs_connection, entitlement_expired, entitlement_disabled, customer_disabled, entitlement_not_started"),
        (status = 409, description = "feature_exhausted, not_usable, lease_expired, activation_replaced, activation_released, activation_deactivated")
    )
)]
pub(super) async fn use_activation_feature(
    State(app): State<App>,
    caller: Caller,
    At((id, key)): At<(ActivationId, Key)>,
    body: Body<ActivationFeatureAmount>,
) -> Answer<Json<FeatureReply>> {
    let (context, body) = caller.changes(body);
    let state = activation::use_feature(app.system(), &context, id, key, body.amount.into()).await?;
    Ok(Json(FeatureReply { feature: show::feature(&state) }))
}
