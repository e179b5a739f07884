//! Device proofs (TOK-10) and DPoP proofs (SEC-5, RFC 9449): each row of TOK-3 that concerns them, and no altered bit passes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{ProductId, Timestamp, VendorId};
use chancery_token::hash::{base64url, sha256};
use chancery_token::{
    DeviceProof, DeviceProofClaims, DeviceProofExpectation, DpopClaims, DpopExpectation, DpopProof, Fault, Issued, Jwk,
    LocalKey, Recipient, SigningKey, TokenError,
};
use common::{Vendor, id, key, now, product, sign_raw};
use proptest::prelude::*;
use serde_json::{Value, json};

const SECOND: i64 = 1_000_000;
const PATH: &str = "/api/v1/activation/refresh";
const ADDRESS: &str = "https://licenses.example/api/v1/activation/refresh";
const TOKEN: &str = "header.claims.signature";

fn malformed(fault: Fault) -> TokenError {
    TokenError::Malformed(fault)
}

/// The instant of the tests in whole seconds, as it stands in tokens.
fn second() -> Timestamp {
    Timestamp::from_seconds(now().as_seconds()).unwrap()
}

fn server() -> String {
    Vendor::new().id.to_string()
}

fn device() -> LocalKey {
    key(21)
}

fn proof_claims() -> DeviceProofClaims {
    let issued = Issued::new(Vendor::new().id, second(), "proof-1", false);
    DeviceProofClaims::new(issued, server(), product(), "machine-1".to_owned(), &device())
}

fn open_at(text: &str, now: Timestamp) -> Result<DeviceProof, TokenError> {
    let server = server();
    DeviceProof::open(
        text,
        &DeviceProofExpectation {
            vendor: Vendor::new().id,
            sandbox: false,
            server: &server,
            product: product(),
            seat_id: "machine-1",
            now,
        },
    )
}

fn open(text: &str) -> Result<DeviceProof, TokenError> {
    open_at(text, now())
}

fn proof_header() -> Value {
    json!({"alg": "Ed25519", "kid": device().kid(), "typ": "chancery-device+jwt"})
}

fn forged(header: &Value, claims: &Value) -> String {
    sign_raw(&device(), &header.to_string(), &claims.to_string())
}

fn with_header(name: &str, value: Value) -> TokenError {
    let mut header = proof_header();
    header[name] = value;
    open(&forged(&header, &serde_json::to_value(proof_claims()).unwrap())).unwrap_err()
}

fn with_claim(name: &str, value: Value) -> TokenError {
    let mut claims = serde_json::to_value(proof_claims()).unwrap();
    claims[name] = value;
    open(&forged(&proof_header(), &claims)).unwrap_err()
}

#[test]
fn tok_10_a_proof_shows_its_key() {
    let proof = open(&proof_claims().sign(&device()).unwrap()).unwrap();
    assert_eq!(proof.kid(), device().public().thumbprint());
    assert_eq!(*proof, proof_claims());
    assert!(proof.expiry <= second().shifted(600 * SECOND));
}

#[test]
fn tok_10_a_proof_is_for_one_server_product_and_seat() {
    let other_vendor: VendorId = id(77);
    let recipient = |what| TokenError::WrongRecipient(what);
    assert_eq!(with_claim("iss", json!(other_vendor.to_string())), recipient(Recipient::Vendor));
    assert_eq!(with_claim("sandbox", json!(true)), recipient(Recipient::Mode));
    assert_eq!(with_claim("aud", json!(other_vendor.to_string())), recipient(Recipient::Server));
    assert_eq!(with_claim("aud", json!("srv_01J")), recipient(Recipient::Server));
    assert_eq!(with_claim("productId", json!(id::<ProductId>(99).to_string())), TokenError::WrongProduct);
    assert_eq!(with_claim("seatId", json!("machine-2")), recipient(Recipient::Seat));
}

#[test]
fn tok_10_a_proof_lives_ten_minutes_at_most() {
    let at = second().as_seconds();
    assert_eq!(with_claim("exp", json!(at + 601)), malformed(Fault::Lifetime));
    assert_eq!(with_claim("exp", json!(at)), malformed(Fault::Contradiction));
    assert_eq!(with_claim("exp", json!(at - 1)), malformed(Fault::Contradiction));
    let text = proof_claims().sign(&device()).unwrap();
    let end = second().shifted(600 * SECOND);
    assert!(open_at(&text, end.shifted(-1)).is_ok());
    assert_eq!(open_at(&text, end), Err(TokenError::Expired { at: end }));
    assert!(open_at(&text, second().shifted(-300 * SECOND)).is_ok());
    let early = open_at(&text, second().shifted(-300 * SECOND - 1));
    assert_eq!(early, Err(TokenError::NotYetValid { issued: second() }));
}

