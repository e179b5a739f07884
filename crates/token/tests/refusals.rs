//! TOK-3: every row that concerns signed tokens, refused with its own reason.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_domain::{ActivationId, OrderId, ProductId};
use chancery_token::hash::{base64url, from_base64url, hmac_sha256};
use chancery_token::{
    AccessClaims, CertificateClaims, Ended, Fault, Issued, KeyFault, LeaseConfirmation, Recipient, SigningKey,
    TokenError, Tolerance, Trust,
};
use common::{DAY, Vendor, expectation, id, key, now, product, sign_raw};
use serde_json::{Value, json};

fn refusal(text: &str) -> TokenError {
    Vendor::new().trust().open_lease(text, &expectation()).unwrap_err()
}

/// The refusal of a lease whose header has this member too, or instead.
fn with_header(name: &str, value: Value) -> TokenError {
    let vendor = Vendor::new();
    let mut header = vendor.header();
    header[name] = value;
    refusal(&vendor.forge(&header, &vendor.claims()))
}

/// The refusal of a lease that has this claim too, or instead.
fn with_claim(name: &str, value: Value) -> TokenError {
    let vendor = Vendor::new();
    let mut claims = vendor.claims();
    claims[name] = value;
    refusal(&vendor.forge(&vendor.header(), &claims))
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

fn malformed(fault: Fault) -> TokenError {
    TokenError::Malformed(fault)
}

#[test]
fn tok_3_what_the_forger_leaves_alone_is_accepted() {
    let vendor = Vendor::new();
    let token = vendor.forge(&vendor.header(), &vendor.claims());
    assert_eq!(*vendor.trust().open_lease(&token, &expectation()).unwrap(), floor(vendor.lease_claims()));
    // Members that nobody knows yet do no harm.
    let (mut header, mut claims) = (vendor.header(), vendor.claims());
    header["cty"] = json!("x");
    claims["later"] = json!({"a": 1});
    assert!(vendor.trust().open_lease(&vendor.forge(&header, &claims), &expectation()).is_ok());
}

fn floor(mut claims: chancery_token::LeaseClaims) -> chancery_token::LeaseClaims {
    claims.issued.at = now().shifted(-250_000);
    claims
}

#[test]
fn tok_3_longer_than_64_kib() {
    let vendor = Vendor::new();
    let mut claims = vendor.claims();
    claims["padding"] = json!("x".repeat(64 * 1024));
    assert_eq!(refusal(&vendor.forge(&vendor.header(), &claims)), malformed(Fault::TooLong));
    claims["padding"] = json!("x".repeat(40 * 1024));
    assert!(vendor.trust().open_lease(&vendor.forge(&vendor.header(), &claims), &expectation()).is_ok());
}

#[test]
fn tok_3_not_exactly_three_parts() {
    let lease = Vendor::new().lease();
    let parts: Vec<_> = lease.split('.').collect();
    let two = parts[..2].join(".");
    for text in ["", ".", "..", "a", "..a", &two, &format!("{lease}.AAAA"), &format!("{two}..AAAA")] {
        assert_eq!(refusal(text), malformed(Fault::Parts), "{text:?}");
    }
}

#[test]
fn tok_3_trailing_bytes() {
    let lease = Vendor::new().lease();
    for tail in [" ", "\n", "=", "==", "\0"] {
        assert_eq!(refusal(&format!("{lease}{tail}")), malformed(Fault::Base64), "{tail:?}");
    }
    assert_eq!(refusal(&format!("{lease}AAAA")), TokenError::SignatureInvalid);
    let vendor = Vendor::new();
    let (header, claims) = (vendor.header().to_string(), vendor.claims().to_string());
    assert_eq!(refusal(&sign_raw(&vendor.issuing, &header, &format!("{claims}x"))), malformed(Fault::Json));
    assert_eq!(refusal(&sign_raw(&vendor.issuing, &format!("{header}{{}}"), &claims)), malformed(Fault::Json));
}

#[test]
fn tok_3_non_canonical_base64url() {
    let lease = Vendor::new().lease();
    // A signature of 64 bytes leaves four bits of its last character without a meaning.
    let last = lease.chars().last().unwrap();
    assert!("AQgw".contains(last));
    let altered = format!("{}{}", &lease[..lease.len() - 1], char::from(last as u8 + 1));
    assert_eq!(refusal(&altered), malformed(Fault::Base64));
    for (from, to) in [("-", "+"), ("_", "/"), (".", "=."), (".", "\n.")] {
        if lease.contains(from) {
            assert_eq!(refusal(&lease.replacen(from, to, 1)), malformed(Fault::Base64), "{to:?}");
        }
    }
}

#[test]
fn tok_3_alg_none_hmac_pbes2_rsa_decryption_and_all_others() {
    for alg in [
        "none",
        "None",
        "NONE",
        "",
        "HS256",
        "HS384",
        "HS512",
        "PBES2-HS256+A128KW",
        "RSA1_5",
        "RSA-OAEP",
        "RSA-OAEP-256",
        "dir",
        "ECDH-ES",
        "EdDSA",
        "ed25519",
        "RS256",
        "PS512",
        "ES256",
    ] {
        assert_eq!(with_header("alg", json!(alg)), malformed(Fault::Algorithm), "{alg}");
    }
    assert_eq!(with_header("alg", json!(["Ed25519"])), malformed(Fault::Algorithm));
    let vendor = Vendor::new();
    assert_eq!(refusal(&vendor.forge(&without(vendor.header(), "alg"), &vendor.claims())), malformed(Fault::Algorithm));
}

#[test]
fn tok_3_alg_none_without_a_signature() {
    let vendor = Vendor::new();
    let mut header = vendor.header();
    header["alg"] = json!("none");
    let signed =
        format!("{}.{}.", base64url(header.to_string().as_bytes()), base64url(vendor.claims().to_string().as_bytes()));
    assert_eq!(refusal(&signed), malformed(Fault::Algorithm));
}

#[test]
fn tok_3_an_hmac_under_the_public_key() {
    let vendor = Vendor::new();
    let mut header = vendor.header();
    header["alg"] = json!("HS256");
    let signed =
        format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(vendor.claims().to_string().as_bytes()));
    let public = serde_json::to_vec(vendor.issuing.public()).unwrap();
    let mac = hmac_sha256(&public, &[signed.as_bytes()]);
    assert_eq!(refusal(&format!("{signed}.{}", base64url(&mac))), malformed(Fault::Algorithm));
}

