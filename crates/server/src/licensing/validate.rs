//! `POST /api/v1/validate`: would this credential be allowed now, and for what?

use axum::extract::State;
use chancery_api_types::licensing::{ValidateReply, ValidateRequest};
use chancery_domain::Refusal;
use chancery_operations::Error;
use chancery_operations::activation::{self, Validated, Validation};

use super::credential::claimant;
use super::secret::brought;
use crate::App;
use crate::extract::{Body, Call};
use crate::problem::Answer;
use crate::reply::Json;
use crate::show;

/// Ask without taking a seat. That it would be refused is an answer, not a problem.
#[utoipa::path(
    post,
    path = "/validate",
    operation_id = "validate",
    tag = "activation",
    security(()),
    request_body = ValidateRequest,
    responses(
        (status = OK, description = "The answer, with a signed verdict if it is allowed", body = ValidateReply),
        (status = 401, description = "credential_invalid, credential_expired"),
        (status = 403, description = "credential_not_available_here"),
        (status = 404, description = "activation_code_unknown, not_found"),
        (status = 409, description = "token_replayed"),
        (status = 422, description = "validation_failed, token_malformed, token_signature_invalid, token_wrong_type, token_wrong_recipient, token_wrong_product, token_expired, token_not_yet_valid, token_version_unsupported"),
        (status = 503, description = "credential_issuer_unavailable"),
    )
)]
pub(super) async fn validate(
    State(app): State<App>,
    call: Call,
    body: Body<ValidateRequest>,
) -> Answer<Json<ValidateReply>> {
    let (input, bytes) = body.into_parts();
    let (context, claimant) = match claimant(&app, &call, &input.credential, input.product_id, &bytes).await? {
        // A product that the vendor does not have is answered as one that the order does not have.
        Err(Error::Refused(refused)) => {
            return Ok(Json(show::validated(Validated::nothing(refused.refusal, call.clock))));
        }
        known => known?,
    };
    let asked = Validation {
        claimant,
        edition: input.edition_id.map(|edition| edition.0),
        seat_id: input.seat_id.map(|seat| seat.0),
        release: input.release_date.map(|release| release.0.0),
        secret: brought(input.licensee_secret.as_ref())?,
        device_proof: input.device_proof.map(|proof| proof.0.into()),
    };
    let answer = activation::validate(app.system(), &context, asked).await?;
    if answer.refusal == Some(Refusal::LicenseeSecretMismatch) {
        // As an answer too it may be a guess (API-8).
        call.guessed()?;
    }
    Ok(Json(show::validated(answer)))
}
