//! Private keys as people carry them: PEM, encrypted by PBES2 (RFC 8018) where they leave the server (KEY-1).

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use pkcs8::der::{Document, SecretDocument};
use pkcs8::pkcs5::{EncryptionScheme, pbes2};
use pkcs8::{EncryptedPrivateKeyInfo, LineEnding};
use zeroize::Zeroizing;

use super::{KeyRejected, LocalKey, SignError, SigningKey};
use crate::Entropy;

/// How often a passphrase is hashed when a key is written: what OWASP recommends for PBKDF2 with SHA-256.
const ROUNDS: u32 = 600_000;
/// More is refused when a key is read: it would only keep the server busy.
const MOST_ROUNDS: u32 = 10_000_000;

const PRIVATE: &str = "PRIVATE KEY";
const RSA_PRIVATE: &str = "RSA PRIVATE KEY";
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// Why a text is no private key that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemRejected {
    /// It is no PEM.
    #[error("not a private key in PEM: it begins with -----BEGIN and ends with -----END, and nothing follows")]
    Form,
    /// It is another thing in PEM, such as a public key or a certificate.
    #[error("not a private key: give what stands between BEGIN PRIVATE KEY and END PRIVATE KEY, with these lines")]
    OtherThing,
    /// It is encrypted, and there is no passphrase.
    #[error("the key is encrypted: give its passphrase")]
    PassphraseMissing,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the key")]
    PassphraseWrong,
    /// It is encrypted in a way that is not read here.
    #[error(
        "the key is encrypted in another way than PBES2 with PBKDF2 and AES-CBC: `openssl pkcs8 -topk8` converts it"
    )]
    Encryption,
    /// It is a private key, and not one of ours.
    #[error(transparent)]
    Unusable(#[from] KeyRejected),
}

impl LocalKey {
    /// Reads a private key in PEM: PKCS#8, PKCS#8 encrypted with PBES2, or PKCS#1.
    ///
    /// # Errors
    /// [`PemRejected`].
    pub fn from_pem(text: &str, passphrase: Option<&str>) -> Result<Self, PemRejected> {
        let (label, der) = SecretDocument::from_pem(text.trim()).map_err(|_| PemRejected::Form)?;
        match label {
            PRIVATE => Ok(Self::from_pkcs8(der.as_bytes())?),
            RSA_PRIVATE => Ok(Self::from_pkcs1(der.as_bytes())?),
            ENCRYPTED => {
                let passphrase = passphrase.ok_or(PemRejected::PassphraseMissing)?;
                Ok(Self::from_pkcs8(&decrypt(der.as_bytes(), passphrase)?)?)
            }
            _ => Err(PemRejected::OtherThing),
        }
    }

    /// Writes the private key in PEM, encrypted under a passphrase: PKCS#8, PBES2, PBKDF2 with SHA-256, AES-256-CBC. It takes
    /// some tenths of a second.
    ///
    /// # Errors
    /// [`SignError`] if the cryptographic library fails.
    pub fn to_encrypted_pem(&self, passphrase: &str, entropy: &mut Entropy) -> Result<Zeroizing<String>, SignError> {
        let failed = || SignError { kid: self.kid().to_owned(), reason: "it cannot be encrypted".to_owned() };
        let (salt, iv): ([u8; 16], [u8; 16]) = (entropy.bytes(), entropy.bytes());
        let scheme = pbes2::Parameters::pbkdf2_sha256_aes256cbc(ROUNDS, &salt, &iv).map_err(|_| failed())?;
        let (key, algorithm, _) = cipher(&scheme, passphrase).map_err(|_| failed())?;
        let mut bytes = self.to_pkcs8()?.to_vec();
        let unbound = UnboundCipherKey::new(algorithm, &key).map_err(|_| failed())?;
        let sealing = PaddedBlockEncryptingKey::cbc_pkcs7(unbound).map_err(|_| failed())?;
        let context = EncryptionContext::Iv128(FixedLength::from(&iv));
        sealing.less_safe_encrypt(&mut bytes, context).map_err(|_| failed())?;
        let info = EncryptedPrivateKeyInfo { encryption_algorithm: scheme.into(), encrypted_data: &bytes };
        let der = Document::encode_msg(&info).map_err(|_| failed())?;
        Ok(Zeroizing::new(der.to_pem(ENCRYPTED, LineEnding::LF).map_err(|_| failed())?))
    }
}

fn decrypt(der: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, PemRejected> {
    let info = EncryptedPrivateKeyInfo::try_from(der).map_err(|_| PemRejected::Encryption)?;
    let EncryptionScheme::Pbes2(scheme) = &info.encryption_algorithm else { return Err(PemRejected::Encryption) };
    let (key, algorithm, iv) = cipher(scheme, passphrase)?;
    let unbound = UnboundCipherKey::new(algorithm, &key).map_err(|_| PemRejected::Encryption)?;
    let opening = PaddedBlockDecryptingKey::cbc_pkcs7(unbound).map_err(|_| PemRejected::Encryption)?;
    let mut bytes = Zeroizing::new(info.encrypted_data.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let length = opening.decrypt(&mut bytes, context).map_err(|_| PemRejected::PassphraseWrong)?.len();
    bytes.truncate(length);
    // One wrong passphrase in 256 leaves bytes that look padded: what comes out is a key's PKCS#8, or the passphrase was wrong.
    if pkcs8::PrivateKeyInfo::try_from(bytes.as_slice()).is_err() {
        return Err(PemRejected::PassphraseWrong);
    }
    Ok(bytes)
}

type Cipher<'a> = (Zeroizing<Vec<u8>>, &'static Algorithm, &'a [u8; 16]);

/// The key that a passphrase gives, and for what cipher.
fn cipher<'a>(scheme: &pbes2::Parameters<'a>, passphrase: &str) -> Result<Cipher<'a>, PemRejected> {
    let params = scheme.kdf.pbkdf2().ok_or(PemRejected::Encryption)?;
    let hash = match params.prf {
        pbes2::Pbkdf2Prf::HmacWithSha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        pbes2::Pbkdf2Prf::HmacWithSha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        pbes2::Pbkdf2Prf::HmacWithSha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        pbes2::Pbkdf2Prf::HmacWithSha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return Err(PemRejected::Encryption),
    };
    let (algorithm, iv) = match &scheme.encryption {
        pbes2::EncryptionScheme::Aes128Cbc { iv } => (&AES_128, *iv),
        pbes2::EncryptionScheme::Aes192Cbc { iv } => (&AES_192, *iv),
        pbes2::EncryptionScheme::Aes256Cbc { iv } => (&AES_256, *iv),
        _ => return Err(PemRejected::Encryption),
    };
    let rounds = NonZeroU32::new(params.iteration_count).filter(|rounds| rounds.get() <= MOST_ROUNDS);
    let mut key = Zeroizing::new(vec![0; scheme.encryption.key_size()]);
    pbkdf2::derive(hash, rounds.ok_or(PemRejected::Encryption)?, params.salt, passphrase.as_bytes(), &mut key);
    Ok((key, algorithm, iv))
}