#[test]
fn tok_1_the_algorithm_of_another_key() {
    assert_eq!(with_header("alg", json!("RS512")), malformed(Fault::AlgorithmOfAnotherKey));
}

#[test]
fn tok_3_zip() {
    assert_eq!(with_header("zip", json!("DEF")), malformed(Fault::Compressed));
}

#[test]
fn tok_3_crit_that_is_not_understood() {
    for crit in [json!(["exp"]), json!([]), json!(["b64"]), json!("typ"), Value::Null] {
        assert_eq!(with_header("crit", crit), malformed(Fault::Critical));
    }
}

#[test]
fn tok_3_a_key_in_the_header() {
    let forger = key(9);
    let jwk = serde_json::to_value(forger.public()).unwrap();
    for (name, value) in
        [("jwk", jwk), ("jku", json!("https://evil.example")), ("x5u", json!("x")), ("x5c", json!(["x"]))]
    {
        assert_eq!(with_header(name, value), malformed(Fault::KeyInHeader), "{name}");
    }
}

#[test]
fn tok_1_kid_and_typ_are_required_texts() {
    let vendor = Vendor::new();
    for name in ["kid", "typ"] {
        let token = vendor.forge(&without(vendor.header(), name), &vendor.claims());
        assert_eq!(refusal(&token), malformed(Fault::HeaderMember(name)));
        assert_eq!(with_header(name, json!(1)), malformed(Fault::HeaderMember(name)));
        assert_eq!(with_header(name, Value::Null), malformed(Fault::HeaderMember(name)));
    }
    assert_eq!(with_header("chancery_cert", json!({})), malformed(Fault::HeaderMember("chancery_cert")));
}

#[test]
fn tok_3_an_unknown_kid() {
    assert_eq!(with_header("kid", json!("somebody")), TokenError::KeyUnknown(KeyFault::Unknown));
    // A stranger's key, which no root vouches for.
    let vendor = Vendor::new();
    let stranger = key(9);
    let mut header = without(vendor.header(), "chancery_cert");
    header["kid"] = json!(stranger.kid());
    let token = sign_raw(&stranger, &header.to_string(), &vendor.claims().to_string());
    assert_eq!(refusal(&token), TokenError::KeyUnknown(KeyFault::Unknown));
}

