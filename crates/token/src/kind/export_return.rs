//! The entitlement return: a local server gives a share back, and says what was used of it (EXP-7).

use chancery_domain::{EntitlementId, ExportSessionId, LocalServerId};
use serde::{Deserialize, Serialize};

use super::from_server::{self, FromServer};
use super::offline::{self, OfflineExpectation};
use super::usage::Usage;
use crate::claims::{Issued, Kind, MOST_BYTES_LARGE, Verified};
use crate::wire::text;
use crate::{Entropy, Jwk, OpeningKey, SealingKey, SignError, SigningKey, TokenError};

/// The claims of a return, the *deactivation confirmation token*. The server's registered key signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportReturnClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the vendor's receiving key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The local server.
    #[serde(rename = "serverId", with = "text")]
    pub server: LocalServerId,
    /// The entitlement.
    #[serde(rename = "entitlementId", with = "text")]
    pub entitlement: EntitlementId,
    /// The export session that ends.
    #[serde(rename = "sessionId", with = "text")]
    pub session: ExportSessionId,
    /// The number of the last token of the session that was applied.
    pub seq: u64,
    /// What was used.
    pub usage: Usage,
}

impl Kind for ExportReturnClaims {
    const TYP: &'static str = "chancery-export-return+jwt";
    const MOST_BYTES: usize = MOST_BYTES_LARGE;
}

impl FromServer for ExportReturnClaims {
    fn issued(&self) -> &Issued {
        &self.issued
    }

    fn audience(&self) -> &str {
        &self.audience
    }

    fn server(&self) -> LocalServerId {
        self.server
    }
}

impl ExportReturnClaims {
    /// Signs the return with the server's key, and seals it to the vendor's, whose `kid` is its `audience`.
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

/// A return by the server that it names.
pub type ExportReturn = Verified<ExportReturnClaims>;

impl ExportReturn {
    /// Opens a return with the vendor's receiving keys. `lookup` finds, by its `kid`, the key of a registered server, and which
    /// server that is.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(
        text: &str,
        keys: &[&OpeningKey],
        expected: &OfflineExpectation,
        lookup: impl FnOnce(&str) -> Option<(LocalServerId, Jwk)>,
    ) -> Result<Self, TokenError> {
        from_server::open(text, keys, expected, lookup)
    }
}
