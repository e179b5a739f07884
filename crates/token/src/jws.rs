//! JWS in the compact form (RFC 7515) by the profile of TOK-1 and TOK-3.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::claims::{Kind, MOST_BYTES};
use crate::hash::{append_base64url, from_base64url};
use crate::header::Members;
use crate::{Algorithm, Fault, PublicKey, SignError, SigningKey, TokenError, json};

/// A token's three parts, with the header as JSON: the form that all of them have.
pub(crate) struct Compact<'a> {
    pub(crate) signed: &'a str,
    pub(crate) header: Members,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, Fault> {
        Self::parse_within(text, MOST_BYTES)
    }

    fn parse_within(text: &'a str, most_bytes: usize) -> Result<Self, Fault> {
        if text.len() > most_bytes {
            return Err(Fault::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Fault::Parts)?;
        let (header, payload) = signed.split_once('.').ok_or(Fault::Parts)?;
        if payload.contains('.') || header.is_empty() || payload.is_empty() {
            return Err(Fault::Parts);
        }
        let bytes = |part| from_base64url(part).ok_or(Fault::Base64);
        let (header, payload, signature) = (bytes(header)?, bytes(payload)?, bytes(signature)?);
        Ok(Self { signed, header: Members::read(&header)?, payload, signature })
    }

    /// The algorithm that the header names, if it is one of ours, and nothing in the header changes how the token is read.
    pub(crate) fn algorithm(&self) -> Result<Algorithm, Fault> {
        let algorithm = self.header.text("alg").ok().and_then(Algorithm::of_signatures).ok_or(Fault::Algorithm)?;
        self.header.refuse_extensions()?;
        Ok(algorithm)
    }
}

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
        Self::parse_within(text, MOST_BYTES)
    }

    /// The same for a kind that may be longer.
    pub(crate) fn parse_within(text: &'a str, most_bytes: usize) -> Result<Self, TokenError> {
        let token = Compact::parse_within(text, most_bytes)?;
        let header = Header::read(&token)?;
        let Compact { signed, payload, signature, .. } = token;
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
    /// compared with a pinned key or trusted because somebody installs it, and for the key in a device's tokens, of which
    /// nothing but possession is believed.
    pub(crate) fn unchecked_claim(&self, name: &str) -> Result<Value, TokenError> {
        self.unchecked_claim_if_any(name)?.ok_or_else(|| Fault::Claims.into())
    }

    /// The same for a claim that may be missing: only for a lease's `delegation`, itself a token to be checked.
    pub(crate) fn unchecked_claim_if_any(&self, name: &str) -> Result<Option<Value>, TokenError> {
        Ok(json::object(&self.payload)?.remove(name))
    }
}

impl Header {
    fn read(token: &Compact<'_>) -> Result<Self, Fault> {
        let algorithm = token.algorithm()?;
        let header = &token.header;
        header.refuse_keys(&["jwk", "jku", "x5u", "x5c"])?;
        let carries = header.get("chancery_cert").is_some();
        let certificate = if carries { Some(header.text("chancery_cert")?.to_owned()) } else { None };
        Ok(Self { algorithm, kid: header.text("kid")?.to_owned(), typ: header.text("typ")?.to_owned(), certificate })
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
    sign_with(key, &header, claims)
}

/// Signs claims under a header of another form.
pub(crate) fn sign_with(
    key: &dyn SigningKey,
    header: &impl Serialize,
    claims: &impl Serialize,
) -> Result<String, SignError> {
    let failed = |_| SignError { kid: key.kid().to_owned(), reason: "the claims cannot be written as JSON".to_owned() };
    let header = serde_json::to_vec(header).map_err(failed)?;
    let payload = serde_json::to_vec(claims).map_err(failed)?;
    // One text from the beginning: some kilobytes are not copied again for each part.
    let mut token = String::with_capacity((header.len() + payload.len()) * 4 / 3 + 128);
    append_base64url(&mut token, &header);
    token.push('.');
    append_base64url(&mut token, &payload);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    append_base64url(&mut token, &signature);
    Ok(token)
}
