//! Public keys as JWK (RFC 7517, 8037), and their thumbprints (RFC 7638).

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Algorithm;
use crate::hash::{base64url, from_base64url, sha256};

const MIN_RSA_BYTES: usize = 256;
const MAX_RSA_BYTES: usize = 1024;

/// A public key, to check signatures or to seal to. Private members and other kinds of key are refused when one is read;
/// members such as `kid` and `use` are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jwk {
    /// An Ed25519 key (`OKP`, RFC 8037).
    Ed25519 {
        /// The public key.
        x: [u8; 32],
    },
    /// An X25519 key (`OKP`, RFC 8037): what is sealed to it, only its holder opens (TOK-2).
    X25519 {
        /// The public key.
        x: [u8; 32],
    },
    /// An RSA key of 2048 to 8192 bits.
    Rsa {
        /// The modulus, big-endian without leading zeros.
        n: Vec<u8>,
        /// The public exponent, big-endian without leading zeros.
        e: Vec<u8>,
    },
}

impl Jwk {
    /// The only algorithm that such a key is used with (TOK-1: the algorithm belongs to the key).
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519 { .. } => Algorithm::Ed25519,
            Self::X25519 { .. } => Algorithm::EcdhEs,
            Self::Rsa { .. } => Algorithm::Rs512,
        }
    }

    /// The key's `kid`: its thumbprint by RFC 7638 with SHA-256, in base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // Members in the order of their names, without white space: base64url needs no escapes.
        let canonical = match self {
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url(x)),
            Self::X25519 { x } => format!(r#"{{"crv":"X25519","kty":"OKP","x":"{}"}}"#, base64url(x)),
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64url(e), base64url(n)),
        };
        base64url(&sha256(&[canonical.as_bytes()]))
    }

    /// The key as a JSON text.
    #[must_use]
    pub fn to_text(&self) -> String {
        // A map of texts, which JSON can always hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`Jwk::to_text`]; nothing if it is no such key.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Self, &'static str> {
        // An exponent of 1 or an even one would make signatures that anybody can forge, or that nobody can make.
        let odd = e.last().is_some_and(|last| last & 1 == 1);
        let exponent = odd && e.len() <= 4 && e != [1] && e.first() != Some(&0);
        let modulus = (MIN_RSA_BYTES..=MAX_RSA_BYTES).contains(&n.len()) && n.first() != Some(&0);
        // A modulus that fills its bytes only in part has fewer bits than the least.
        let bits = n.len() > MIN_RSA_BYTES || n.first().is_some_and(|first| first & 0x80 != 0);
        if exponent && modulus && bits { Ok(Self::Rsa { n, e }) } else { Err("not an RSA key of 2048 to 8192 bits") }
    }

    /// Takes modulus and exponent of an RSA key; nothing unless they are of an acceptable size and form.
    #[must_use]
    pub fn from_rsa_components(n: Vec<u8>, e: Vec<u8>) -> Option<Self> {
        Self::rsa(n, e).ok()
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(default, skip_serializing, rename = "d")]
    _private: Private,
}

/// A private member: its mere presence is an error, and its value is not kept.
#[derive(Default)]
struct Private;

impl<'de> Deserialize<'de> for Private {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a private key where a public one belongs"))
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let empty = Wire { kty: String::new(), crv: None, x: None, n: None, e: None, _private: Private };
        let octets = |crv: &str, x: &[u8], empty| Wire {
            kty: "OKP".to_owned(),
            crv: Some(crv.to_owned()),
            x: Some(base64url(x)),
            ..empty
        };
        let wire = match self {
            Self::Ed25519 { x } => octets("Ed25519", x, empty),
            Self::X25519 { x } => octets("X25519", x, empty),
            Self::Rsa { n, e } => Wire { kty: "RSA".to_owned(), n: Some(base64url(n)), e: Some(base64url(e)), ..empty },
        };
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let bytes = |text: Option<String>, name| {
            text.as_deref().and_then(from_base64url).ok_or_else(|| D::Error::custom(format!("member {name}")))
        };
        match (wire.kty.as_str(), wire.crv.as_deref()) {
            ("OKP", Some(crv @ ("Ed25519" | "X25519"))) => {
                let x = bytes(wire.x, "x")?.try_into().map_err(|_| D::Error::custom("member x"))?;
                Ok(if crv == "X25519" { Self::X25519 { x } } else { Self::Ed25519 { x } })
            }
            ("RSA", None) => Self::rsa(bytes(wire.n, "n")?, bytes(wire.e, "e")?).map_err(D::Error::custom),
            _ => Err(D::Error::custom("a kind of key that is not accepted")),
        }
    }
}
