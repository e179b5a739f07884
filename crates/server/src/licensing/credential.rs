//! From a credential in a body to the order that it leads to (LIC-1).

use chancery_api_types::licensing::Credential as Wire;
use chancery_api_types::wire::ProductRef;
use chancery_operations::credential::{self, ClaimedOrder, Credential};
use chancery_operations::{Context, Error};

use crate::App;
use crate::extract::Call;

/// The order that a credential leads to, and the call's context with it.
pub(super) async fn claimed(
    app: &App,
    call: &Call,
    shown: &Wire,
    product: ProductRef,
    body: &[u8],
) -> Result<(Context, ClaimedOrder), Error> {
    let (known, secret) = match shown {
        Wire::ActivationCode { code } => (Credential::ActivationCode(code.expose().to_owned()), code.expose()),
        Wire::Licensee { .. } | Wire::OpenIdToken { .. } | Wire::Password { .. } => (Credential::NotAvailable, ""),
    };
    let order = credential::order(app.system(), &known, product.0, call.clock).await?;
    Ok((call.change(&order.caller, secret, body), order))
}