#[test]
fn tok_10_possession_is_proved_and_not_claimed() {
    // Signed by another key than the one that it brings.
    let stolen = proof_claims().sign(&key(22)).unwrap();
    assert_eq!(open(&stolen), Err(TokenError::SignatureInvalid));
    let mut header = proof_header();
    header["kid"] = json!(key(22).kid());
    let claims = serde_json::to_value(proof_claims()).unwrap();
    assert_eq!(open(&forged(&header, &claims)), Err(TokenError::SignatureInvalid));
    // The private half has no business there, nor has a key of another kind.
    let mut private = claims.clone();
    private["jwk"]["d"] = json!(base64url(&[21; 32]));
    assert_eq!(open(&forged(&proof_header(), &private)), Err(malformed(Fault::Claims)));
    let rsa = LocalKey::from_pkcs8(include_bytes!("data/rsa-2048.pkcs8.der")).unwrap();
    let mut claims = claims;
    claims["jwk"] = serde_json::to_value(rsa.public()).unwrap();
    let header = json!({"alg": "RS512", "kid": rsa.kid(), "typ": "chancery-device+jwt"});
    let text = sign_raw(&rsa, &header.to_string(), &claims.to_string());
    assert_eq!(open(&text), Err(malformed(Fault::Algorithm)));
}

#[test]
fn tok_3_a_key_in_the_header_of_a_device_proof_is_refused() {
    let jwk = serde_json::to_value(device().public()).unwrap();
    for (name, value) in [("jwk", jwk), ("jku", json!("https://x")), ("x5u", json!("https://x")), ("x5c", json!([]))] {
        assert_eq!(with_header(name, value), malformed(Fault::KeyInHeader), "{name}");
    }
}

#[test]
fn tok_3_other_headers_of_a_device_proof() {
    for alg in ["none", "EdDSA", "HS256", "RS256", "ES256"] {
        assert_eq!(with_header("alg", json!(alg)), malformed(Fault::Algorithm), "{alg}");
    }
    assert_eq!(with_header("alg", json!("RS512")), malformed(Fault::AlgorithmOfAnotherKey));
    assert_eq!(with_header("zip", json!("DEF")), malformed(Fault::Compressed));
    assert_eq!(with_header("crit", json!(["b64"])), malformed(Fault::Critical));
    let wrong = TokenError::WrongType { expected: "chancery-device+jwt" };
    assert_eq!(with_header("typ", json!("JWT")), wrong);
    assert_eq!(open(&Vendor::new().lease()), Err(wrong));
}

#[test]
fn tok_3_claims_of_a_device_proof_that_are_missing_or_of_a_wrong_type() {
    for name in ["iss", "iat", "jti", "ver", "aud", "productId", "seatId", "jwk", "exp"] {
        let mut claims = serde_json::to_value(proof_claims()).unwrap();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(open(&forged(&proof_header(), &claims)), Err(malformed(Fault::Claims)), "{name}");
        assert_eq!(with_claim(name, Value::Null), malformed(Fault::Claims), "{name}");
        assert_eq!(with_claim(name, json!([])), malformed(Fault::Claims), "{name}");
    }
    assert_eq!(with_claim("ver", json!(2)), TokenError::VersionUnsupported { version: 2 });
    let claims = proof_claims();
    let twice = serde_json::to_string(&claims).unwrap().replacen('{', r#"{"seatId":"x","#, 1);
    assert_eq!(open(&sign_raw(&device(), &proof_header().to_string(), &twice)), Err(malformed(Fault::DuplicateMember)));
}

fn dpop_claims() -> DpopClaims {
    DpopClaims::new("call-1".to_owned(), "POST", ADDRESS, second(), "nonce-9".to_owned(), TOKEN)
}

fn call() -> DpopExpectation<'static> {
    DpopExpectation {
        method: "POST",
        path: PATH,
        public_url: Some("https://licenses.example"),
        nonce: "nonce-9",
        access_token: TOKEN,
        now: now(),
    }
}

