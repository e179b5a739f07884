//! What must be true of an ID token (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725).

use chancery_domain::{OpenIdProvider, Timestamp};
use chancery_operations::credential::Identity;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous, decode, decode_header};
use serde_json::{Map, Value};

use super::Fault;

/// The longest token that is looked at.
const LONGEST: usize = 16 * 1024;
/// How far clocks may differ: 60 seconds.
const LEEWAY: i64 = 60;

/// What a token says of how it was signed.
pub(super) struct Hint {
    algorithm: Algorithm,
    pub(super) kid: Option<String>,
}

/// The issuer that a token names, and how it says that it was signed. Nothing of it is believed yet.
pub(super) fn unverified(token: &str) -> Option<(String, Hint)> {
    if token.len() > LONGEST {
        return None;
    }
    let header = decode_header(token).ok()?;
    if !ALGORITHMS.contains(&header.alg) {
        return None;
    }
    let claims: Map<String, Value> = dangerous::insecure_decode_claims(token).ok()?;
    let issuer = claims.get("iss")?.as_str()?.to_owned();
    Some((issuer, Hint { algorithm: header.alg, kid: header.kid }))
}

/// Signatures by a key pair. An HMAC under a public key, or none at all, proves nothing.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// Whom a token names: by one of the issuer's keys, for one of these registrations, at this instant.
pub(super) fn verify(
    token: &str,
    hint: &Hint,
    keys: &JwkSet,
    providers: Vec<OpenIdProvider>,
    now: Timestamp,
) -> Result<Identity, Fault> {
    let named = |jwk: &&Jwk| hint.kid.is_none() || jwk.common.key_id == hint.kid;
    let claims = keys.keys.iter().filter(named).find_map(|jwk| genuine(token, hint.algorithm, jwk));
    let claims = claims.ok_or(Fault::Invalid)?;
    check_time(&claims, now)?;
    let issuer = claims.get("iss").and_then(Value::as_str).ok_or(Fault::Invalid)?;
    let is_meant = |provider: &OpenIdProvider| provider.issuer.as_str() == issuer && is_for(&claims, provider);
    let provider = providers.into_iter().find(is_meant).ok_or(Fault::Invalid)?;
    let claim = provider.subject_claim.as_str();
    // An address that nobody checked is anybody's, and what a token does not say is not so (OpenID Connect Core 1.0, section 5.7).
    if claim == "email" && claims.get("email_verified") != Some(&Value::Bool(true)) {
        return Err(Fault::Invalid);
    }
    let subject = claims.get(claim).and_then(Value::as_str).filter(|subject| !subject.trim().is_empty());
    let subject = subject.ok_or(Fault::Invalid)?.to_owned();
    Ok(Identity { provider, subject })
}

/// The claims, if this key signed them. The algorithm must be one of the key's; the time is checked by the server's own clock.
fn genuine(token: &str, algorithm: Algorithm, jwk: &Jwk) -> Option<Map<String, Value>> {
    let declared = jwk.common.key_algorithm.map(|declared| declared.to_string());
    if declared.is_some_and(|declared| declared != format!("{algorithm:?}")) {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    Some(decode::<Map<String, Value>>(token, &key, &validation).ok()?.claims)
}

fn check_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Fault> {
    let now = now.as_seconds();
    let instant = |name: &str| claims.get(name).and_then(Value::as_f64).map(|seconds| seconds as i64);
    let end = instant("exp").ok_or(Fault::Invalid)?;
    if end.saturating_add(LEEWAY) <= now {
        return Err(Timestamp::from_seconds(end).map_or(Fault::Invalid, Fault::Expired));
    }
    let begins = [instant("iat"), instant("nbf")].into_iter().flatten();
    if begins.into_iter().any(|begin| begin > now.saturating_add(LEEWAY)) { Err(Fault::Invalid) } else { Ok(()) }
}

/// Whether a registration's client is meant; where the token was given to one of several, to that one.
fn is_for(claims: &Map<String, Value>, provider: &OpenIdProvider) -> bool {
    let ours = |value: &Value| provider.audiences.iter().any(|audience| value == audience.as_str());
    let meant = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(ours),
        Some(one) => ours(one),
        None => false,
    };
    meant && claims.get("azp").is_none_or(ours)
}
