//! From a credential in a body to who claims (LIC-1).

use chancery_api_types::licensing::Credential as Wire;
use chancery_api_types::wire::ProductRef;
use chancery_domain::CodeText;
use chancery_operations::credential::{self, Claimant, Credential};
use chancery_operations::{Context, Error};

use crate::App;
use crate::extract::Call;
use crate::limits::Kind;
use crate::problem::Answer;

/// Who shows a credential, and the call's context with it.
pub(super) async fn claimant(
    app: &App,
    call: &Call,
    shown: &Wire,
    product: ProductRef,
    body: &[u8],
) -> Answer<Result<(Context, Claimant), Error>> {
    let (claimant, secret) = match recognise(app, call, shown, product, body).await? {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    // Two vendors may have the same number: what is remembered for the one is not told to the other.
    let credential = format!("{} {secret}", claimant.product.id);
    Ok(Ok((call.change(&claimant.caller, &credential, body), claimant)))
}

/// Who shows a credential, and what of it is secret. Too many of them are refused before any is looked up (API-8). `body` is what
/// the credential was read from.
pub(crate) async fn recognise<'a>(
    app: &App,
    call: &Call,
    shown: &'a Wire,
    product: ProductRef,
    body: &[u8],
) -> Answer<Result<(Claimant, &'a str), Error>> {
    let counted = counted(shown, body);
    call.admit(Kind::ActivationCode, &counted)?;
    if app.is_local() && matches!(shown, Wire::OpenIdToken { .. } | Wire::Password { .. }) {
        // Accounts are the vendor's; and it calls nobody (LLS-8).
        return Ok(Err(Error::CredentialNotAvailableHere));
    }
    let (known, secret) = match shown {
        Wire::ActivationCode { code } => (Credential::ActivationCode(code.expose().to_owned()), code.expose()),
        Wire::Licensee { number, name } => {
            let name = name.as_ref().map(|name| name.0.clone());
            (Credential::Licensee { number: number.clone(), name }, number.as_str())
        }
        Wire::OpenIdToken { token } => {
            let identity = app.openid().identify(app.system(), token.expose(), &product.0, call.clock).await?;
            (Credential::Identity(identity), token.expose())
        }
        Wire::Password { username, password } => {
            let (username, password) = (username.clone(), password.expose());
            (Credential::Password { username, password: password.to_owned() }, password)
        }
    };
    let claimant = match credential::claimant(app.system(), &known, product.0, call.clock).await {
        Ok(claimant) => claimant,
        Err(error) => return Ok(Err(error)),
    };
    call.proved(Kind::ActivationCode, &counted);
    Ok(Ok((claimant, secret)))
}

/// What is counted together. A code is one however it is written. Of the others the name is no secret, and what is belongs to the
/// body: only the very same claim is known to be right.
fn counted(shown: &Wire, body: &[u8]) -> Vec<u8> {
    match shown {
        Wire::ActivationCode { code } => match CodeText::read(code.expose()) {
            Ok(code) => code.canonical().as_bytes().to_vec(),
            Err(_) => code.expose().as_bytes().to_vec(),
        },
        _ => body.to_vec(),
    }
}
