//! Keys that were made elsewhere (KEY-2).

use chancery_domain::{KeyPurpose, KeyStatus, Name};
use chancery_operations::vendor::NewVendor;
use chancery_operations::{Context, Error, signing_key, vendor};
use chancery_token::{Algorithm, Entropy, KeyUse, LocalKey, SigningKey};

use crate::fixture::{Engine, Fixture, Terms};
use crate::kid;
use crate::on_both_engines;

/// Made by OpenSSL for tests of the token crate, in PKCS#1.
const RSA: &str = include_str!("../../../token/tests/data/rsa-2048.pkcs1.pem");
const RSA_ENCRYPTED: &str = include_str!("../../../token/tests/data/rsa-2048.aes256.pem");
const RSA_WEAK: &str = include_str!("../../../token/tests/data/rsa-1024.pkcs8.pem");
const RSA_PUBLIC: &str = include_str!("../../../token/tests/data/rsa-2048.public.pem");
const PASSPHRASE: &str = "correct horse battery staple";

on_both_engines! {
    key_2_an_rsa_key_is_imported_for_license_keys,
    key_2_an_issuing_key_is_imported_and_takes_over,
    key_2_what_is_no_key_for_it_is_refused,
    key_2_no_key_belongs_to_two,
}

/// An Ed25519 key in PEM.
fn ed25519(seed: u8) -> (String, LocalKey) {
    let key = LocalKey::ed25519_from_seed(&[seed; 32]).unwrap();
    (key.to_encrypted_pem(PASSPHRASE, &mut Entropy::new([seed; 32])).unwrap().to_string(), key)
}

async fn key_2_an_rsa_key_is_imported_for_license_keys(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let imported = fixture.import(RSA, None, None).await.unwrap().key;
    assert_eq!((imported.purpose, imported.algorithm.as_str()), (KeyPurpose::LicenseKey, "RS512"));
    let trust = fixture.trust().await;
    let certificate = trust.certificates().iter().find(|known| known.kid() == imported.kid).unwrap();
    assert_eq!(certificate.claims().uses, [KeyUse::LicenseKey]);
    assert_eq!(certificate.claims().jwk().algorithm(), Algorithm::Rs512);
    // One of 3072 bits is made, and takes over.
    let made = signing_key::rotate(&fixture.system, &fixture.admin(), KeyPurpose::LicenseKey).await.unwrap().key;
    assert_eq!(fixture.active(KeyPurpose::LicenseKey).await.key, made);
    let published = vendor::jwks(&fixture.system, fixture.vendor.id).await.unwrap().keys;
    let modulus = |kid: &str| match &published.iter().find(|key| key.kid == kid).unwrap().jwk {
        chancery_token::Jwk::Rsa { n, .. } => n.len() * 8,
        other => panic!("{other:?}"),
    };
    assert_eq!((modulus(&imported.kid), modulus(&made.kid)), (2048, 3072));
    // Leases go on by the key for them.
    let seat = fixture.activate("a", None).await.unwrap();
    assert_eq!(kid(&seat.lease), fixture.active(KeyPurpose::Issuing).await.key.kid);
}

async fn key_2_an_issuing_key_is_imported_and_takes_over(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let before = fixture.active(KeyPurpose::Issuing).await.key;
    let shipped = fixture.trust().await;
    let (pem, key) = ed25519(3);
    let imported = fixture.import(&pem, Some(PASSPHRASE), None).await.unwrap().key;
    assert_eq!((imported.purpose, imported.kid.as_str()), (KeyPurpose::Issuing, key.kid()));
    let seat = fixture.activate("a", None).await.unwrap();
    assert_eq!(kid(&seat.lease), key.kid());
    fixture.believes(&shipped, &seat.lease).unwrap();
    let retired = fixture.keys().await.into_iter().find(|view| view.key.id == before.id).unwrap().key;
    assert_eq!(retired.status(), KeyStatus::Retired);
    let (pem, key) = ed25519(4);
    fixture.import(&pem, Some(PASSPHRASE), Some(KeyPurpose::Lasting)).await.unwrap();
    assert_eq!(fixture.active(KeyPurpose::Lasting).await.key.kid, key.kid());
}

async fn key_2_what_is_no_key_for_it_is_refused(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    let keys = fixture.keys().await;
    let (ours, _) = ed25519(3);
    for (pem, passphrase, purpose, path) in [
        (RSA_WEAK, None, None, "pem"),
        (RSA_PUBLIC, None, None, "pem"),
        ("hello", None, None, "pem"),
        (RSA, None, Some(KeyPurpose::Issuing), "purpose"),
        (RSA, None, Some(KeyPurpose::Root), "pem"),
        (ours.as_str(), Some(PASSPHRASE), Some(KeyPurpose::LicenseKey), "purpose"),
        (ours.as_str(), None, None, "passphrase"),
        (RSA_ENCRYPTED, Some("wrong"), None, "passphrase"),
    ] {
        let error = fixture.import(pem, passphrase, purpose).await.unwrap_err();
        let Error::Invalid(errors) = &error else { panic!("{error:?}") };
        assert_eq!((errors.len(), errors[0].path.as_str()), (1, path), "{errors:?}");
        // TOK-5, API-7: nothing of the key is repeated.
        assert!(!errors[0].detail.contains("MII") && !errors[0].detail.contains(PASSPHRASE));
    }
    assert_eq!(fixture.keys().await, keys);
}

async fn key_2_no_key_belongs_to_two(engine: Engine) {
    let fixture = Fixture::new(engine, Terms::default()).await;
    fixture.import(RSA, None, None).await.unwrap();
    assert!(matches!(fixture.import(RSA, None, None).await, Err(Error::AlreadyExists { field: "pem" })));
    let new = NewVendor { name: Name::new("Umbrella").unwrap(), sandbox: false, admin_key: None };
    let (other, _) = vendor::create(&fixture.system, fixture.now(), [2; 32], new).await.unwrap();
    let actor = chancery_domain::Actor::Operator { vendor: other.id };
    let context = Context::new(actor, fixture.now(), [3; 32]);
    let input = signing_key::ImportKey {
        pem: RSA_ENCRYPTED.to_owned().into(),
        passphrase: Some(PASSPHRASE.to_owned().into()),
        purpose: None,
    };
    let refused = signing_key::import(&fixture.system, &context, input).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { field: "pem" })));
}
