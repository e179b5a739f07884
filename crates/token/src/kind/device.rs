//! The device proof: a device shows that it has the key that it brings (SEAT-12, TOK-10).

use chancery_domain::{ProductId, Timestamp, VendorId};
use serde::{Deserialize, Serialize};

use crate::claims::{Issued, Kind, Tolerance, Verified};
use crate::jws::{self, Unverified};
use crate::wire::{numeric_date, seconds, text};
use crate::{Fault, Jwk, PublicKey, Recipient, SignError, SigningKey, TokenError};

/// How many seconds a proof may live at most.
const MAX_LIFETIME: u64 = 600;

/// The claims of a device proof. The device's own key signs it, and stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceProofClaims {
    /// The vendor, instant, id.
    #[serde(flatten)]
    pub issued: Issued,
    /// The server that it is made for (`aud`): the vendor's id on an authority, `srv_…` on a local server.
    #[serde(rename = "aud")]
    pub server: String,
    /// The product.
    #[serde(rename = "productId", with = "text")]
    pub product: ProductId,
    /// The seat id.
    #[serde(rename = "seatId")]
    pub seat_id: String,
    jwk: Jwk,
    /// When it ends (`exp`): at most ten minutes after it was made; whole seconds.
    #[serde(rename = "exp", with = "seconds")]
    pub expiry: Timestamp,
}

impl Kind for DeviceProofClaims {
    const TYP: &'static str = "chancery-device+jwt";
}

impl DeviceProofClaims {
    /// The proof of a device's key for a seat of a product, good for ten minutes.
    #[must_use]
    pub fn new(issued: Issued, server: String, product: ProductId, seat_id: String, key: &dyn SigningKey) -> Self {
        let expiry = issued.at.shifted(MAX_LIFETIME as i64 * 1_000_000);
        Self { issued, server, product, seat_id, jwk: key.public().clone(), expiry }
    }

    /// Signs the proof with the device's key.
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey) -> Result<String, SignError> {
        jws::sign(key, None, self)
    }
}

/// For what a device proof must be made.
#[derive(Clone, Copy, Debug)]
pub struct DeviceProofExpectation<'a> {
    /// The vendor.
    pub vendor: VendorId,
    /// Whether it is a sandbox (CLK-1).
    pub sandbox: bool,
    /// This server's name: the `aud`.
    pub server: &'a str,
    /// The product that the request names.
    pub product: ProductId,
    /// The seat id that the request names.
    pub seat_id: &'a str,
    /// The instant.
    pub now: Timestamp,
}

/// A proof that whoever made it has the private half of [`kid`](Verified::kid), and of nothing else: nobody vouches for the
/// key. That it is good for one use, its recipient sees to.
pub type DeviceProof = Verified<DeviceProofClaims>;

impl DeviceProof {
    /// Opens a proof by the key in its claims.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(text: &str, expected: &DeviceProofExpectation<'_>) -> Result<Self, TokenError> {
        let token = Unverified::parse(text)?;
        token.check_type::<DeviceProofClaims>()?;
        let jwk: Jwk = serde_json::from_value(token.unchecked_claim("jwk")?).map_err(|_| Fault::Claims)?;
        if !matches!(jwk, Jwk::Ed25519 { .. }) {
            return Err(Fault::Algorithm.into());
        }
        let key = PublicKey::new(jwk).map_err(|_| Fault::Claims)?;
        let claims: DeviceProofClaims = token.claims(&key)?;
        expected.check(&claims)?;
        Ok(Self::new(claims, key.kid()))
    }
}

impl DeviceProofExpectation<'_> {
    fn check(&self, claims: &DeviceProofClaims) -> Result<(), TokenError> {
        claims.issued.check_vendor(self.vendor, self.sandbox)?;
        if claims.server != self.server {
            return Err(TokenError::WrongRecipient(Recipient::Server));
        }
        if claims.product != self.product {
            return Err(TokenError::WrongProduct);
        }
        if claims.seat_id != self.seat_id {
            return Err(TokenError::WrongRecipient(Recipient::Seat));
        }
        claims.issued.check_time(self.now, Tolerance::Online)?;
        let (issued, end) = (numeric_date(claims.issued.at), numeric_date(claims.expiry));
        match end.checked_sub(issued) {
            None | Some(0) => return Err(Fault::Contradiction.into()),
            Some(life) if life > MAX_LIFETIME => return Err(Fault::Lifetime.into()),
            Some(_) => {}
        }
        if claims.expiry <= self.now { Err(TokenError::Expired { at: claims.expiry }) } else { Ok(()) }
    }
}