fn dpop_header() -> Value {
    json!({"typ": "dpop+jwt", "alg": "Ed25519", "jwk": device().public()})
}

fn dpop(header: &Value, claims: &Value) -> Result<DpopProof, TokenError> {
    DpopProof::open(&sign_raw(&device(), &header.to_string(), &claims.to_string()), &call())
}

fn dpop_with_header(name: &str, value: Value) -> TokenError {
    let mut header = dpop_header();
    header[name] = value;
    dpop(&header, &serde_json::to_value(dpop_claims()).unwrap()).unwrap_err()
}

fn dpop_with_claim(name: &str, value: Value) -> TokenError {
    let mut claims = serde_json::to_value(dpop_claims()).unwrap();
    claims[name] = value;
    dpop(&dpop_header(), &claims).unwrap_err()
}

#[test]
fn sec_5_a_dpop_proof_shows_its_key() {
    let proof = DpopProof::open(&dpop_claims().sign(&device()).unwrap(), &call()).unwrap();
    assert_eq!(proof.kid(), device().kid());
    assert_eq!(*proof, dpop_claims());
    // Members that nobody knows do no harm: other libraries add some.
    let mut claims = serde_json::to_value(dpop_claims()).unwrap();
    claims["exp"] = json!(1);
    let mut header = dpop_header();
    header["kid"] = json!("mine");
    assert!(dpop(&header, &claims).is_ok());
}

#[test]
fn sec_5_the_hash_of_the_access_token_is_that_of_rfc_9449() {
    let claims = serde_json::to_value(dpop_claims()).unwrap();
    assert_eq!(claims["ath"], json!(base64url(&sha256(&[TOKEN.as_bytes()]))));
    // RFC 9449, section 7: the example's access token and its hash.
    let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    let claims = DpopClaims::new(String::new(), "GET", ADDRESS, second(), String::new(), token);
    let claims = serde_json::to_value(claims).unwrap();
    assert_eq!(claims["ath"], json!("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"));
}

#[test]
fn sec_5_a_dpop_proof_is_for_one_call() {
    let recipient = |what| TokenError::WrongRecipient(what);
    assert_eq!(dpop_with_claim("htm", json!("GET")), recipient(Recipient::Method));
    assert_eq!(dpop_with_claim("htm", json!("post")), recipient(Recipient::Method));
    for other in
        ["https://licenses.example/api/v1/activation", "https://evil.example/api/v1/activation/refresh", "", PATH]
    {
        assert_eq!(dpop_with_claim("htu", json!(other)), recipient(Recipient::Address), "{other}");
    }
    assert_eq!(dpop_with_claim("nonce", json!("nonce-8")), recipient(Recipient::Nonce));
    assert_eq!(dpop_with_claim("nonce", json!("")), recipient(Recipient::Nonce));
    assert_eq!(dpop_with_claim("ath", json!(base64url(&sha256(&[b"another"])))), recipient(Recipient::AccessToken));
}

#[test]
fn sec_5_a_dpop_proof_is_of_this_time() {
    let text = dpop_claims().sign(&device()).unwrap();
    let at = |now| DpopProof::open(&text, &DpopExpectation { now, ..call() }).map(|_| ());
    let end = second().shifted(600 * SECOND);
    assert_eq!(at(end.shifted(-1)), Ok(()));
    assert_eq!(at(end), Err(TokenError::Expired { at: end }));
    assert_eq!(at(second().shifted(-300 * SECOND)), Ok(()));
    assert_eq!(at(second().shifted(-300 * SECOND - 1)), Err(TokenError::NotYetValid { issued: second() }));
}

