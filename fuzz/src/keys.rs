//! Keys as people and files bring them: PEM, PKCS#8, PKCS#1, JWK, key-encryption keys and what they wrapped.

use chancery_token::{Jwk, KeyEncryptionKey, LocalKey, OpeningKey, PublicKey, SealingKey, SigningKey};
use pkcs8::EncryptedPrivateKeyInfo;
use pkcs8::der::SecretDocument;
use pkcs8::pkcs5::EncryptionScheme;

/// Reading a key that was encrypted with more rounds is allowed, and takes its time.
const MOST_ROUNDS: u32 = 1_000;

/// The first byte says what the rest is.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match choice & 7 {
        0 | 1 => pem(&text),
        2 => private(LocalKey::from_pkcs8(rest).ok()),
        3 => private(LocalKey::from_pkcs1(rest).ok()),
        4 => opening(rest),
        5 | 6 => jwk(&text),
        _ => kek(&text, rest),
    }
}

fn pem(text: &str) {
    if !is_slow(text) {
        private(LocalKey::from_pem(text, None).ok());
        private(LocalKey::from_pem(text, Some("passphrase")).ok());
    }
}

fn is_slow(text: &str) -> bool {
    let Ok((_, der)) = SecretDocument::from_pem(text.trim()) else { return false };
    let Ok(info) = EncryptedPrivateKeyInfo::try_from(der.as_bytes()) else { return false };
    let EncryptionScheme::Pbes2(scheme) = &info.encryption_algorithm else { return false };
    scheme.kdf.pbkdf2().is_some_and(|kdf| kdf.iteration_count > MOST_ROUNDS)
}

fn private(key: Option<LocalKey>) {
    let Some(key) = key else { return };
    let again = LocalKey::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    assert!(again.kid() == key.kid() && key.kid() == key.public().thumbprint());
    let public = PublicKey::new(key.public().clone()).unwrap();
    assert!(public.verifies(b"message", &key.sign(b"message").unwrap()));
}

fn opening(der: &[u8]) {
    if let Ok(key) = OpeningKey::from_pkcs8(der) {
        let again = OpeningKey::from_pkcs8(&key.to_pkcs8()).unwrap();
        assert_eq!(again.kid(), key.kid());
        assert!(SealingKey::new(key.public().clone()).is_ok());
    }
}

fn jwk(text: &str) {
    let Some(jwk) = Jwk::from_text(text) else { return };
    assert_eq!(Jwk::from_text(&jwk.to_text()).as_ref(), Some(&jwk));
    let (signs, seals) = (PublicKey::new(jwk.clone()), SealingKey::new(jwk.clone()));
    // Each key has one algorithm (TOK-1).
    assert!(signs.is_err() || seals.is_err());
    if let Ok(key) = signs {
        assert_eq!(key.kid(), jwk.thumbprint());
        assert!(!key.verifies(text.as_bytes(), text.as_bytes()));
    }
}

fn kek(text: &str, bytes: &[u8]) {
    let _ = KeyEncryptionKey::from_text(text);
    let key = KeyEncryptionKey::from_bytes(&[7; 32]).unwrap();
    assert!(key.unwrap("fuzz", "1", bytes).is_err());
    let wrapped = key.wrap("fuzz", "1", bytes, [3; 12]).unwrap();
    assert_eq!(key.unwrap("fuzz", "1", &wrapped).unwrap().as_slice(), bytes);
    assert!(key.unwrap("fuzz", "2", &wrapped).is_err());
}
