//! The credential inside of a sealed request: read as strictly, and by the same types, as that of a product's call (LIC-1).

use chancery_api_types::licensing::Credential;
use chancery_api_types::wire::Ref;
use chancery_domain::Selector;
use chancery_operations::credential::Claimant;
use chancery_operations::offline::OpenedRequest;
use serde::Deserialize;

use crate::App;
use crate::extract::{Call, parse};
use crate::licensing::recognise;
use crate::problem::{Answer, Failure};

/// What of a request is read here. The member gives its errors their path, `credential.…`.
#[derive(Deserialize)]
struct Inside {
    credential: Credential,
}

/// By what right the request claims. As with a product's call, too many guesses are refused before any is looked up (API-8).
pub(super) async fn claimant(app: &App, call: &Call, request: &OpenedRequest) -> Answer<Claimant> {
    let text = format!("{{\"credential\":{}}}", request.credential_json());
    let Inside { credential } = parse(text.as_bytes())?;
    let product = Ref(Selector::Id(request.product()));
    match recognise(app, call, &credential, product, text.as_bytes()).await {
        Ok(Ok((claimant, _))) => Ok(claimant),
        Ok(Err(error)) => Err(inside(error.into())),
        Err(failure) => Err(inside(failure)),
    }
}

/// Says that it is the credential in the token that is wrong, and not the caller's own.
fn inside(failure: Failure) -> Failure {
    match failure.problem().status {
        Some(401 | 404) => failure.with("path", "credential"),
        _ => failure,
    }
}