#[test]
fn tok_3_a_certificate_by_another_root() {
    let vendor = Vendor::new();
    let forger = Vendor { root: key(8), issuing: key(9), ..Vendor::new() };
    assert_eq!(refusal(&forger.lease()), TokenError::KeyUnknown(KeyFault::Unknown));
    // One that names the true root, but is signed by the false one.
    let mut header = json!({"alg": "Ed25519", "kid": vendor.root.kid(), "typ": "chancery-key+jwt"});
    let certificate = forger.certificate_claims();
    let certificate = sign_raw(&forger.root, &header.to_string(), &serde_json::to_string(&certificate).unwrap());
    header = forger.header();
    header["chancery_cert"] = json!(certificate);
    assert_eq!(refusal(&forger.forge(&header, &forger.claims())), TokenError::SignatureInvalid);
}

#[test]
fn tok_3_an_altered_signature() {
    let vendor = Vendor::new();
    let lease = vendor.lease();
    let (signed, signature) = lease.rsplit_once('.').unwrap();
    let mut bytes = from_base64url(signature).unwrap();
    bytes[0] ^= 1;
    assert_eq!(refusal(&format!("{signed}.{}", base64url(&bytes))), TokenError::SignatureInvalid);
    assert_eq!(refusal(&format!("{signed}.{}", base64url(&bytes[1..]))), TokenError::SignatureInvalid);
    assert_eq!(refusal(&format!("{signed}.")), TokenError::SignatureInvalid);
    let impostor = sign_raw(&key(9), &vendor.header().to_string(), &vendor.claims().to_string());
    assert_eq!(refusal(&impostor), TokenError::SignatureInvalid);
}

#[test]
fn tok_3_another_typ() {
    let wrong = TokenError::WrongType { expected: "chancery-lease+jwt" };
    assert_eq!(with_header("typ", json!("chancery-access+jwt")), wrong);
    assert_eq!(with_header("typ", json!("JWT")), wrong);
    let vendor = Vendor::new();
    assert_eq!(refusal(&vendor.certificate()), wrong);
    let access = AccessClaims {
        issued: vendor.issued(now()),
        activation: id::<ActivationId>(3),
        chain: 1,
        order: id::<OrderId>(5),
    };
    assert_eq!(refusal(&access.sign(&vendor.issuing).unwrap()), wrong);
    let lease_as_bundle = Trust::open(&vendor.lease(), None, now()).unwrap_err();
    assert_eq!(lease_as_bundle, TokenError::WrongType { expected: "chancery-trust+jwt" });
}

#[test]
fn tok_3_another_vendor() {
    let other = Vendor { id: id(77), ..Vendor::new() };
    let vendor = Vendor::new();
    let token = other.lease_claims().sign(&vendor.issuing, &vendor.certificate()).unwrap();
    assert_eq!(refusal(&token), TokenError::WrongRecipient(Recipient::Vendor));
    // A certificate for another vendor under the same root is no better.
    assert_eq!(refusal(&other.lease()), TokenError::WrongRecipient(Recipient::Vendor));
}

#[test]
fn tok_3_another_product() {
    let mut expected = expectation();
    expected.product = id::<ProductId>(99);
    let vendor = Vendor::new();
    assert_eq!(vendor.trust().open_lease(&vendor.lease(), &expected), Err(TokenError::WrongProduct));
    assert_ne!(product(), expected.product);
}

#[test]
fn tok_3_another_recipient() {
    let vendor = Vendor::new();
    let trust = vendor.trust();
    let lease = vendor.lease();
    let refused = |recipient| Err(TokenError::WrongRecipient(recipient));
    let mut expected = expectation();
    expected.activation = Some(id::<ActivationId>(99));
    assert_eq!(trust.open_lease(&lease, &expected), refused(Recipient::Activation));
    expected.activation = Some(id::<ActivationId>(3));
    assert!(trust.open_lease(&lease, &expected).is_ok());
    expected.seat_id = Some("machine-2");
    assert_eq!(trust.open_lease(&lease, &expected), refused(Recipient::Seat));
    expected.seat_id = Some("machine-1");
    assert!(trust.open_lease(&lease, &expected).is_ok());

    let mut claims = vendor.lease_claims();
    claims.confirmation = Some(LeaseConfirmation { jkt: "mine".to_owned() });
    let bound = vendor.sign_lease(&claims);
    for device in [None, Some("yours")] {
        expected.device = device;
        assert_eq!(trust.open_lease(&bound, &expected), refused(Recipient::Device));
    }
    expected.device = Some("mine");
    assert!(trust.open_lease(&bound, &expected).is_ok());
}

