//! JWE in the compact form (RFC 7516) by the profile of TOK-2 and TOK-3: ECDH-ES over X25519, A256GCM, a signed token inside.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::claims::MOST_BYTES;
use crate::hash::{append_base64url, from_base64url};
use crate::header::Members;
use crate::jws::Unverified;
use crate::{Algorithm, Entropy, Fault, Jwk, OpeningKey, Recipient, SealingKey, SignError, TokenError};

const ENC: &str = "A256GCM";
const CTY: &str = "JWT";
const KEY_BYTES: usize = 32;
const IV_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// The `OtherInfo` of the Concat KDF (RFC 7518, section 4.6.2): for `A256GCM`, without `apu` and `apv`, 256 bits.
const OTHER_INFO: &[u8] = b"\0\0\0\x07A256GCM\0\0\0\0\0\0\0\0\0\0\x01\0";

#[derive(Serialize)]
struct HeaderOut<'a> {
    alg: Algorithm,
    enc: &'a str,
    kid: &'a str,
    cty: &'a str,
    epk: &'a Jwk,
}

/// Seals a signed token to its one recipient.
///
/// The ephemeral key and the IV are the entropy's next bytes: two tokens must never be sealed by the same stretch of it.
pub(crate) fn seal(signed: &str, to: &SealingKey, entropy: &mut Entropy) -> Result<String, SignError> {
    let seed = Zeroizing::new(entropy.bytes());
    seal_by(signed, to, &seed, entropy.bytes()).ok_or_else(|| {
        let reason = "nothing can be sealed to it: the cryptographic library failed".to_owned();
        SignError { kid: to.kid().to_owned(), reason }
    })
}

/// How long a token is that was sealed: all in base64url, and a token that says so much takes a third more.
pub(crate) fn sealed_len(signed: &str, to: &SealingKey) -> Option<usize> {
    // Its ephemeral key is as long as the one that it is sealed to.
    let header = HeaderOut { alg: Algorithm::EcdhEs, enc: ENC, kid: to.kid(), cty: CTY, epk: to.jwk() };
    let header = serde_json::to_vec(&header).ok()?.len();
    let parts = [header, 0, IV_BYTES, signed.len(), TAG_BYTES].map(|bytes| (bytes * 4).div_ceil(3));
    Some(parts.iter().sum::<usize>() + parts.len() - 1)
}

fn seal_by(signed: &str, to: &SealingKey, seed: &[u8; KEY_BYTES], iv: [u8; IV_BYTES]) -> Option<String> {
    let ephemeral = OpeningKey::from_seed(seed).ok()?;
    let header = HeaderOut { alg: Algorithm::EcdhEs, enc: ENC, kid: to.kid(), cty: CTY, epk: ephemeral.public() };
    let header = serde_json::to_vec(&header).ok()?;
    let mut token = String::with_capacity((header.len() + signed.len()) * 4 / 3 + 64);
    append_base64url(&mut token, &header);
    let key = ephemeral.agree(to.x(), content_key)?;
    let mut bytes = Zeroizing::new(signed.as_bytes().to_vec());
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(token.as_bytes()), &mut bytes).ok()?;
    // The second part is the encrypted key, of which ECDH-ES has none.
    for part in [&[], iv.as_slice(), &bytes, tag.as_ref()] {
        token.push('.');
        append_base64url(&mut token, part);
    }
    Some(token)
}

/// What was sealed: a token that is to be opened as every signed one. It is erased from memory when it is dropped.
pub(crate) struct Unsealed<'a> {
    bytes: Zeroizing<Vec<u8>>,
    kid: &'a str,
    most_bytes: usize,
}

impl<'a> Unsealed<'a> {
    /// Opens the seal with the key that the token names, if it is one of these; else it is for another `whose`. Nothing but
    /// `kid` is believed before.
    pub(crate) fn open(text: &str, keys: &[&'a OpeningKey], whose: Recipient) -> Result<Self, TokenError> {
        Self::open_within(text, keys, whose, MOST_BYTES)
    }

    /// The same for a kind that may be longer.
    pub(crate) fn open_within(
        text: &str,
        keys: &[&'a OpeningKey],
        whose: Recipient,
        most_bytes: usize,
    ) -> Result<Self, TokenError> {
        let parts = Parts::split(text, most_bytes)?;
        let header = Members::read(&parts.header)?;
        let x = check_header(&header)?;
        let kid = header.text("kid")?;
        let key = keys.iter().find(|key| key.kid() == kid).ok_or(TokenError::WrongRecipient(whose))?;
        let content_key = key.agree(&x, content_key).ok_or(Fault::KeyAgreement)?;
        let mut bytes = parts.sealed;
        let nonce = Nonce::assume_unique_for_key(parts.iv);
        let plain = content_key.open_in_place(nonce, Aad::from(parts.authenticated.as_bytes()), &mut bytes);
        let length = plain.map_err(|_| Fault::Seal)?.len();
        bytes.truncate(length);
        Ok(Self { bytes, kid: key.kid(), most_bytes })
    }

    /// The signed token inside.
    pub(crate) fn token(&self) -> Result<Unverified<'_>, TokenError> {
        match Unverified::parse_within(self.text()?, self.most_bytes) {
            Err(TokenError::Malformed(Fault::Parts)) => Err(Fault::NotSigned.into()),
            result => result,
        }
    }

    /// What was sealed, as text.
    pub(crate) fn text(&self) -> Result<&str, Fault> {
        str::from_utf8(&self.bytes).map_err(|_| Fault::NotSigned)
    }

    /// The key that opened it: the token inside must name it too, or somebody sealed another's token anew (TOK-2).
    pub(crate) fn kid(&self) -> &'a str {
        self.kid
    }
}

