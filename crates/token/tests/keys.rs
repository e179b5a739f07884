//! Keys: published vectors, the signing trait, private keys at rest.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chancery_token::hash::{base64url, from_base64url};
use chancery_token::{
    Algorithm, Entropy, Jwk, KekInvalid, KeyEncryptionKey, KeyRejected, LocalKey, PublicKey, SigningKey, UnwrapError,
};
use common::key;
use serde_json::json;

const RSA_2048: &[u8] = include_bytes!("data/rsa-2048.pkcs8.der");
const RSA_1024: &[u8] = include_bytes!("data/rsa-1024.pkcs8.der");
const RS512_BY_OPENSSL: &[u8] = include_bytes!("data/rsa-2048.rs512.sig");

fn rfc_8037_key() -> LocalKey {
    let seed = from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    LocalKey::ed25519_from_seed(&seed.try_into().unwrap()).unwrap()
}

#[test]
fn key_2_rfc_8037_appendix_a_public_key_and_thumbprint() {
    let key = rfc_8037_key();
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let json = serde_json::to_value(key.public()).unwrap();
    assert_eq!(json, json!({"kty": "OKP", "crv": "Ed25519", "x": x}));
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
}

#[test]
fn key_2_rfc_8037_appendix_a_signature() {
    let key = rfc_8037_key();
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = key.sign(message).unwrap();
    let published = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(base64url(&signature), published);
    let public = PublicKey::new(key.public().clone()).unwrap();
    assert!(public.verifies(message, &signature));
    assert!(!public.verifies(b"another message", &signature));
}

#[test]
fn key_3_rfc_7638_section_3_1_thumbprint() {
    let jwk: Jwk = serde_json::from_value(json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
              oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA\
              ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
              kEgU8awapJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29"
    }))
    .unwrap();
    assert_eq!(jwk.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(jwk.algorithm(), Algorithm::Rs512);
}

#[test]
fn key_2_rs512_agrees_with_openssl() {
    let key = LocalKey::from_pkcs8(RSA_2048).unwrap();
    assert_eq!(key.algorithm().name(), "RS512");
    assert_eq!(key.sign(b"Chancery RS512").unwrap(), RS512_BY_OPENSSL);
    let public = PublicKey::new(key.public().clone()).unwrap();
    assert!(public.verifies(b"Chancery RS512", RS512_BY_OPENSSL));
    assert!(!public.verifies(b"Chancery RS513", RS512_BY_OPENSSL));
}

#[test]
fn key_2_a_new_rsa_key_has_3072_bits() {
    let key = LocalKey::generate_rsa_from_system_randomness().unwrap();
    let Jwk::Rsa { n, e } = key.public() else { panic!("not RSA") };
    assert_eq!(n.len() * 8, 3072);
    assert!(n[0] >= 0x80);
    assert_eq!(e, &[1, 0, 1]);
    let signature = key.sign(b"message").unwrap();
    assert!(PublicKey::new(key.public().clone()).unwrap().verifies(b"message", &signature));
}

#[test]
fn key_2_rsa_below_2048_bits_is_not_imported() {
    assert_eq!(LocalKey::from_pkcs8(RSA_1024).unwrap_err(), KeyRejected);
    assert_eq!(LocalKey::from_pkcs8(b"").unwrap_err(), KeyRejected);
    assert_eq!(LocalKey::from_pkcs8(&RSA_2048[..1000]).unwrap_err(), KeyRejected);
}

#[test]
fn key_6_a_private_key_is_exported_and_imported() {
    for original in [key(5), LocalKey::from_pkcs8(RSA_2048).unwrap()] {
        let again = LocalKey::from_pkcs8(&original.to_pkcs8().unwrap()).unwrap();
        assert_eq!(again.kid(), original.kid());
        assert_eq!(again.sign(b"message").unwrap(), original.sign(b"message").unwrap());
    }
}

#[test]
fn key_6_debug_shows_the_kid_and_nothing_else() {
    let key = key(5);
    assert_eq!(format!("{key:?}"), format!("LocalKey({})", key.kid()));
    let kek = KeyEncryptionKey::from_bytes(&[0x41; 32]).unwrap();
    assert_eq!(format!("{kek:?}"), "KeyEncryptionKey");
    assert_eq!(format!("{:?}", Entropy::new([0x41; 32])), "Entropy");
}

