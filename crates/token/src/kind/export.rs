//! The entitlement export: a share of an entitlement, carried from the authority to one local server (EXP-3).

use chancery_domain::{ExportSessionId, Timestamp};
use serde::{Deserialize, Serialize};

use super::certificate::KeyUse;
use super::delegation::Delegation;
use super::export_payload::ExportPayload;
use super::offline::check_audience;
use super::revocations::RevocationList;
use crate::claims::{Issued, Kind, MOST_BYTES_LARGE, Tolerance, Verified};
use crate::hash::sha256;
use crate::jwe::{self, Unsealed};
use crate::wire::text;
use crate::{Entropy, Fault, OpeningKey, Recipient, SealingKey, SignError, SigningKey, TokenError, Trust, jws};

/// The claims of an export. [`Trust::open_export`] opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportClaims {
    /// The vendor; when the authority made it; the token's id, by which it is applied once (EXP-4).
    #[serde(flatten)]
    pub issued: Issued,
    /// The `kid` of the local server's key that it is sealed to (`aud`).
    #[serde(rename = "aud")]
    pub audience: String,
    /// The export session.
    #[serde(rename = "sessionId", with = "text")]
    pub session: ExportSessionId,
    /// The session's number: each session of an entitlement has a higher one.
    #[serde(rename = "sessionNumber")]
    pub number: u64,
    /// The token's number within the session: the first has 1.
    pub seq: u64,
    /// [`Export::hash`] of the token before it in the session, in base64url; none in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
    /// The share, whole: it needs no token before it.
    pub payload: ExportPayload,
    /// What the server signs leases by, itself a signed token.
    pub delegation: String,
    /// The latest revocation list, once there is one that takes something back (KEY-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocations: Option<String>,
}

impl Kind for ExportClaims {
    const TYP: &'static str = "chancery-export+jwt";
    const MOST_BYTES: usize = MOST_BYTES_LARGE;
}

impl ExportClaims {
    /// Signs the export with an issuing key, whose certificate it carries. [`ExportClaims::seal_signed`] makes the token of it.
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey, certificate: &str) -> Result<String, SignError> {
        jws::sign(key, Some(certificate), self)
    }

    /// What the next token of the session names as `prev`, of a signed export.
    #[must_use]
    pub fn hash(signed: &str) -> [u8; 32] {
        sha256(&[signed.as_bytes()])
    }

    /// The longest sealed export that a local server opens (TOK-3).
    pub const MOST_SEALED: usize = MOST_BYTES_LARGE;

    /// How long a signed export is when it is sealed to a local server; nothing if nothing can be sealed to it.
    #[must_use]
    pub fn sealed_len(signed: &str, server: &SealingKey) -> Option<usize> {
        jwe::sealed_len(signed, server)
    }

    /// Seals a signed export to the local server whose `kid` is its `audience`.
    ///
    /// # Errors
    /// [`SignError`] if nothing can be sealed to the key.
    pub fn seal_signed(signed: &str, server: &SealingKey, entropy: &mut Entropy) -> Result<String, SignError> {
        jwe::seal(signed, server, entropy)
    }
}

/// An export that the vendor's word stands behind, with the delegation in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its claims.
    pub claims: Verified<ExportClaims>,
    /// The delegation in it: for the entitlement, the product and the seats of the payload. Whether it is for this server and
    /// its key, the server knows.
    pub delegation: Delegation,
    /// The SHA-256 of the signed token: the next one of the session names it as `prev` (EXP-3).
    pub hash: [u8; 32],
}

impl Trust {
    /// Opens an export with the local server's keys: seal, root, key certificate, export, delegation, with all of KEY-3 and TOK-3.
    /// A revocation list in it counts before the export does (KEY-5). Whether it was applied before, and what came before it, the
    /// server knows (EXP-4).
    ///
    /// # Errors
    /// [`TokenError`] of the export, or of the delegation or the list in it. What carries an older list than the one known is
    /// opened all the same; [`Trust::update_revocations`] refuses such a list.
    pub fn open_export(&self, text: &str, keys: &[&OpeningKey], now: Timestamp) -> Result<Export, TokenError> {
        let unsealed = Unsealed::open_within(text, keys, Recipient::Server, ExportClaims::MOST_BYTES)?;
        let token = unsealed.token()?;
        token.check_type::<ExportClaims>()?;
        // It has no end of its own; how long the server may lease by it, the delegation says.
        let facts = |claims: &ExportClaims| (claims.issued.clone(), Some(claims.issued.at));
        let claims = self.open_issued(&token, KeyUse::Export, now, facts)?;
        check_audience(&claims.audience, &unsealed, Recipient::Server)?;
        claims.issued.check_time(now, Tolerance::CarriedFromVendor)?;
        let list =
            claims.revocations.as_deref().map(|list| RevocationList::open(list, self.anchor(), now)).transpose()?;
        let revoked = |kid: &str| list.as_ref().is_some_and(|list| list.revokes(kid));
        if revoked(token.kid()) {
            return Err(TokenError::KeyRevoked);
        }
        let delegation = self.open_delegation(&claims.delegation, now)?;
        if revoked(Verified::kid(&delegation)) || revoked(&delegation.kid) {
            return Err(TokenError::KeyRevoked);
        }
        if !claims.agrees(&delegation) {
            return Err(Fault::Contradiction.into());
        }
        let hash = ExportClaims::hash(unsealed.text()?);
        Ok(Export { claims: Verified::new(claims, token.kid()), delegation, hash })
    }
}

impl ExportClaims {
    /// Whether its claims go together, with one another and with the delegation in it.
    fn agrees(&self, delegation: &Delegation) -> bool {
        let entitlement = &self.payload.entitlement;
        let delegated = delegation.entitlement == entitlement.id
            && delegation.product == self.payload.product.id
            && delegation.seats == entitlement.seats;
        // Only the first of a session follows none.
        delegated && self.number > 0 && self.seq > 0 && (self.seq == 1) == self.prev.is_none()
    }
}
