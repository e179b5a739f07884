//! OpenID providers: whose tokens a vendor's products may show (LIC-1).

mod create;
mod delete;
mod find;
mod list;
mod update;

pub use create::{NewOpenIdProvider, create};
pub use delete::delete;
pub use find::find;
pub(crate) use find::get;
pub use list::list;
pub use update::{OpenIdProviderEdit, update};

use chancery_domain::{Issuer, OpenIdProvider, VendorId};
use chancery_store::{ReadTx, openid_provider};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for OpenIdProvider {
    fn facts(&self) -> String {
        self.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        get(change.tx, change.permit, fact(facts)?)
    }
}

/// Checks that an issuer is not registered yet.
fn check_free(tx: &mut ReadTx<'_>, vendor: VendorId, issuer: &Issuer) -> Result<(), Error> {
    match openid_provider::of_issuer(tx, vendor, issuer.as_str())? {
        Some(_) => Err(Error::AlreadyExists { field: "issuer" }),
        None => Ok(()),
    }
}
