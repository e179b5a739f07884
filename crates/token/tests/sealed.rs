//! Sealed tokens (TOK-2): what is sealed is read back, and each row of TOK-3 that concerns them is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_token::hash::{base64url, from_base64url};
use chancery_token::{
    Fault, OfflineDeactivation, OfflineReply, OfflineRequest, OpeningKey, Recipient, SealingKey, SigningKey, TokenError,
};
use common::offline::*;
use common::{Vendor, key, now, sign_raw};
use serde_json::{Value, json};

fn malformed(fault: Fault) -> TokenError {
    TokenError::Malformed(fault)
}

fn open(text: &str) -> Result<OfflineRequest, TokenError> {
    OfflineRequest::open(text, &[&receiving(), &retired()], &expected(now()))
}

fn refusal(text: &str) -> TokenError {
    open(text).unwrap_err()
}

/// A request that is signed, and not yet sealed.
fn signed() -> String {
    let header = json!({"alg": "Ed25519", "kid": device().kid(), "typ": "chancery-offline-request+jwt"});
    let claims = serde_json::to_string(&request_claims(&Vendor::new())).unwrap();
    sign_raw(&device(), &header.to_string(), &claims)
}

/// The refusal of a request whose seal's header has this member too, or instead.
fn with_header(name: &str, value: Value) -> TokenError {
    let mut header = seal_header(&receiving());
    header[name] = value;
    refusal(&seal_raw(&header.to_string(), signed().as_bytes(), &receiving()))
}

#[test]
fn tok_2_the_four_kinds_are_read_back() {
    let vendor = Vendor::new();
    let trust = trust(&vendor);
    let request = request_claims(&vendor);
    let opened = open(&seal_request(&request)).unwrap();
    assert_eq!((opened.kid(), opened.clone().into_claims()), (device().kid(), request));
    let deactivation = deactivation_claims(&vendor);
    let opened =
        OfflineDeactivation::open(&seal_deactivation(&deactivation), &[&receiving()], &expected(now())).unwrap();
    assert_eq!((opened.kid(), opened.clone().into_claims()), (device().kid(), deactivation));
    let response = response_claims(&vendor);
    let reply = trust.open_offline_reply(&seal_response(&vendor, &response), &device_seal(), now()).unwrap();
    let OfflineReply::Response(opened) = &reply else { panic!("another kind") };
    assert_eq!((opened.kid(), opened.clone().into_claims()), (vendor.issuing.kid(), response));
    assert_eq!((reply.seq(), reply.lease(), reply.revocations()), (1, vendor.lease().as_str(), None));
    let refresh = refresh_claims(&vendor);
    let reply = trust.open_offline_reply(&seal_refresh(&vendor, &refresh), &device_seal(), now()).unwrap();
    let OfflineReply::Refresh(opened) = &reply else { panic!("another kind") };
    assert_eq!(opened.clone().into_claims(), refresh);
    assert_eq!((reply.seq(), reply.issued_at(), reply.revocations()), (2, second(), refresh.revocations.as_deref()));
}

#[test]
fn tok_2_the_header_has_what_the_profile_says_and_nothing_else() {
    let text = seal_request(&request_claims(&Vendor::new()));
    let parts: Vec<&str> = text.split('.').collect();
    let header: Value = serde_json::from_slice(&from_base64url(parts[0]).unwrap()).unwrap();
    let names: Vec<&String> = header.as_object().unwrap().keys().collect();
    assert_eq!(names, ["alg", "cty", "enc", "epk", "kid"]);
    assert_eq!((&header["alg"], &header["enc"], &header["cty"]), (&json!("ECDH-ES"), &json!("A256GCM"), &json!("JWT")));
    assert_eq!(header["kid"], receiving().kid());
    assert_eq!((parts.len(), parts[1]), (5, ""));
}

#[test]
fn tok_2_what_another_implementation_seals_is_opened() {
    assert_eq!(open(&reseal(&signed(), &receiving())).unwrap().into_claims(), request_claims(&Vendor::new()));
    // Members that nobody knows yet do no harm.
    let mut header = seal_header(&receiving());
    header["later"] = json!(1);
    assert!(open(&seal_raw(&header.to_string(), signed().as_bytes(), &receiving())).is_ok());
}

