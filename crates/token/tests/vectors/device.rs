//! `device.json`: what a product shows to a server: device proofs, DPoP proofs (RFC 9449), access tokens.

use chancery_domain::{ActivationId, OrderId, ProductId, Timestamp, VendorId};
use chancery_token::hash::base64url;
use chancery_token::{AccessClaims, DeviceProofClaims, DpopClaims, Issued, LocalKey, SigningKey};
use serde_json::{Map, Value, json};

use super::common::offline::{device, device_seal, second};
use super::common::{Vendor, id, key, now, product, sign_raw};
use super::file::{File, Vector};

const SECOND: i64 = 1_000_000;
const PATH: &str = "/api/v1/activation/refresh";
const ADDRESS: &str = "https://licenses.example/api/v1/activation/refresh";
const ACCESS_TOKEN: &str = "header.claims.signature";
const NONCE: &str = "nonce-9";

pub(crate) fn file() -> File {
    let vendor = Vendor::new();
    let groups = [proofs, proof_keys, proof_times, dpop, dpop_keys, dpop_calls, access];
    File {
        about:
            "What a product shows to a server: proofs of its device's key, and access tokens. `now` is the server's \
                clock; what else the server knows and what the call says is given too."
                .to_owned(),
        given: Map::from_iter([
            ("now".to_owned(), json!(now().to_string())),
            ("vendor".to_owned(), json!(vendor.id.to_string())),
            ("server".to_owned(), json!(vendor.id.to_string())),
            ("product".to_owned(), json!(product().to_string())),
            ("seatId".to_owned(), json!("machine-1")),
            ("method".to_owned(), json!("POST")),
            ("path".to_owned(), json!(PATH)),
            ("nonce".to_owned(), json!(NONCE)),
            ("accessToken".to_owned(), json!(ACCESS_TOKEN)),
            ("serverKeys".to_owned(), json!([vendor.issuing.public()])),
        ]),
        vectors: groups.iter().flat_map(|group| group(&vendor)).collect(),
    }
}

fn proof_claims(v: &Vendor) -> DeviceProofClaims {
    let issued = Issued::new(v.id, second(), "proof-1", false);
    DeviceProofClaims::new(issued, v.id.to_string(), product(), "machine-1".to_owned(), &device())
}

fn proof_header() -> Value {
    json!({"alg": "Ed25519", "kid": device().kid(), "typ": "chancery-device+jwt"})
}

/// A proof with one claim changed, or without it.
fn proof_with(v: &Vendor, name: &str, value: Value) -> String {
    let mut claims = json!(proof_claims(v));
    change(&mut claims, name, value);
    sign_raw(&device(), &proof_header().to_string(), &claims.to_string())
}

fn change(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name).unwrap();
    } else {
        object[name] = value;
    }
}

fn proof(name: &str, about: &str, token: String) -> Vector {
    Vector::new(&format!("proof-{name}"), about, token).kind("deviceProof").rule("TOK-10")
}

fn proofs(v: &Vendor) -> Vec<Vector> {
    let mut vectors = vec![
        proof("plain", "A device's proof for a seat, good for ten minutes.", proof_claims(v).sign(&device()).unwrap())
            .accepted(),
        proof("aud-of-another", "For another server.", proof_with(v, "aud", json!("srv_01J")))
            .expect("token_wrong_recipient"),
        proof("iss-of-another", "For another vendor.", proof_with(v, "iss", json!(id::<VendorId>(77).to_string())))
            .expect("token_wrong_recipient"),
        proof("sandbox", "For a sandbox, where live ones are taken.", proof_with(v, "sandbox", json!(true)))
            .expect("token_wrong_recipient"),
        proof("seat-of-another", "For another seat.", proof_with(v, "seatId", json!("machine-2")))
            .expect("token_wrong_recipient"),
        proof(
            "product-of-another",
            "For another product.",
            proof_with(v, "productId", json!(id::<ProductId>(99).to_string())),
        )
        .expect("token_wrong_product"),
        proof("ver-2", "A version of the form that is not known.", proof_with(v, "ver", json!(2)))
            .expect("token_version_unsupported"),
        proof("is-a-lease", "A lease is no proof.", v.lease()).expect("token_wrong_type"),
    ];
    for name in ["iss", "iat", "jti", "ver", "aud", "productId", "seatId", "jwk", "exp"] {
        let lower = name.to_lowercase();
        vectors.push(proof(
            &format!("missing-{lower}"),
            &format!("No claim `{name}`."),
            proof_with(v, name, Value::Null),
        ));
        let about = format!("The claim `{name}` is of a wrong JSON type.");
        vectors.push(proof(&format!("wrong-{lower}"), &about, proof_with(v, name, json!([1]))));
    }
    vectors
}