struct Parts<'a> {
    authenticated: &'a str,
    header: Vec<u8>,
    iv: [u8; IV_BYTES],
    /// Ciphertext and tag.
    sealed: Zeroizing<Vec<u8>>,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str, most_bytes: usize) -> Result<Self, Fault> {
        if text.len() > most_bytes {
            return Err(Fault::TooLong);
        }
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(Fault::Parts);
        let (authenticated, encrypted_key, iv, sealed, tag) = (next()?, next()?, next()?, next()?, next()?);
        if parts.next().is_some() || authenticated.is_empty() || !encrypted_key.is_empty() {
            return Err(Fault::Parts);
        }
        let bytes = |part| from_base64url(part).ok_or(Fault::Base64);
        let (header, iv, mut sealed, tag) = (bytes(authenticated)?, bytes(iv)?, bytes(sealed)?, bytes(tag)?);
        let iv = iv.try_into().map_err(|_| Fault::Parts)?;
        if tag.len() != TAG_BYTES {
            return Err(Fault::Parts);
        }
        sealed.extend_from_slice(&tag);
        Ok(Self { authenticated, header, iv, sealed: Zeroizing::new(sealed) })
    }
}

/// Checks all of the header but `kid`; answers with the ephemeral public key.
fn check_header(header: &Members) -> Result<[u8; KEY_BYTES], Fault> {
    if header.text("alg") != Ok(Algorithm::EcdhEs.name()) {
        return Err(Fault::Algorithm);
    }
    if header.text("enc") != Ok(ENC) {
        return Err(Fault::Encryption);
    }
    header.refuse_extensions()?;
    header.refuse_keys(&["jwk", "jku", "x5u", "x5c"])?;
    if header.get("apu").is_some() || header.get("apv").is_some() {
        return Err(Fault::PartyInfo);
    }
    if header.text("cty")? != CTY {
        return Err(Fault::NotSigned);
    }
    let epk = header.get("epk").cloned().ok_or(Fault::HeaderMember("epk"))?;
    match serde_json::from_value(epk) {
        Ok(Jwk::X25519 { x }) => Ok(x),
        _ => Err(Fault::EphemeralKey),
    }
}

/// The key for the content, from the secret that was agreed on.
fn content_key(secret: &[u8]) -> Option<LessSafeKey> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    concat_kdf(secret, OTHER_INFO, key.as_mut_slice())?;
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).ok()?))
}

/// The Concat KDF with SHA-256: what NIST SP 800-56A and RFC 7518 call so is the library's single-step KDF.
fn concat_kdf(secret: &[u8], other_info: &[u8], key: &mut [u8]) -> Option<()> {
    let algorithm = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?;
    sskdf_digest(algorithm, secret, other_info, key).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{base64url, from_hex};

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        from_hex(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn tok_2_the_key_derivation_agrees_with_rfc_7518_appendix_c() {
        let secret = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128,
            106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
        ];
        let mut key = [0; 16];
        concat_kdf(&secret, b"\0\0\0\x07A128GCM\0\0\0\x05Alice\0\0\0\x03Bob\0\0\0\x80", &mut key).unwrap();
        assert_eq!(base64url(&key), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn tok_2_the_agreement_agrees_with_rfc_8037_appendix_a_6() {
        let alice =
            OpeningKey::from_seed(&hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")).unwrap();
        assert_eq!(
            serde_json::to_value(alice.public()).unwrap(),
            serde_json::json!({"kty": "OKP", "crv": "X25519", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"})
        );
        let bob: Jwk = serde_json::from_str(
            r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#,
        )
        .unwrap();
        let secret = alice.agree(SealingKey::new(bob).unwrap().x(), |secret| Some(secret.to_vec())).unwrap();
        assert_eq!(secret, hex::<32>("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
    }

    #[test]
    fn tok_3_how_long_a_sealed_token_is_is_known_beforehand() {
        let to = SealingKey::new(OpeningKey::from_seed(&[1; 32]).unwrap().public().clone()).unwrap();
        for length in 0..100 {
            let signed = "s".repeat(length);
            let sealed = seal(&signed, &to, &mut Entropy::new([2; 32])).unwrap();
            assert_eq!(sealed_len(&signed, &to), Some(sealed.len()));
        }
    }

    #[test]
    fn tok_2_no_two_tokens_have_an_ephemeral_key_or_an_iv_in_common() {
        let to = SealingKey::new(OpeningKey::from_seed(&[1; 32]).unwrap().public().clone()).unwrap();
        let mut entropy = Entropy::new([2; 32]);
        let one = seal("a.b.c", &to, &mut entropy).unwrap();
        let other = seal("a.b.c", &to, &mut entropy).unwrap();
        for (one, other) in one.split('.').zip(other.split('.')).filter(|(part, _)| !part.is_empty()) {
            assert_ne!(one, other);
        }
    }
}