#[test]
fn tok_3_duplicate_members() {
    let vendor = Vendor::new();
    let (header, claims) = (vendor.header().to_string(), vendor.claims().to_string());
    let twice = |json: &str, member: &str| json.replacen('{', &format!("{{{member},"), 1);
    let token = sign_raw(&vendor.issuing, &twice(&header, r#""alg":"none""#), &claims);
    assert_eq!(refusal(&token), malformed(Fault::DuplicateMember));
    for member in [r#""exp":1"#, r#""e\u0078p":1"#] {
        let token = sign_raw(&vendor.issuing, &header, &twice(&claims, member));
        assert_eq!(refusal(&token), malformed(Fault::DuplicateMember), "{member}");
    }
    let inner = claims.replacen(r#""ent":{"#, r#""ent":{"status":"active","#, 1);
    assert_ne!(inner, claims);
    assert_eq!(refusal(&sign_raw(&vendor.issuing, &header, &inner)), malformed(Fault::DuplicateMember));
}

#[test]
fn tok_3_claims_missing() {
    let vendor = Vendor::new();
    for name in [
        "iss",
        "iat",
        "jti",
        "ver",
        "aud",
        "exp",
        "leaseExpiry",
        "ent",
        "enforcement",
        "tolerance",
        "features",
        "attributes",
        "mode",
    ] {
        let token = vendor.forge(&vendor.header(), &without(vendor.claims(), name));
        assert_eq!(refusal(&token), malformed(Fault::Claims), "{name}");
    }
    for name in ["sub", "seat"] {
        let token = vendor.forge(&vendor.header(), &without(vendor.claims(), name));
        assert_eq!(refusal(&token), malformed(Fault::Contradiction), "{name}");
    }
    // A limit that is missing must not read as "no limit".
    for name in ["value", "total", "available"] {
        let mut claims = vendor.claims();
        claims["features"][0].as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(refusal(&vendor.forge(&vendor.header(), &claims)), malformed(Fault::Claims), "{name}");
    }
    let mut claims = vendor.claims();
    claims["ent"].as_object_mut().unwrap().remove("hardStop").unwrap();
    assert_eq!(refusal(&vendor.forge(&vendor.header(), &claims)), malformed(Fault::Claims));
}

#[test]
fn tok_3_claims_of_a_wrong_json_type() {
    for (name, value) in [
        ("iss", json!(1)),
        ("iss", json!("prod_x")),
        ("iat", json!(1_800_000_000.0)),
        ("iat", json!(1.8e9)),
        ("iat", json!(-1)),
        ("iat", json!("1800000000")),
        ("iat", json!(u64::MAX)),
        ("iat", Value::Null),
        ("exp", json!(1_800_604_800.5)),
        ("exp", json!("1800604800")),
        ("exp", Value::Null),
        ("leaseExpiry", json!(1_800_604_800)),
        ("jti", json!(7)),
        ("ver", json!("1")),
        ("ver", json!(1.0)),
        ("ver", json!(-1)),
        ("sandbox", json!("false")),
        ("sub", json!(["act_x"])),
        ("aud", json!([product().to_string()])),
        ("seat", json!([])),
        ("seat", json!({"id": "machine-1", "name": null, "number": -7})),
        ("features", json!({})),
        ("tolerance", json!({"unit": "day", "count": 0})),
        ("tolerance", json!({"unit": "fortnight", "count": 1})),
        ("tolerance", json!("P2D")),
        ("enforcement", json!(null)),
        ("cnf", json!({})),
    ] {
        assert_eq!(with_claim(name, value.clone()), malformed(Fault::Claims), "{name}: {value}");
    }
    let vendor = Vendor::new();
    let header = vendor.header().to_string();
    for claims in ["[]", "1", "null", "\"x\"", "{"] {
        assert_eq!(refusal(&sign_raw(&vendor.issuing, &header, claims)), malformed(Fault::Json), "{claims}");
    }
}

#[test]
fn tok_7_exp_and_lease_expiry_say_the_same() {
    let exp = now().shifted(7 * DAY).as_seconds();
    assert_eq!(with_claim("exp", json!(exp + 1)), malformed(Fault::Claims));
    assert_eq!(with_claim("exp", json!(exp - 1)), malformed(Fault::Claims));
}

#[test]
fn tok_3_an_unsupported_version() {
    let error = with_claim("ver", json!(2));
    assert_eq!(error, TokenError::VersionUnsupported { version: 2 });
    assert_eq!(error.code(), "token_version_unsupported");
}

#[test]
fn tok_3_expired_on_the_instant() {
    let vendor = Vendor::new();
    let (trust, lease) = (vendor.trust(), vendor.lease());
    let end = now().shifted(7 * DAY);
    let mut expected = expectation();
    expected.now = end.shifted(-1);
    assert!(trust.open_lease(&lease, &expected).is_ok());
    expected.now = end;
    assert_eq!(trust.open_lease(&lease, &expected), Err(TokenError::Expired { at: end }));
    // A guard may still read what the lease says about its end.
    expected.ended = Ended::Opened;
    let opened = trust.open_lease(&lease, &expected).unwrap();
    assert!(opened.has_ended(end));
    assert!(!opened.has_ended(end.shifted(-1)));
    assert_eq!(opened.enforcement, "stop");
}

#[test]
fn tok_3_issued_in_the_future() {
    let vendor = Vendor::new();
    let trust = vendor.trust();
    for (tolerance, minutes) in
        [(Tolerance::Online, 5), (Tolerance::CarriedFromVendor, 24 * 60), (Tolerance::CarriedFromDevice, 48 * 60)]
    {
        let mut expected = expectation();
        expected.tolerance = tolerance;
        // The certificate and the bundle are older: only the lease is ahead.
        let issued = now().shifted(minutes * 60_000_000);
        let mut claims = vendor.lease_claims();
        claims.issued = Issued::new(vendor.id, issued, "token-2", false);
        assert!(trust.open_lease(&vendor.sign_lease(&claims), &expected).is_ok());
        claims.issued.at = issued.shifted(1_000_000);
        let error = trust.open_lease(&vendor.sign_lease(&claims), &expected).unwrap_err();
        assert_eq!(error.code(), "token_not_yet_valid", "{tolerance:?}");
    }
}

#[test]
fn clk_1_sandbox_and_live_are_never_taken_for_each_other() {
    let (live, sandbox) = (Vendor::new(), Vendor::sandbox());
    let mode = Err(TokenError::WrongRecipient(Recipient::Mode));
    assert!(sandbox.trust().open_lease(&sandbox.lease(), &expectation()).is_ok());
    assert_eq!(live.trust().open_lease(&sandbox.lease(), &expectation()), mode);
    assert_eq!(sandbox.trust().open_lease(&live.lease(), &expectation()), mode);
    // With the certificate of the right mode, and only the lease of the other.
    let mixed = sandbox.lease_claims().sign(&live.issuing, &live.certificate()).unwrap();
    assert_eq!(live.trust().open_lease(&mixed, &expectation()), mode);
}

#[test]
fn tok_5_errors_do_not_print_the_token() {
    let marker = "supersecretmarker";
    let vendor = Vendor::new();
    let mut cases = vec![marker.to_owned(), format!("{marker}.{marker}.{marker}")];
    for name in ["alg", "kid", "typ", "chancery_cert"] {
        let mut header = vendor.header();
        header[name] = json!(marker);
        cases.push(vendor.forge(&header, &vendor.claims()));
    }
    for name in ["iss", "aud", "sub", "seat", "leaseExpiry"] {
        let mut claims = vendor.claims();
        claims[name] = json!(marker);
        cases.push(vendor.forge(&vendor.header(), &claims));
    }
    for token in cases {
        let error = refusal(&token);
        assert!(!format!("{error} {error:?}").contains(marker), "{error}");
    }
}

#[test]
fn key_3_a_certificate_must_agree_with_itself() {
    let vendor = Vendor::new();
    let opened = |claims: &Value| {
        let header = json!({"alg": "Ed25519", "kid": vendor.root.kid(), "typ": "chancery-key+jwt"});
        let text = sign_raw(&vendor.root, &header.to_string(), &claims.to_string());
        chancery_token::Certificate::open(&text, vendor.trust().anchor(), now())
    };
    let good = serde_json::to_value::<CertificateClaims>(vendor.certificate_claims()).unwrap();
    assert!(opened(&good).is_ok());
    let mut other_kid = good.clone();
    other_kid["sub"] = json!(vendor.root.kid());
    assert_eq!(opened(&other_kid), Err(malformed(Fault::Contradiction)));
    let mut backwards = good.clone();
    backwards["exp"] = good["nbf"].clone();
    assert_eq!(opened(&backwards), Err(malformed(Fault::Contradiction)));
    let mut private = good;
    private["jwk"]["d"] = json!(base64url(&[2; 32]));
    assert_eq!(opened(&private), Err(malformed(Fault::Claims)));
}