fn proof_keys(v: &Vendor) -> Vec<Vector> {
    let rsa = LocalKey::from_pkcs8(include_bytes!("../data/rsa-2048.pkcs8.der")).unwrap();
    let mut leaked = json!(device().public());
    leaked["d"] = json!(base64url(&[21; 32]));
    let mut header = proof_header();
    header["jwk"] = json!(device().public());
    let in_header = sign_raw(&device(), &header.to_string(), &json!(proof_claims(v)).to_string());
    vec![
        proof(
            "by-another",
            "Signed by another key than the one that it brings.",
            proof_claims(v).sign(&key(9)).unwrap(),
        )
        .expect("token_signature_invalid"),
        proof(
            "jwk-of-another",
            "It brings another key than the one that it names.",
            proof_with(v, "jwk", json!(key(9).public())),
        )
        .expect("token_signature_invalid"),
        proof("jwk-rsa", "A device's key is an Ed25519 key.", proof_with(v, "jwk", json!(rsa.public()))),
        proof("jwk-x25519", "A key that signs nothing.", proof_with(v, "jwk", json!(device_seal().public()))),
        proof("jwk-private", "The private half is given away with it.", proof_with(v, "jwk", leaked)),
        proof("jwk-in-header", "The key stands in the claims, not in the header.", in_header),
    ]
}

fn proof_times(v: &Vendor) -> Vec<Vector> {
    let token = proof_claims(v).sign(&device()).unwrap();
    let at = |name: &str, about: &str, now: Timestamp| proof(name, about, token.clone()).given("now", now.to_string());
    let iat = second().as_seconds();
    vec![
        at("last-instant", "Just before its end.", second().shifted(600 * SECOND - 1)).accepted(),
        at("ended", "At its end.", second().shifted(600 * SECOND)).expect("token_expired"),
        at("clock-behind", "Five minutes in the future of the server: just taken.", second().shifted(-300 * SECOND))
            .accepted(),
        at("from-the-future", "More than five minutes in the future.", second().shifted(-300 * SECOND - 1))
            .expect("token_not_yet_valid"),
        proof("too-long-a-life", "More than ten minutes.", proof_with(v, "exp", json!(iat + 601))),
        proof("no-life", "It ends when it begins.", proof_with(v, "exp", json!(iat))),
        proof("backwards", "It ends before it begins.", proof_with(v, "exp", json!(iat - 1))),
    ]
}

fn dpop_claims() -> DpopClaims {
    DpopClaims::new("dpop-1".to_owned(), "POST", ADDRESS, second(), NONCE.to_owned(), ACCESS_TOKEN)
}

fn dpop_header() -> Value {
    json!({"typ": "dpop+jwt", "alg": "Ed25519", "jwk": device().public()})
}

/// A DPoP proof with one member of the header changed, or without it.
fn dpop_header_with(name: &str, value: Value) -> String {
    let mut header = dpop_header();
    change(&mut header, name, value);
    sign_raw(&device(), &header.to_string(), &json!(dpop_claims()).to_string())
}

