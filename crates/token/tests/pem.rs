//! Private keys in PEM, as they leave the server and come back (KEY-1, KEY-2).
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use chancery_token::{Algorithm, Entropy, LocalKey, PemRejected, SigningKey};

const PASSPHRASE: &str = "correct horse battery staple";

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn ours() -> LocalKey {
    LocalKey::ed25519_from_seed(&[1; 32]).unwrap()
}

fn rsa() -> LocalKey {
    let der = std::fs::read(format!("{}/tests/data/rsa-2048.pkcs8.der", env!("CARGO_MANIFEST_DIR"))).unwrap();
    LocalKey::from_pkcs8(&der).unwrap()
}

fn refused(text: &str, passphrase: Option<&str>) -> PemRejected {
    LocalKey::from_pem(text, passphrase).unwrap_err()
}

#[test]
fn key_1_what_we_write_is_what_openssl_opened() {
    // The vector was opened by OpenSSL 3.0, which showed the seed; see tests/data/README.md.
    let vector = file("root.encrypted.pem");
    let written = ours().to_encrypted_pem(PASSPHRASE, &mut Entropy::new([2; 32])).unwrap();
    assert_eq!(*written, vector);
    assert_eq!(LocalKey::from_pem(&vector, Some(PASSPHRASE)).unwrap().kid(), ours().kid());
    // Another salt and another initialisation vector each time.
    assert_ne!(*ours().to_encrypted_pem(PASSPHRASE, &mut Entropy::new([3; 32])).unwrap(), vector);
}

#[test]
fn key_1_a_key_comes_back_with_its_passphrase_alone() {
    let vector = file("root.encrypted.pem");
    assert_eq!(refused(&vector, None), PemRejected::PassphraseMissing);
    // Enough of them that one would leave bytes that look padded.
    for nth in 0..6 {
        assert_eq!(refused(&vector, Some(&format!("wrong {nth}"))), PemRejected::PassphraseWrong);
    }
}

#[test]
fn key_2_rsa_keys_are_read_as_openssl_writes_them() {
    for name in ["pkcs8", "pkcs1", "aes256", "aes128"] {
        let read = LocalKey::from_pem(&file(&format!("rsa-2048.{name}.pem")), Some(PASSPHRASE)).unwrap();
        assert_eq!((read.kid(), read.algorithm()), (rsa().kid(), Algorithm::Rs512), "{name}");
    }
    // White space around it does not matter.
    let text = format!("\n  {}\n\n", file("rsa-2048.pkcs8.pem").replace('\n', "\r\n"));
    assert_eq!(LocalKey::from_pem(&text, None).unwrap().kid(), rsa().kid());
}

#[test]
fn key_2_what_is_no_key_of_ours_is_refused_and_said_why() {
    for name in ["rsa-1024.pkcs8", "p256.pkcs8", "x25519.pkcs8"] {
        let error = refused(&file(&format!("{name}.pem")), None);
        assert!(matches!(error, PemRejected::Unusable(_)), "{name}: {error:?}");
    }
    assert_eq!(refused(&file("rsa-2048.public.pem"), None), PemRejected::OtherThing);
    assert_eq!(refused(&file("rsa-2048.scrypt.pem"), Some(PASSPHRASE)), PemRejected::Encryption);
    let whole = file("rsa-2048.pkcs8.pem");
    let cut: String = whole.lines().take(5).collect::<Vec<_>>().join("\n");
    for form in ["", "hello", &cut, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", &whole[5..]] {
        let error = refused(form, None);
        assert!(matches!(error, PemRejected::Form | PemRejected::Unusable(_)), "{form:.20}: {error:?}");
    }
}

#[test]
fn key_2_flipped_bytes_of_an_encrypted_key_never_panic() {
    // The passphrase is hashed for each: with as few rounds as OpenSSL takes.
    let text = file("rsa-2048.aes256.pem");
    for at in (40..text.len()).step_by(97) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(bytes).unwrap();
        assert!(LocalKey::from_pem(&altered, Some(PASSPHRASE)).is_err(), "byte {at}");
    }
}

#[test]
fn key_6_a_key_shows_its_kid_alone() {
    let key = ours();
    assert_eq!(format!("{key:?}"), format!("LocalKey({})", key.kid()));
    let boxed: Box<dyn SigningKey> = Box::new(ours());
    assert_eq!(format!("{boxed:?}"), format!("LocalKey({})", key.kid()));
}
