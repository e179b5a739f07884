//! The document that publishes a vendor's public keys (KEY-4, RFC 7517).

use serde::Serialize;

use crate::{Algorithm, Jwk};

/// A JWK set: the reply of `/.well-known/jwks.json`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Jwks {
    /// The keys, in the order in which they were added.
    pub keys: Vec<JwksKey>,
}

/// A key in a JWK set.
#[derive(Clone, Debug, Serialize)]
pub struct JwksKey {
    /// The key itself.
    #[serde(flatten)]
    pub jwk: Jwk,
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// Its algorithm.
    pub alg: Algorithm,
    /// What it is for: `sig` or `enc`.
    #[serde(rename = "use")]
    pub purpose: &'static str,
    /// The root's certificate for it; the root itself has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chancery_cert: Option<String>,
}

impl Jwks {
    /// Adds a key with its certificate.
    #[must_use]
    pub fn with(mut self, jwk: Jwk, certificate: Option<String>) -> Self {
        let (kid, alg) = (jwk.thumbprint(), jwk.algorithm());
        self.keys.push(JwksKey { jwk, kid, alg, purpose: alg.purpose(), chancery_cert: certificate });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_4_the_document_has_each_key_with_its_certificate() {
        let jwks = Jwks::default().with(Jwk::Ed25519 { x: [1; 32] }, Some("a.b.c".to_owned()));
        let json = serde_json::to_value(&jwks).unwrap();
        let key = &json["keys"][0];
        assert_eq!(key["kty"], "OKP");
        assert_eq!(key["crv"], "Ed25519");
        assert_eq!(key["alg"], "Ed25519");
        assert_eq!(key["use"], "sig");
        assert_eq!(key["chancery_cert"], "a.b.c");
        assert_eq!(key["kid"], Jwk::Ed25519 { x: [1; 32] }.thumbprint());
    }

    #[test]
    fn key_4_the_receiving_key_is_for_encryption() {
        let jwks = Jwks::default().with(Jwk::X25519 { x: [1; 32] }, None);
        let key = &serde_json::to_value(&jwks).unwrap()["keys"][0];
        assert_eq!((&key["crv"], &key["alg"], &key["use"]), (&"X25519".into(), &"ECDH-ES".into(), &"enc".into()));
    }
}