#[test]
fn key_7_a_key_may_be_anything_that_signs() {
    let keys: Vec<Box<dyn SigningKey>> = vec![Box::new(key(1)), Box::new(LocalKey::from_pkcs8(RSA_2048).unwrap())];
    for key in keys {
        let public = PublicKey::new(key.public().clone()).unwrap();
        assert_eq!((public.kid(), public.algorithm()), (key.kid(), key.algorithm()));
        assert!(public.verifies(b"m", &key.sign(b"m").unwrap()));
    }
}

#[test]
fn tok_3_a_jwk_that_is_not_a_plain_public_signing_key_is_refused() {
    let ed25519 = serde_json::to_value(key(5).public()).unwrap();
    let rsa = serde_json::to_value(LocalKey::from_pkcs8(RSA_2048).unwrap().public()).unwrap();
    let with = |mut jwk: serde_json::Value, name: &str, value| {
        jwk[name] = value;
        serde_json::from_value::<Jwk>(jwk)
    };
    assert!(with(ed25519.clone(), "kid", json!("x")).is_ok());
    for (jwk, name, value) in [
        (&ed25519, "d", json!("AAAA")),
        (&ed25519, "d", json!(null)),
        (&ed25519, "x", json!(base64url(&[1; 31]))),
        (&ed25519, "x", json!(format!("{}=", base64url(&[1; 32])))),
        (&ed25519, "crv", json!("X448")),
        (&ed25519, "kty", json!("oct")),
        (&rsa, "d", json!("AAAA")),
        (&rsa, "e", json!("AQ")),
        (&rsa, "e", json!("Ag")),
        (&rsa, "e", json!("AAEAAQ")),
        (&rsa, "n", json!(base64url(&[0xff; 255]))),
        (&rsa, "n", json!(base64url(&[0x7f; 256]))),
        (&rsa, "n", json!(base64url(&[0xff; 1025]))),
    ] {
        assert!(with(jwk.clone(), name, value.clone()).is_err(), "{name}: {value}");
    }
}

#[test]
fn key_6_a_wrapped_key_opens_only_with_its_key_purpose_and_id() {
    let kek = KeyEncryptionKey::from_bytes(&[1; 32]).unwrap();
    let secret = key(5).to_pkcs8().unwrap();
    let wrapped = kek.wrap("signing-key", "kid-1", &secret, Entropy::new([3; 32]).bytes()).unwrap();
    assert_eq!(wrapped.len(), secret.len() + 12 + 16);
    assert!(!wrapped.windows(16).any(|part| secret.windows(16).any(|plain| part == plain)));
    assert_eq!(*kek.unwrap("signing-key", "kid-1", &wrapped).unwrap(), *secret);

    let other = KeyEncryptionKey::from_bytes(&[2; 32]).unwrap();
    let error = other.unwrap("signing-key", "kid-1", &wrapped).unwrap_err();
    assert_eq!(error, UnwrapError);
    assert!(error.to_string().contains("another key-encryption key"));
    assert_eq!(kek.unwrap("signing-key", "kid-2", &wrapped).unwrap_err(), UnwrapError);
    assert_eq!(kek.unwrap("activation-code", "kid-1", &wrapped).unwrap_err(), UnwrapError);
    for position in 0..wrapped.len() {
        let mut damaged = wrapped.clone();
        damaged[position] ^= 1;
        assert_eq!(kek.unwrap("signing-key", "kid-1", &damaged).unwrap_err(), UnwrapError, "byte {position}");
    }
    for length in [0, 11, 12, 27] {
        assert_eq!(kek.unwrap("signing-key", "kid-1", &wrapped[..length]).unwrap_err(), UnwrapError);
    }
}

#[test]
fn key_6_a_key_encryption_key_is_read_from_text() {
    let wrapped =
        KeyEncryptionKey::from_bytes(&[0xfb; 32]).unwrap().wrap("signing-key", "kid", b"secret", [0; 12]).unwrap();
    let base64url = base64url(&[0xfb; 32]);
    let base64 = base64url.replace('-', "+").replace('_', "/");
    let texts =
        ["fb".repeat(32), "FB".repeat(32), format!(" {base64url}\n"), format!("{base64}="), format!("{base64url}=")];
    for text in texts {
        let kek = KeyEncryptionKey::from_text(&text).unwrap();
        assert_eq!(&**kek.unwrap("signing-key", "kid", &wrapped).unwrap(), b"secret", "{text}");
    }
    for text in ["", "fb", &"fb".repeat(31), &"fb".repeat(33), &"zz".repeat(32), &base64url[..42], "password"] {
        assert_eq!(KeyEncryptionKey::from_text(text).unwrap_err(), KekInvalid, "{text}");
    }
}
