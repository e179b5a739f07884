//! The proof that comes with a call: whoever makes the call has the device's key (RFC 9449, SEC-5).
//!
//! It is RFC 9449 to the letter, so that any DPoP library makes one: `typ` is `dpop+jwt`, the key stands in the header, and
//! there are neither `kid` nor `ver`. Only here is a key in a header looked at, and only for possession.

use chancery_domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::target::same_address;
use crate::claims::Verified;
use crate::hash::{base64url, equal, sha256};
use crate::jws::{Compact, sign_with};
use crate::wire::seconds;
use crate::{Algorithm, Fault, Jwk, PublicKey, Recipient, SignError, SigningKey, TokenError, json};

const TYP: &str = "dpop+jwt";
/// How far ahead of this clock it may have been made, in microseconds: 5 minutes, as for all that comes over a connection.
const AHEAD: i64 = 5 * 60_000_000;
/// How old it may be: ten minutes, as a device proof.
const BEHIND: i64 = 10 * 60_000_000;

/// The claims of a DPoP proof for a call that shows an access token and a nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DpopClaims {
    /// Its own id (`jti`).
    #[serde(rename = "jti")]
    pub id: String,
    /// The HTTP method (`htm`).
    #[serde(rename = "htm")]
    pub method: String,
    /// The address, without query and fragment (`htu`).
    #[serde(rename = "htu")]
    pub address: String,
    /// When it was made (`iat`).
    #[serde(rename = "iat", with = "seconds")]
    pub at: Timestamp,
    /// The nonce that the call shows.
    pub nonce: String,
    #[serde(rename = "ath")]
    access_token_hash: String,
}

impl DpopClaims {
    /// The proof for one call.
    #[must_use]
    pub fn new(id: String, method: &str, address: &str, at: Timestamp, nonce: String, access_token: &str) -> Self {
        let (method, address) = (method.to_owned(), address.to_owned());
        Self { id, method, address, at, nonce, access_token_hash: hash(access_token) }
    }

    /// Signs the proof with the device's key, which it carries.
    ///
    /// # Errors
    /// [`SignError`] if the key cannot sign.
    pub fn sign(&self, key: &dyn SigningKey) -> Result<String, SignError> {
        #[derive(Serialize)]
        struct Header<'a> {
            typ: &'a str,
            alg: Algorithm,
            jwk: &'a Jwk,
        }
        sign_with(key, &Header { typ: TYP, alg: key.algorithm(), jwk: key.public() }, self)
    }
}

/// The call with which a proof must come.
#[derive(Clone, Copy, Debug)]
pub struct DpopExpectation<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path that was asked for.
    pub path: &'a str,
    /// Where the world finds this server, if that is known: then the address must be there.
    pub public_url: Option<&'a str>,
    /// The nonce that the call shows.
    pub nonce: &'a str,
    /// The access token that the call shows.
    pub access_token: &'a str,
    /// The instant.
    pub now: Timestamp,
}

/// A proof that whoever made the call has the private half of [`kid`](Verified::kid).
pub type DpopProof = Verified<DpopClaims>;

impl DpopProof {
    /// Opens a proof by the key in its header.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(text: &str, expected: &DpopExpectation<'_>) -> Result<Self, TokenError> {
        let token = Compact::parse(text)?;
        let algorithm = token.algorithm()?;
        token.header.refuse_keys(&["jku", "x5u", "x5c"])?;
        if token.header.text("typ")? != TYP {
            return Err(TokenError::WrongType { expected: TYP });
        }
        let jwk = token.header.get("jwk").cloned().ok_or(Fault::HeaderMember("jwk"))?;
        let jwk: Jwk = serde_json::from_value(jwk).map_err(|_| Fault::HeaderMember("jwk"))?;
        if !matches!(jwk, Jwk::Ed25519 { .. }) || algorithm != jwk.algorithm() {
            return Err(Fault::AlgorithmOfAnotherKey.into());
        }
        let key = PublicKey::new(jwk).map_err(|_| Fault::HeaderMember("jwk"))?;
        if !key.verifies(token.signed.as_bytes(), &token.signature) {
            return Err(TokenError::SignatureInvalid);
        }
        let claims = Value::Object(json::object(&token.payload)?);
        let claims: DpopClaims = serde_json::from_value(claims).map_err(|_| Fault::Claims)?;
        expected.check(&claims)?;
        Ok(Self::new(claims, key.kid()))
    }
}

impl DpopExpectation<'_> {
    fn check(&self, claims: &DpopClaims) -> Result<(), TokenError> {
        let wrong = |what| Err(TokenError::WrongRecipient(what));
        // Methods are case-sensitive (RFC 9110).
        if claims.method != self.method {
            return wrong(Recipient::Method);
        }
        if !same_address(&claims.address, self.path, self.public_url) {
            return wrong(Recipient::Address);
        }
        if !equal(claims.nonce.as_bytes(), self.nonce.as_bytes()) {
            return wrong(Recipient::Nonce);
        }
        if !equal(claims.access_token_hash.as_bytes(), hash(self.access_token).as_bytes()) {
            return wrong(Recipient::AccessToken);
        }
        if claims.at > self.now.shifted(AHEAD) {
            return Err(TokenError::NotYetValid { issued: claims.at });
        }
        let end = claims.at.shifted(BEHIND);
        if end <= self.now { Err(TokenError::Expired { at: end }) } else { Ok(()) }
    }
}

/// The `ath` of an access token.
fn hash(access_token: &str) -> String {
    base64url(&sha256(&[access_token.as_bytes()]))
}
