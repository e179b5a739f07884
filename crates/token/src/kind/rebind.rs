//! The rebind token: the vendor's word that a local server may go on at another machine (EXP-10).

use chancery_domain::{LocalServerId, Timestamp};
use serde::{Deserialize, Serialize};

use super::certificate::KeyUse;
use super::offline::{self, check_audience};
use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jwe::Unsealed;
use crate::wire::{seconds, text};
use crate::{Entropy, OpeningKey, Recipient, SealingKey, SignError, SigningKey, TokenError, Trust};

/// The claims of a rebind token. [`Trust::open_rebind`] opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebindClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the local server's key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The local server.
    #[serde(rename = "serverId", with = "text")]
    pub server: LocalServerId,
    /// The new machine's identity, as that machine writes it.
    pub machine: String,
    /// Until when it can be applied (`exp`); whole seconds.
    #[serde(rename = "exp", with = "seconds")]
    pub expiry: Timestamp,
}

impl Kind for RebindClaims {
    const TYP: &'static str = "chancery-rebind+jwt";
}

impl RebindClaims {
    /// Signs the token with an issuing key, whose certificate it carries, and seals it to the server's key, whose `kid` is its
    /// `audience`.
    ///
    /// # Errors
    /// [`SignError`] if one of the keys fails.
    pub fn seal(
        &self,
        key: &dyn SigningKey,
        certificate: &str,
        server: &SealingKey,
        entropy: &mut Entropy,
    ) -> Result<String, SignError> {
        offline::seal(self, key, Some(certificate), server, entropy)
    }
}

/// A rebind token that the vendor's word stands behind. Whether it is for this machine, whoever opens it knows.
pub type Rebind = Verified<RebindClaims>;

impl Trust {
    /// Opens a rebind token with the local server's keys: seal, root, key certificate, token, with all of KEY-3 and TOK-3.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open_rebind(&self, text: &str, keys: &[&OpeningKey], now: Timestamp) -> Result<Rebind, TokenError> {
        let unsealed = Unsealed::open(text, keys, Recipient::Server)?;
        let token = unsealed.token()?;
        token.check_type::<RebindClaims>()?;
        let facts = |claims: &RebindClaims| (claims.issued.clone(), Some(claims.expiry));
        let claims = self.open_issued(&token, KeyUse::Export, now, facts)?;
        check_audience(&claims.audience, &unsealed, Recipient::Server)?;
        claims.issued.check_time(now, Tolerance::CarriedFromVendor)?;
        if claims.expiry <= now {
            return Err(TokenError::Expired { at: claims.expiry });
        }
        Ok(Verified::new(claims, token.kid()))
    }
}
