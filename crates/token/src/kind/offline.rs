//! What the tokens of offline activation have in common: signed, then sealed to their one recipient (TOK-2).

use chancery_domain::{Timestamp, VendorId};
use zeroize::Zeroizing;

use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jwe::{self, Unsealed};
use crate::jws::{self, Unverified};
use crate::{Entropy, Fault, Jwk, OpeningKey, PublicKey, Recipient, SealingKey, SignError, SigningKey, TokenError};

/// To which vendor a token must be that a device made, and when it is opened.
#[derive(Clone, Copy, Debug)]
pub struct OfflineExpectation {
    /// The vendor.
    pub vendor: VendorId,
    /// Whether it is a sandbox (CLK-1).
    pub sandbox: bool,
    /// The instant.
    pub now: Timestamp,
}

/// A kind of token that a device makes for its vendor, signed by a key that stands in it.
pub(super) trait FromDevice: Kind {
    fn issued(&self) -> &Issued;

    /// The key that it was sealed to, by the word of whoever signed it.
    fn audience(&self) -> &str;

    /// The device's key, of which nothing but possession is believed.
    fn key(token: &Unverified<'_>) -> Result<Jwk, TokenError>;
}

/// Signs claims, then encrypts them.
pub(super) fn seal<C: Kind>(
    claims: &C,
    key: &dyn SigningKey,
    certificate: Option<&str>,
    to: &SealingKey,
    entropy: &mut Entropy,
) -> Result<String, SignError> {
    let signed = Zeroizing::new(jws::sign(key, certificate, claims)?);
    jwe::seal(&signed, to, entropy)
}

/// Opens a token of a device with the vendor's keys: seal, type, signature, vendor, recipient, time.
pub(super) fn open<C: FromDevice>(
    text: &str,
    keys: &[&OpeningKey],
    expected: &OfflineExpectation,
) -> Result<Verified<C>, TokenError> {
    let unsealed = Unsealed::open(text, keys, Recipient::Vendor)?;
    let token = unsealed.token()?;
    token.check_type::<C>()?;
    let jwk = C::key(&token)?;
    if !matches!(jwk, Jwk::Ed25519 { .. }) {
        return Err(Fault::Algorithm.into());
    }
    let key = PublicKey::new(jwk).map_err(|_| Fault::Claims)?;
    let claims: C = token.claims(&key)?;
    claims.issued().check_vendor(expected.vendor, expected.sandbox)?;
    check_audience(claims.audience(), &unsealed, Recipient::Vendor)?;
    claims.issued().check_time(expected.now, Tolerance::CarriedFromDevice)?;
    Ok(Verified::new(claims, key.kid()))
}

/// Whoever gets a token can open it and seal it anew to somebody else: the signed claims say for whom it was.
pub(super) fn check_audience(audience: &str, unsealed: &Unsealed<'_>, whose: Recipient) -> Result<(), TokenError> {
    if audience == unsealed.kid() { Ok(()) } else { Err(TokenError::WrongRecipient(whose)) }
}