/// A DPoP proof with one claim changed, or without it.
fn dpop_with(name: &str, value: Value) -> String {
    let mut claims = json!(dpop_claims());
    change(&mut claims, name, value);
    sign_raw(&device(), &dpop_header().to_string(), &claims.to_string())
}

fn proof_of_call(name: &str, about: &str, token: String) -> Vector {
    Vector::new(&format!("dpop-{name}"), about, token).kind("dpop").rule("SEC-5")
}

fn dpop(v: &Vendor) -> Vec<Vector> {
    let mut vectors = vec![
        proof_of_call("plain", "A proof for one call.", dpop_claims().sign(&device()).unwrap()).accepted(),
        proof_of_call(
            "is-a-device-proof",
            "A device proof is for another occasion.",
            proof_claims(v).sign(&device()).unwrap(),
        )
        .expect("token_wrong_type"),
        proof_of_call("by-another", "Signed by another key than the one in its header.", {
            sign_raw(&key(9), &dpop_header().to_string(), &json!(dpop_claims()).to_string())
        })
        .expect("token_signature_invalid"),
    ];
    for name in ["jti", "htm", "htu", "iat", "nonce", "ath"] {
        vectors.push(proof_of_call(
            &format!("missing-{name}"),
            &format!("No claim `{name}`."),
            dpop_with(name, Value::Null),
        ));
        let about = format!("The claim `{name}` is of a wrong JSON type.");
        vectors.push(proof_of_call(&format!("wrong-{name}"), &about, dpop_with(name, json!([1]))));
    }
    vectors
}

fn dpop_keys(_: &Vendor) -> Vec<Vector> {
    let rsa = LocalKey::from_pkcs8(include_bytes!("../data/rsa-2048.pkcs8.der")).unwrap();
    let mut leaked = json!(device().public());
    leaked["d"] = json!(base64url(&[21; 32]));
    let mut vectors = vec![
        proof_of_call("jwk-missing", "No key in the header.", dpop_header_with("jwk", Value::Null)),
        proof_of_call("jwk-private", "The private half is given away with it.", dpop_header_with("jwk", leaked)),
        proof_of_call("jwk-rsa", "A device's key is an Ed25519 key.", dpop_header_with("jwk", json!(rsa.public()))),
        proof_of_call(
            "jwk-x25519",
            "A key that signs nothing.",
            dpop_header_with("jwk", json!(device_seal().public())),
        ),
        proof_of_call("jku", "No address of keys.", dpop_header_with("jku", json!("https://keys.example"))),
        proof_of_call("crit", "A critical extension: we know none.", dpop_header_with("crit", json!(["nonce"]))),
        proof_of_call("zip", "Compressed, or so it says.", dpop_header_with("zip", json!("DEF"))),
    ];
    for alg in ["none", "HS256", "RS512", "EdDSA", "ECDH-ES"] {
        let about = format!("`alg` is {alg}, which is not the key's.");
        let token = dpop_header_with("alg", json!(alg));
        vectors.push(proof_of_call(&format!("alg-{}", alg.to_lowercase()), &about, token));
    }
    vectors
}