#[test]
fn key_2_a_retired_receiving_key_still_opens_and_an_unknown_one_does_not() {
    let mut claims = request_claims(&Vendor::new());
    retired().kid().clone_into(&mut claims.audience);
    let text = claims.seal(&device(), &sealing(&retired()), &mut entropy()).unwrap();
    assert!(open(&text).is_ok());
    let alone = OfflineRequest::open(&text, &[&receiving()], &expected(now()));
    assert_eq!(alone.unwrap_err(), TokenError::WrongRecipient(Recipient::Vendor));
    assert_eq!(
        OfflineRequest::open(&text, &[], &expected(now())).unwrap_err(),
        TokenError::WrongRecipient(Recipient::Vendor)
    );
}

#[test]
fn tok_3_not_exactly_five_parts_of_the_right_length() {
    let text = seal_request(&request_claims(&Vendor::new()));
    let parts: Vec<&str> = text.split('.').collect();
    let with = |index: usize, part: &str| {
        let mut parts = parts.clone();
        parts[index] = part;
        parts.join(".")
    };
    for text in [
        String::new(),
        ".".to_owned(),
        "....".to_owned(),
        parts[..4].join("."),
        format!("{text}.AAAA"),
        format!("{text}."),
        with(0, ""),
        with(1, "AAAA"),
        with(2, ""),
        with(2, &base64url(&[7; 11])),
        with(2, &base64url(&[7; 13])),
        with(4, ""),
        with(4, &base64url(&[7; 15])),
        with(4, &base64url(&[7; 17])),
        signed(),
    ] {
        assert_eq!(refusal(&text), malformed(Fault::Parts), "{text}");
    }
    assert_eq!(refusal(&with(3, "")), malformed(Fault::Seal));
}

#[test]
fn tok_3_base64url_of_a_seal_is_canonical() {
    let text = seal_request(&request_claims(&Vendor::new()));
    for text in [format!("{text}="), format!("{text}\n"), format!(" {text}"), text.replacen("..", "..=", 1)] {
        assert_eq!(refusal(&text), malformed(Fault::Base64), "{text}");
    }
    // 16 bytes end within a character: its last bits are zero.
    let last = text.chars().last().unwrap();
    let other = format!("{}{}", &text[..text.len() - 1], char::from(last as u8 + 1));
    assert_eq!(refusal(&other), malformed(Fault::Base64));
}

#[test]
fn tok_3_longer_than_64_kib() {
    let mut claims = request_claims(&Vendor::new());
    claims.seat_name = Some("x".repeat(30 * 1024));
    assert!(open(&seal_request(&claims)).is_ok());
    claims.seat_name = Some("x".repeat(48 * 1024));
    assert_eq!(refusal(&seal_request(&claims)), malformed(Fault::TooLong));
}

#[test]
fn tok_3_another_algorithm_or_encryption() {
    for alg in [
        "none",
        "HS256",
        "RSA1_5",
        "RSA-OAEP",
        "RSA-OAEP-256",
        "PBES2-HS256+A128KW",
        "dir",
        "ECDH-ES+A256KW",
        "Ed25519",
    ] {
        assert_eq!(with_header("alg", json!(alg)), malformed(Fault::Algorithm), "{alg}");
    }
    assert_eq!(with_header("alg", Value::Null), malformed(Fault::Algorithm));
    for enc in [json!("A128GCM"), json!("A128CBC-HS256"), json!("A256CBC-HS512"), json!(256)] {
        assert_eq!(with_header("enc", enc), malformed(Fault::Encryption));
    }
}

