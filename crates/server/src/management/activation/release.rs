//! `DELETE /activations/{activation}`.

use axum::extract::State;
use chancery_api_types::management::ReleaseActivation;
use chancery_api_types::wire::ActivationIdText;
use chancery_domain::{ActivationId, Invalid};
use chancery_operations::activation::{self, Release};

use crate::App;
use crate::extract::{At, Body, Caller, Free};
use crate::problem::{Answer, Failure};
use crate::reply::{Done, Rehearsed};

/// Releases a seat: it is held until its lease ends, because its device may still run, and then free.
#[utoipa::path(
    delete, path = "/activations/{activation}", tag = "activations", operation_id = "releaseActivation",
    params(("activation" = ActivationIdText, Path, description = "Its id"), Free), request_body = ReleaseActivation,
    responses((status = 204))
)]
pub(super) async fn release_activation(
    State(app): State<App>,
    caller: Caller<Free>,
    At(id): At<ActivationId>,
    body: Body<ReleaseActivation>,
) -> Answer<Rehearsed<Done>> {
    let (context, body, Free { free, .. }) = caller.rehearses(body);
    if free && body.reason.is_none() {
        return Err(Failure::invalid(
            "reason",
            Invalid::Required,
            "say why a seat is freed whose device may still run",
        ));
    }
    let how = Release { free, reason: body.reason.map(|text| text.0) };
    let released = activation::release(app.system(), &context, id, how).await;
    Rehearsed::of(released, |()| Done)
}