#[test]
fn tok_3_headers_of_a_dpop_proof() {
    for alg in ["none", "EdDSA", "HS256", "ES256"] {
        assert_eq!(dpop_with_header("alg", json!(alg)), malformed(Fault::Algorithm), "{alg}");
    }
    assert_eq!(dpop_with_header("alg", json!("RS512")), malformed(Fault::AlgorithmOfAnotherKey));
    assert_eq!(dpop_with_header("zip", json!("DEF")), malformed(Fault::Compressed));
    assert_eq!(dpop_with_header("crit", json!(["b64"])), malformed(Fault::Critical));
    for name in ["jku", "x5u", "x5c"] {
        assert_eq!(dpop_with_header(name, json!("https://x")), malformed(Fault::KeyInHeader), "{name}");
    }
    assert_eq!(dpop_with_header("typ", json!("JWT")), TokenError::WrongType { expected: "dpop+jwt" });
    assert_eq!(dpop_with_header("typ", json!(1)), malformed(Fault::HeaderMember("typ")));
    assert_eq!(dpop_with_header("jwk", json!("x")), malformed(Fault::HeaderMember("jwk")));
    let mut private = serde_json::to_value(device().public()).unwrap();
    private["d"] = json!(base64url(&[21; 32]));
    assert_eq!(dpop_with_header("jwk", private), malformed(Fault::HeaderMember("jwk")));
    let mut header = dpop_header();
    header.as_object_mut().unwrap().remove("jwk");
    let claims = serde_json::to_value(dpop_claims()).unwrap();
    assert_eq!(dpop(&header, &claims), Err(malformed(Fault::HeaderMember("jwk"))));
    let other: &Jwk = &key(22).public().clone();
    assert_eq!(dpop_with_header("jwk", json!(other)), TokenError::SignatureInvalid);
}

#[test]
fn tok_3_claims_of_a_dpop_proof_that_are_missing_or_of_a_wrong_type() {
    for name in ["jti", "htm", "htu", "iat", "nonce", "ath"] {
        let mut claims = serde_json::to_value(dpop_claims()).unwrap();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(dpop(&dpop_header(), &claims), Err(malformed(Fault::Claims)), "{name}");
        assert_eq!(dpop_with_claim(name, Value::Null), malformed(Fault::Claims), "{name}");
    }
    assert_eq!(dpop_with_claim("iat", json!("now")), malformed(Fault::Claims));
    assert_eq!(dpop_with_claim("iat", json!(-1)), malformed(Fault::Claims));
    assert_eq!(dpop_with_claim("iat", json!(u64::MAX)), malformed(Fault::Claims));
}

#[test]
fn tok_3_one_kind_of_proof_is_never_taken_for_the_other() {
    let device_proof = proof_claims().sign(&device()).unwrap();
    let dpop_proof = dpop_claims().sign(&device()).unwrap();
    assert_eq!(DpopProof::open(&device_proof, &call()), Err(TokenError::WrongType { expected: "dpop+jwt" }));
    assert_eq!(open(&dpop_proof), Err(malformed(Fault::KeyInHeader)));
}

#[test]
fn tok_3_no_flipped_bit_of_a_proof_is_accepted() {
    let device_proof = proof_claims().sign(&device()).unwrap();
    let dpop_proof = dpop_claims().sign(&device()).unwrap();
    for (text, opens) in [
        (device_proof, (|text: &str| open(text).is_ok()) as fn(&str) -> bool),
        (dpop_proof, |text: &str| DpopProof::open(text, &call()).is_ok()),
    ] {
        assert!(opens(&text));
        for position in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                assert!(!opens(&String::from_utf8(bytes).unwrap()), "bit {bit} of byte {position}");
            }
        }
    }
}

proptest! {
    #[test]
    fn tok_3_no_other_text_of_a_proof_is_accepted(seat in ".{1,128}", position: prop::sample::Index, other: u8) {
        let mut claims = proof_claims();
        claims.seat_id.clone_from(&seat);
        let text = claims.sign(&device()).unwrap();
        let server = server();
        let expected = DeviceProofExpectation {
            vendor: Vendor::new().id, sandbox: false, server: &server, product: product(), seat_id: &seat, now: now(),
        };
        prop_assert_eq!(DeviceProof::open(&text, &expected).unwrap().into_claims(), claims);
        let mut bytes = text.clone().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] = other & 0x7f;
        let altered = String::from_utf8(bytes).unwrap();
        prop_assume!(altered != text);
        prop_assert!(DeviceProof::open(&altered, &expected).is_err());
    }

    #[test]
    fn tok_3_no_text_makes_the_reader_of_proofs_panic(text in "\\PC*", parts in "[A-Za-z0-9_.-]{0,200}", address in "\\PC*") {
        prop_assert!(open(&text).is_err());
        prop_assert!(DpopProof::open(&parts, &call()).is_err());
        let claims = DpopClaims::new("x".to_owned(), "POST", &address, second(), "nonce-9".to_owned(), TOKEN);
        prop_assert!(DpopProof::open(&claims.sign(&device()).unwrap(), &call()).is_err());
    }
}
