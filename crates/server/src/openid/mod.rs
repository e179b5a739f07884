//! Tokens of vendors' OpenID providers: checked by the keys that their issuers publish (LIC-1).
//!
//! Which issuers are asked is the vendors' registration, never the token's word: an issuer that nobody registered is not called.

mod check;
mod fetch;
mod keys;
mod reach;

use chancery_api_types::Code;
use chancery_domain::{Issuer, ProductId, Selector, Timestamp};
use chancery_operations::credential::{Identity, openid_providers};
use chancery_operations::{Error, System, Unauthenticated};

use self::keys::Keys;
use self::reach::Reach;
use crate::problem::Failure;

/// Those who know the issuers' keys.
pub(crate) struct OpenId {
    keys: Keys,
    /// Whether issuers on private addresses are asked although several vendors share the server.
    private: bool,
}

/// Why a token says nothing.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not genuine, not for us, or not now: alike.
    Invalid,
    /// It has ended.
    Expired(Timestamp),
    /// Its issuer cannot be asked. The text is for the log.
    Unavailable(String),
}

impl OpenId {
    /// Those who know none yet.
    pub(crate) fn new(private: bool) -> Self {
        Self { keys: Keys::default(), private }
    }

    /// Whom a token names, if an issuer that the product's vendor registered says so.
    ///
    /// # Errors
    /// 401, alike for all that is wrong with it; 503 while the issuer cannot be asked.
    pub(crate) async fn identify(
        &self,
        system: &System,
        token: &str,
        product: &Selector<ProductId>,
        clock: Timestamp,
    ) -> Result<Identity, Failure> {
        self.check(system, token, product, clock).await?.map_err(|fault| match fault {
            Fault::Invalid => Error::Unauthenticated(Unauthenticated::Invalid).into(),
            Fault::Expired(at) => Error::Unauthenticated(Unauthenticated::Expired { at }).into(),
            Fault::Unavailable(detail) => {
                tracing::warn!(detail, "an OpenID provider cannot be asked");
                Failure::of(Code::CredentialIssuerUnavailable).retry_after(keys::PAUSE_SECONDS)
            }
        })
    }

    async fn check(
        &self,
        system: &System,
        token: &str,
        product: &Selector<ProductId>,
        clock: Timestamp,
    ) -> Result<Result<Identity, Fault>, Error> {
        let Some((claimed, hint)) = check::unverified(token) else { return Ok(Err(Fault::Invalid)) };
        let Ok(issuer) = Issuer::new(&claimed) else { return Ok(Err(Fault::Invalid)) };
        let providers = openid_providers(system, &issuer, product.clone()).await?;
        if providers.is_empty() {
            return Ok(Err(Fault::Invalid));
        }
        // A vendor that has the server for itself may have its accounts beside it.
        let everywhere = self.private || system.vendors().len() <= 1;
        let reach = if everywhere { Reach::Everywhere } else { Reach::Public };
        let set = match self.keys.of((&issuer, reach), hint.kid.as_deref(), clock).await {
            Ok(set) => set,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(check::verify(token, &hint, &set, providers, system.now(clock)))
    }
}