fn dpop_calls(_: &Vendor) -> Vec<Vector> {
    let good = || dpop_claims().sign(&device()).unwrap();
    let at = |name: &str, about: &str, now: Timestamp| proof_of_call(name, about, good()).given("now", now.to_string());
    let wrong = "token_wrong_recipient";
    vec![
        proof_of_call("method", "For another method.", dpop_with("htm", json!("GET"))).expect(wrong),
        proof_of_call("method-case", "Methods are case-sensitive.", dpop_with("htm", json!("post"))).expect(wrong),
        proof_of_call(
            "path",
            "For another path.",
            dpop_with("htu", json!("https://licenses.example/api/v1/activation")),
        )
        .expect(wrong),
        proof_of_call("address-relative", "An address without a server.", dpop_with("htu", json!(PATH))).expect(wrong),
        proof_of_call(
            "address-behind-proxy",
            "Nobody knows the public address: the path counts, and a proxy may take away what comes before it.",
            dpop_with("htu", json!(format!("https://example/acme{PATH}"))),
        )
        .accepted(),
        proof_of_call("address-query", "A query does not count.", dpop_with("htu", json!(format!("{ADDRESS}?x=1"))))
            .accepted(),
        proof_of_call("public-address", "At the public address.", good())
            .given("publicUrl", "https://licenses.example:443")
            .accepted(),
        proof_of_call("public-address-of-another", "For another server than the public address.", good())
            .given("publicUrl", "https://other.example")
            .expect(wrong),
        proof_of_call("public-address-scheme", "For the same server without TLS.", good())
            .given("publicUrl", "http://licenses.example")
            .expect(wrong),
        proof_of_call("nonce", "For another nonce than the call shows.", dpop_with("nonce", json!("nonce-8")))
            .expect(wrong),
        proof_of_call("ath", "For another access token than the call shows.", good())
            .given("accessToken", "another")
            .expect(wrong),
        at("last-instant", "Nearly ten minutes old.", second().shifted(600 * SECOND - 1)).accepted(),
        at("ended", "Ten minutes old.", second().shifted(600 * SECOND)).expect("token_expired"),
        at("clock-behind", "Five minutes in the future of the server: just taken.", second().shifted(-300 * SECOND))
            .accepted(),
        at("from-the-future", "More than five minutes in the future.", second().shifted(-300 * SECOND - 1))
            .expect("token_not_yet_valid"),
    ]
}

fn access(v: &Vendor) -> Vec<Vector> {
    let claims = AccessClaims {
        issued: v.issued(second()),
        activation: id::<ActivationId>(3),
        chain: 1,
        order: id::<OrderId>(5),
    };
    let header = json!({"alg": "Ed25519", "kid": v.issuing.kid(), "typ": "chancery-access+jwt"}).to_string();
    let with = |name: &str, value: Value| {
        let mut claims = json!(claims);
        change(&mut claims, name, value);
        sign_raw(&v.issuing, &header, &claims.to_string())
    };
    let good = || claims.sign(&v.issuing).unwrap();
    let vector = |name: &str, about: &str, token: String| {
        Vector::new(&format!("access-{name}"), about, token).kind("accessToken").rule("TOK-3")
    };
    let mut vectors = vec![
        vector("plain", "Whether its chain is still the activation's, the database says.", good()).accepted(),
        vector("key-unknown", "By a key that is none of the server's.", claims.sign(&key(9)).unwrap())
            .expect("token_key_unknown"),
        vector(
            "by-another",
            "It names the server's key, and another signed it.",
            sign_raw(&key(9), &header, &json!(claims).to_string()),
        )
        .expect("token_signature_invalid"),
        vector("iss-of-another", "Another vendor's.", with("iss", json!(id::<VendorId>(77).to_string())))
            .expect("token_wrong_recipient"),
        vector("is-a-lease", "A lease is no access token.", v.lease()).expect("token_wrong_type"),
        vector("ver-2", "A version of the form that is not known.", with("ver", json!(2)))
            .expect("token_version_unsupported"),
        vector("from-the-future", "More than five minutes in the future.", good())
            .given("now", second().shifted(-300 * SECOND - 1).to_string())
            .expect("token_not_yet_valid"),
    ];
    for name in ["iss", "iat", "jti", "ver", "sub", "chain", "ord"] {
        vectors.push(vector(&format!("missing-{name}"), &format!("No claim `{name}`."), with(name, Value::Null)));
        let about = format!("The claim `{name}` is of a wrong JSON type.");
        vectors.push(vector(&format!("wrong-{name}"), &about, with(name, json!([1]))));
    }
    vectors
}
