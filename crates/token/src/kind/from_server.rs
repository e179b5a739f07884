//! What a local server makes for its vendor has in common: signed by a key that is registered, then sealed (EXP-7, TOK-2).

use chancery_domain::LocalServerId;

use super::offline::{OfflineExpectation, check_audience};
use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jwe::Unsealed;
use crate::{Fault, Jwk, KeyFault, OpeningKey, PublicKey, Recipient, TokenError};

/// A kind of token that a local server makes for its vendor.
pub(super) trait FromServer: Kind {
    fn issued(&self) -> &Issued;

    /// The key that it was sealed to, by the word of whoever signed it.
    fn audience(&self) -> &str;

    /// The local server, by its own word.
    fn server(&self) -> LocalServerId;
}

/// Opens a token of a local server with the vendor's keys: seal, type, registered key, signature, vendor, recipient, server, time.
pub(super) fn open<C: FromServer>(
    text: &str,
    keys: &[&OpeningKey],
    expected: &OfflineExpectation,
    lookup: impl FnOnce(&str) -> Option<(LocalServerId, Jwk)>,
) -> Result<Verified<C>, TokenError> {
    let unsealed = Unsealed::open_within(text, keys, Recipient::Vendor, C::MOST_BYTES)?;
    let token = unsealed.token()?;
    token.check_type::<C>()?;
    let (server, jwk) = lookup(token.kid()).ok_or(KeyFault::Unknown)?;
    let key = PublicKey::new(jwk).map_err(|_| Fault::Algorithm)?;
    let claims: C = token.claims(&key)?;
    claims.issued().check_vendor(expected.vendor, expected.sandbox)?;
    check_audience(claims.audience(), &unsealed, Recipient::Vendor)?;
    // Whose key it is, the vendor's record says: no server speaks for another.
    if claims.server() != server {
        return Err(TokenError::WrongRecipient(Recipient::Server));
    }
    claims.issued().check_time(expected.now, Tolerance::CarriedFromDevice)?;
    Ok(Verified::new(claims, key.kid()))
}
