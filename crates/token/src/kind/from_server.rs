//! What a local server makes for its vendor: signed by a key that is registered, then sealed (EXP-6, EXP-7, TOK-2).

use chancery_domain::LocalServerId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::offline::{self, OfflineExpectation, check_audience};
use crate::claims::{Issued, Kind, MOST_BYTES_LARGE, Tolerance, Verified};
use crate::jwe::Unsealed;
use crate::wire::text;
use crate::{
    Entropy, Fault, Jwk, KeyFault, OpeningKey, PublicKey, Recipient, SealingKey, SignError, SigningKey, TokenError,
};

/// The claims of a token that a local server makes for its vendor: who says it, and what. The server's registered key signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromServer<S> {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the vendor's receiving key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The local server.
    #[serde(rename = "serverId", with = "text")]
    pub server: LocalServerId,
    /// What it says.
    #[serde(flatten)]
    pub says: S,
}

/// What a local server can say. Crate-private: outside there are only the kinds of token that say it.
pub(crate) trait Said: Serialize + DeserializeOwned {
    const TYP: &'static str;
}

impl<S: Said> Kind for FromServer<S> {
    const TYP: &'static str = S::TYP;
    const MOST_BYTES: usize = MOST_BYTES_LARGE;
}

#[expect(private_bounds, reason = "what a local server can say is not for others to add to")]
impl<S: Said> FromServer<S> {
    /// Signs it with the server's key, and seals it to the vendor's, whose `kid` is its `audience`.
    ///
    /// # Errors
    /// [`SignError`] if one of the keys fails.
    pub fn seal(
        &self,
        server: &dyn SigningKey,
        vendor: &SealingKey,
        entropy: &mut Entropy,
    ) -> Result<String, SignError> {
        offline::seal(self, server, None, vendor, entropy)
    }
}

#[expect(private_bounds, reason = "as above")]
impl<S: Said> Verified<FromServer<S>> {
    /// Opens it with the vendor's receiving keys: seal, type, registered key, signature, vendor, recipient, server, time. `lookup`
    /// finds, by its `kid`, the key of a registered server, and which server that is.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(
        text: &str,
        keys: &[&OpeningKey],
        expected: &OfflineExpectation,
        lookup: impl FnOnce(&str) -> Option<(LocalServerId, Jwk)>,
    ) -> Result<Self, TokenError> {
        let unsealed = Unsealed::open_within(text, keys, Recipient::Vendor, FromServer::<S>::MOST_BYTES)?;
        let token = unsealed.token()?;
        token.check_type::<FromServer<S>>()?;
        let (server, jwk) = lookup(token.kid()).ok_or(KeyFault::Unknown)?;
        let key = PublicKey::new(jwk).map_err(|_| Fault::Algorithm)?;
        let claims: FromServer<S> = token.claims(&key)?;
        claims.issued.check_vendor(expected.vendor, expected.sandbox)?;
        check_audience(&claims.audience, &unsealed, Recipient::Vendor)?;
        // Whose key it is, the vendor's record says: no server speaks for another.
        if claims.server != server {
            return Err(TokenError::WrongRecipient(Recipient::Server));
        }
        claims.issued.check_time(expected.now, Tolerance::CarriedFromDevice)?;
        Ok(Self::new(claims, key.kid()))
    }
}
