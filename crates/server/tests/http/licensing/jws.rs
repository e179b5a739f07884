//! Tokens as an outsider reads them: with trust bundle, JSON and Ed25519, and nothing of this project (KEY-3, KEY-4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls_pki_types::alg_id::ED25519;
use serde_json::Value;

use crate::common::TestApp;
use crate::management::shop::text;

fn part(token: &str, number: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(token.split('.').nth(number).unwrap()).unwrap()
}

/// The protected header.
pub(crate) fn header(token: &str) -> Value {
    serde_json::from_slice(&part(token, 0)).unwrap()
}

/// The claims, believed without a check.
pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_slice(&part(token, 1)).unwrap()
}

/// A token with other claims and the old signature.
pub(super) fn with_claims(token: &str, claims: &Value) -> String {
    replaced(token, 1, claims.to_string().as_bytes())
}

/// A token with another header and the old signature.
pub(super) fn with_header(token: &str, header: &Value) -> String {
    replaced(token, 0, header.to_string().as_bytes())
}

/// A token with another part.
pub(super) fn replaced(token: &str, number: usize, bytes: &[u8]) -> String {
    let encoded = URL_SAFE_NO_PAD.encode(bytes);
    let mut parts: Vec<&str> = token.split('.').collect();
    parts[number] = &encoded;
    parts.join(".")
}

/// Whether a key signed the token.
fn signed_by(token: &str, jwk: &Value) -> bool {
    let key = URL_SAFE_NO_PAD.decode(text(&jwk["x"])).unwrap();
    let (message, _) = token.rsplit_once('.').unwrap();
    let provider = default_provider();
    let ed25519 = provider.signature_verification_algorithms.all.iter().find(|one| one.public_key_alg_id() == ED25519);
    text(&header(token)["alg"]) == "Ed25519"
        && ed25519.unwrap().verify_signature(&key, message.as_bytes(), &part(token, 2)).is_ok()
}

/// A trust bundle that was published, its own root checked.
pub(super) struct Bundle {
    pub(super) claims: Value,
}

impl Bundle {
    /// Fetches one as anybody can.
    pub(super) async fn fetch(app: &TestApp, path: &str) -> Self {
        let token = app.get(path).anonymous().await.ok()["token"].clone();
        let token = text(&token);
        assert_eq!(header(token)["typ"], "chancery-trust+jwt");
        let claims = claims(token);
        assert!(signed_by(token, &claims["root"]), "the root signs its bundle");
        Self { claims }
    }

    /// Opens a lease: root, certificate in the lease's header, lease.
    pub(super) fn open(&self, lease: &str) -> Result<Value, &'static str> {
        let carried = header(lease);
        let certificate = text(&carried["chancery_cert"]);
        let key = claims(certificate);
        let lease_claims = claims(lease);
        let says = |claim: &str| lease_claims[claim].as_i64().unwrap();
        if carried["typ"] != "chancery-lease+jwt" || header(certificate)["typ"] != "chancery-key+jwt" {
            return Err("type");
        }
        if !signed_by(certificate, &self.claims["root"]) {
            return Err("another root");
        }
        if key["sub"] != carried["kid"] || !signed_by(lease, &key["jwk"]) {
            return Err("signature");
        }
        if says("iat") < key["nbf"].as_i64().unwrap() || says("iat") >= key["exp"].as_i64().unwrap() {
            return Err("not within the certificate");
        }
        if lease_claims["iss"] != self.claims["vendor"]["id"] || lease_claims["sandbox"] != self.claims["sandbox"] {
            return Err("another vendor or mode");
        }
        Ok(lease_claims)
    }
}