#[test]
fn tok_3_members_of_the_header_that_change_how_it_is_read() {
    assert_eq!(with_header("zip", json!("DEF")), malformed(Fault::Compressed));
    assert_eq!(with_header("crit", json!(["exp"])), malformed(Fault::Critical));
    assert_eq!(with_header("crit", json!([])), malformed(Fault::Critical));
    for name in ["jwk", "jku", "x5u", "x5c"] {
        assert_eq!(with_header(name, json!(receiving().public())), malformed(Fault::KeyInHeader), "{name}");
    }
    assert_eq!(with_header("apu", json!("QWxpY2U")), malformed(Fault::PartyInfo));
    assert_eq!(with_header("apv", json!("")), malformed(Fault::PartyInfo));
    assert_eq!(with_header("kid", json!(7)), malformed(Fault::HeaderMember("kid")));
    assert_eq!(with_header("cty", Value::Null), malformed(Fault::HeaderMember("cty")));
    assert_eq!(with_header("cty", json!("text/plain")), malformed(Fault::NotSigned));
}

#[test]
fn tok_3_members_of_the_header_that_are_missing_or_stand_there_twice() {
    let without = |name: &str| {
        let mut header = seal_header(&receiving());
        header.as_object_mut().unwrap().remove(name).unwrap();
        refusal(&seal_raw(&header.to_string(), signed().as_bytes(), &receiving()))
    };
    assert_eq!(without("alg"), malformed(Fault::Algorithm));
    assert_eq!(without("enc"), malformed(Fault::Encryption));
    assert_eq!(without("cty"), malformed(Fault::HeaderMember("cty")));
    assert_eq!(without("kid"), malformed(Fault::HeaderMember("kid")));
    assert_eq!(without("epk"), malformed(Fault::HeaderMember("epk")));
    let good = seal_header(&receiving()).to_string();
    for twice in [r#"{"alg":"dir","#, r#"{"\u0065nc":"A256GCM","#] {
        let header = good.replacen('{', twice, 1);
        assert_eq!(refusal(&seal_raw(&header, signed().as_bytes(), &receiving())), malformed(Fault::DuplicateMember));
    }
    let header = good.replacen(r#""crv""#, r#""crv":"X25519","crv""#, 1);
    assert_eq!(refusal(&seal_raw(&header, signed().as_bytes(), &receiving())), malformed(Fault::DuplicateMember));
    for header in ["[]", "null", "{", "{}x"] {
        assert_eq!(refusal(&seal_raw(header, signed().as_bytes(), &receiving())), malformed(Fault::Json), "{header}");
    }
}

#[test]
fn tok_3_an_ephemeral_key_that_is_none() {
    let mut private = serde_json::to_value(opening(40).public()).unwrap();
    private["d"] = json!(base64url(&[40; 32]));
    for epk in [
        Value::Null,
        json!("x"),
        json!(key(9).public()),
        private,
        json!({"kty": "OKP", "crv": "X448", "x": base64url(&[1; 56])}),
        json!({"kty": "OKP", "crv": "X25519", "x": base64url(&[1; 31])}),
        json!({"kty": "EC", "crv": "P-256", "x": base64url(&[1; 32]), "y": base64url(&[1; 32])}),
    ] {
        assert_eq!(with_header("epk", epk.clone()), malformed(Fault::EphemeralKey), "{epk}");
    }
}

/// The points of small order (RFC 7748, section 6.1, and the same numbers written otherwise).
fn worthless_points() -> Vec<[u8; 32]> {
    let hex = |text: &str| chancery_token::hash::from_hex(text).unwrap().try_into().unwrap();
    let mut one = [0; 32];
    one[0] = 1;
    let field = |first: u8| {
        let mut point = [0xff; 32];
        (point[0], point[31]) = (first, 0x7f);
        point
    };
    vec![
        [0; 32],
        one,
        hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        field(0xec),
        field(0xed),
        field(0xee),
    ]
}

#[test]
fn tok_3_an_agreement_on_nothing_but_zeros() {
    for point in worthless_points() {
        let jwk = json!({"kty": "OKP", "crv": "X25519", "x": base64url(&point)});
        assert_eq!(with_header("epk", jwk.clone()), malformed(Fault::KeyAgreement), "{jwk}");
        assert!(SealingKey::new(serde_json::from_value(jwk.clone()).unwrap()).is_err(), "{jwk}");
        // Nor does a device get the vendor to seal something to such a key.
        let mut claims = request_claims(&Vendor::new());
        claims.device_keys.seal = serde_json::from_value(jwk.clone()).unwrap();
        assert_eq!(refusal(&seal_request(&claims)), malformed(Fault::Claims), "{jwk}");
    }
}

#[test]
fn tok_3_what_is_sealed_is_a_signed_token() {
    let sealed = |plain: &[u8]| refusal(&seal_raw(&seal_header(&receiving()).to_string(), plain, &receiving()));
    let claims = serde_json::to_string(&request_claims(&Vendor::new())).unwrap();
    let within = seal_request(&request_claims(&Vendor::new()));
    for plain in [claims.as_bytes(), b"", b"\xff\xfe", b"a.b", within.as_bytes()] {
        assert_eq!(sealed(plain), malformed(Fault::NotSigned), "{}", String::from_utf8_lossy(plain));
    }
    let (head, signature) = signed().rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(sealed(format!("{head}.").as_bytes()), TokenError::SignatureInvalid);
    assert_eq!(sealed(format!("{head}.{signature} ").as_bytes()), malformed(Fault::Base64));
    let none = json!({"alg": "none", "kid": device().kid(), "typ": "chancery-offline-request+jwt"}).to_string();
    assert_eq!(sealed(sign_raw(&device(), &none, &claims).as_bytes()), malformed(Fault::Algorithm));
    let sealing = json!({"alg": "ECDH-ES", "kid": device().kid(), "typ": "chancery-offline-request+jwt"}).to_string();
    assert_eq!(sealed(sign_raw(&device(), &sealing, &claims).as_bytes()), malformed(Fault::Algorithm));
}

#[test]
fn tok_3_a_seal_that_does_not_open() {
    let text = seal_request(&request_claims(&Vendor::new()));
    let other = reseal(&signed(), &receiving());
    let (text, other): (Vec<&str>, Vec<&str>) = (text.split('.').collect(), other.split('.').collect());
    for position in [0, 2, 3, 4] {
        let mut swapped = text.clone();
        swapped[position] = other[position];
        assert_eq!(refusal(&swapped.join(".")), malformed(Fault::Seal), "part {position}");
    }
    // Sealed to somebody else, and the name on it changed.
    let mut header = seal_header(&receiving());
    header["epk"] = json!(opening(40).public());
    let stranger = seal_raw(&header.to_string(), signed().as_bytes(), &opening(50));
    assert_eq!(refusal(&stranger), malformed(Fault::Seal));
}

#[test]
fn key_6_an_opening_key_is_exported_imported_and_never_shown() {
    let pem = include_str!("data/x25519.pkcs8.pem");
    let (_, der) = pkcs8::der::SecretDocument::from_pem(pem).unwrap();
    let key = OpeningKey::from_pkcs8(der.as_bytes()).unwrap();
    assert_eq!(*key.to_pkcs8(), der.as_bytes());
    assert_eq!(OpeningKey::from_pkcs8(&opening(5).to_pkcs8()).unwrap().kid(), opening(5).kid());
    assert_eq!(format!("{key:?}"), format!("OpeningKey({})", key.kid()));
    assert_eq!(format!("{:?}", sealing(&key)), format!("SealingKey({})", key.kid()));
    let whole = der.as_bytes();
    for other in [&b""[..], &whole[..47], &common::key(5).to_pkcs8().unwrap()] {
        assert!(OpeningKey::from_pkcs8(other).is_err());
    }
    assert!(SealingKey::new(common::key(5).public().clone()).is_err());
    assert!(chancery_token::PublicKey::new(key.public().clone()).is_err());
}

#[test]
fn tok_5_debug_of_a_request_shows_no_secret() {
    let request = open(&seal_request(&request_claims(&Vendor::new()))).unwrap();
    assert_eq!(format!("{request:?}"), "Verified(OfflineRequestClaims(request-1))");
}
