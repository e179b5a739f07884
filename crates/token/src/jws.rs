//! JWS in the compact form (RFC 7515) by the profile of TOK-1 and TOK-3.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::claims::Kind;
use crate::hash::{base64url, from_base64url};
use crate::{Algorithm, Fault, PublicKey, SignError, SigningKey, TokenError, json};

/// The longest token that is looked at (TOK-3).
const MAX_BYTES: usize = 64 * 1024;

/// A token of which only the form was checked. It tells which key it names, and nothing else (TOK-4).
pub struct Unverified<'a> {
    signed: &'a str,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

struct Header {
    algorithm: Algorithm,
    kid: String,
    typ: String,
    certificate: Option<String>,
}

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`TokenError::Malformed`], with the row of TOK-3 that it breaks.
    pub fn parse(text: &'a str) -> Result<Self, TokenError> {
        if text.len() > MAX_BYTES {
            return Err(Fault::TooLong.into());
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Fault::Parts)?;
        let (header, payload) = signed.split_once('.').ok_or(Fault::Parts)?;
        if payload.contains('.') || header.is_empty() || payload.is_empty() {
            return Err(Fault::Parts.into());
        }
        let bytes = |part| from_base64url(part).ok_or(Fault::Base64);
        let (header, payload, signature) = (bytes(header)?, bytes(payload)?, bytes(signature)?);
        let header = Header::read(&json::object(&header)?)?;
        Ok(Self { signed, header, payload, signature })
    }

    /// The key that the token names; nothing says yet that it is true.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.header.kid
    }

    /// The certificate that the token brings for its key: itself a token to be checked.
    pub(crate) fn certificate(&self) -> Option<&str> {
        self.header.certificate.as_deref()
    }

    /// Checks that it is a token of this kind, before any key is looked for.
    pub(crate) fn check_type<C: Kind>(&self) -> Result<(), TokenError> {
        if self.header.typ == C::TYP { Ok(()) } else { Err(TokenError::WrongType { expected: C::TYP }) }
    }

    /// The claims, if type, algorithm, signature, version and form are right. Recipient and time remain for the caller.
    pub(crate) fn claims<C: Kind>(&self, key: &PublicKey) -> Result<C, TokenError> {
        self.check_type::<C>()?;
        if self.header.algorithm != key.algorithm() {
            return Err(Fault::AlgorithmOfAnotherKey.into());
        }
        if self.header.kid != key.kid() || !key.verifies(self.signed.as_bytes(), &self.signature) {
            return Err(TokenError::SignatureInvalid);
        }
        let claims = json::object(&self.payload)?;
        // Before the form, which a newer version may have changed.
        match claims.get("ver").and_then(Value::as_u64) {
            Some(1) => {}
            Some(version) => return Err(TokenError::VersionUnsupported { version }),
            None => return Err(Fault::Claims.into()),
        }
        serde_json::from_value(Value::Object(claims)).map_err(|_| Fault::Claims.into())
    }

    /// A claim of a token that signs itself, before its signature is checked: only for a bundle's `root`, which is either
    /// compared with a pinned key or trusted because somebody installs it.
    pub(crate) fn unchecked_claim(&self, name: &str) -> Result<Value, TokenError> {
        Ok(json::object(&self.payload)?.remove(name).ok_or(Fault::Claims)?)
    }
}

impl Header {
    fn read(members: &Map<String, Value>) -> Result<Self, Fault> {
        let text = |name: &'static str| match members.get(name) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(Fault::HeaderMember(name)),
        };
        let algorithm = members.get("alg").and_then(Value::as_str).and_then(Algorithm::from_name);
        let algorithm = algorithm.ok_or(Fault::Algorithm)?;
        if members.contains_key("zip") {
            return Err(Fault::Compressed);
        }
        // No critical extension is known: RFC 7515 demands that each one is refused, and an empty list is not allowed.
        if members.contains_key("crit") {
            return Err(Fault::Critical);
        }
        if ["jwk", "jku", "x5u", "x5c"].iter().any(|name| members.contains_key(*name)) {
            return Err(Fault::KeyInHeader);
        }
        let certificate = members.contains_key("chancery_cert").then(|| text("chancery_cert")).transpose()?;
        Ok(Self { algorithm, kid: text("kid")?, typ: text("typ")?, certificate })
    }
}

impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unverified")
    }
}

#[derive(Serialize)]
struct HeaderOut<'a> {
    alg: Algorithm,
    kid: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chancery_cert: Option<&'a str>,
}

/// Signs claims: one serialisation, one signature.
pub(crate) fn sign<C: Kind>(key: &dyn SigningKey, certificate: Option<&str>, claims: &C) -> Result<String, SignError> {
    let header = HeaderOut { alg: key.algorithm(), kid: key.kid(), typ: C::TYP, chancery_cert: certificate };
    let failed = |_| SignError { kid: key.kid().to_owned(), reason: "the claims cannot be written as JSON".to_owned() };
    let header = serde_json::to_vec(&header).map_err(failed)?;
    let payload = serde_json::to_vec(claims).map_err(failed)?;
    let mut token = format!("{}.{}", base64url(&header), base64url(&payload));
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&base64url(&signature));
    Ok(token)
}
