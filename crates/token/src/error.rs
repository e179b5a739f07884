//! Why a token is refused. Nothing here repeats any part of the token (TOK-5).

use std::fmt;

use chancery_domain::Timestamp;

/// Why a token is refused: a code of the catalogue of problems, with facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It does not have the form of a token that we make (TOK-1, TOK-3).
    #[error("the token is malformed: {0}")]
    Malformed(Fault),
    /// Its signature is not that of the key that it names.
    #[error("the token's signature is not valid")]
    SignatureInvalid,
    /// It is a token of another kind.
    #[error("the token is of another kind than is taken here: {}", in_words(expected))]
    WrongType {
        /// The `typ` that it should have.
        expected: &'static str,
    },
    /// It was made for somebody else.
    #[error("the token is for another {0}")]
    WrongRecipient(Recipient),
    /// It was made for another product.
    #[error("the token is for another product")]
    WrongProduct,
    /// Nobody who is trusted here vouches for its key, or not for such a use of it (KEY-3).
    #[error("the token's key is not trusted: {0}")]
    KeyUnknown(KeyFault),
    /// Its key was revoked (KEY-5).
    #[error("the token's key was revoked")]
    KeyRevoked,
    /// It has ended.
    #[error("the token ended at {at}")]
    Expired {
        /// The instant from which on it is not valid.
        at: Timestamp,
    },
    /// It says that it was issued in the future: one of the two clocks is wrong.
    #[error("the token was issued at {issued}, which is in the future of this clock")]
    NotYetValid {
        /// When it says that it was issued.
        issued: Timestamp,
    },
    /// It has a newer form than this program knows.
    #[error("the token has version {version}, this program knows version 1")]
    VersionUnsupported {
        /// The version that it has.
        version: u64,
    },
    /// A newer one of its kind was seen already (KEY-5).
    #[error("the token has number {number}, but number {seen} was seen already")]
    Superseded {
        /// The number that it has.
        number: u64,
        /// The highest number seen.
        seen: u64,
    },
    /// It is good for one use, and was used (TOK-10).
    #[error("the token was used already")]
    Replayed,
}

impl TokenError {
    /// The problem code, such as `token_expired`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "token_malformed",
            Self::SignatureInvalid => "token_signature_invalid",
            Self::WrongType { .. } => "token_wrong_type",
            Self::WrongRecipient(_) => "token_wrong_recipient",
            Self::WrongProduct => "token_wrong_product",
            Self::KeyUnknown(_) => "token_key_unknown",
            Self::KeyRevoked => "token_key_revoked",
            Self::Expired { .. } => "token_expired",
            Self::NotYetValid { .. } => "token_not_yet_valid",
            Self::VersionUnsupported { .. } => "token_version_unsupported",
            Self::Superseded { .. } => "token_superseded",
            Self::Replayed => "token_replayed",
        }
    }
}

impl TokenError {
    /// What is wrong with its form, if that is what is wrong.
    #[must_use]
    pub const fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Malformed(fault) => Some(fault.name()),
            _ => None,
        }
    }
}

impl From<Fault> for TokenError {
    fn from(fault: Fault) -> Self {
        Self::Malformed(fault)
    }
}

impl From<KeyFault> for TokenError {
    fn from(fault: KeyFault) -> Self {
        Self::KeyUnknown(fault)
    }
}

/// What people call a kind of token that they carry; programs know the others by their `typ`.
fn in_words(typ: &'static str) -> &'static str {
    match typ {
        "chancery-offline-request+jwt" => "a request of a device or of a local server",
        "chancery-offline-response+jwt" => "the vendor's response to a request",
        "chancery-offline-refresh+jwt" => "a refresh of the vendor's",
        "chancery-offline-deactivation+jwt" => "the deactivation of a device or of a local server",
        "chancery-export+jwt" => "the vendor's export of an entitlement to a local server",
        "chancery-export-return+jwt" => "a local server's confirmation that it deleted an entitlement",
        "chancery-usage+jwt" => "the usage report of a local server",
        "chancery-rebind+jwt" => "the vendor's word that a local server may go on at another machine",
        "chancery-trust+jwt" => "a vendor's trust bundle",
        other => other,
    }
}

/// What is wrong with a token's form: one for each row of TOK-3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has more bytes than such a token may have.
    TooLong,
    /// It does not have exactly the parts of such a token (three if it is signed, five if it is sealed), or one of them is
    /// of a length that it cannot have.
    Parts,
    /// A part is not base64url in its only text.
    Base64,
    /// The header or the claims are not one JSON object, or are nested too deeply.
    Json,
    /// A JSON object has a member twice.
    DuplicateMember,
    /// `alg` is missing, or is none of the algorithms of Chancery (`none`, HMAC, PBES2, RSA decryption and so on).
    Algorithm,
    /// `alg` is another algorithm than that of the key.
    AlgorithmOfAnotherKey,
    /// The header has `zip`.
    Compressed,
    /// The header has `crit`, and Chancery knows no critical extension.
    Critical,
    /// The header brings its own key: `jwk`, `jku`, `x5u`, `x5c`.
    KeyInHeader,
    /// A required member of the header is missing or is no string.
    HeaderMember(&'static str),
    /// `enc` is another encryption than ours (TOK-2).
    Encryption,
    /// `epk` is no public X25519 key.
    EphemeralKey,
    /// `apu` or `apv`: the key would be derived from more than the keys.
    PartyInfo,
    /// The key agreement came to nothing but zeros: the `epk` was made so that everybody knows the key.
    KeyAgreement,
    /// It does not open: it was altered or damaged since it was sealed.
    Seal,
    /// What was sealed is no signed token.
    NotSigned,
    /// A claim is missing, has a wrong JSON type, or is not of the right form.
    Claims,
    /// Claims contradict one another.
    Contradiction,
    /// It lives longer than a token of its kind may.
    Lifetime,
    /// It cannot be read from the text, file or codes in which it was carried (TOK-6).
    Carried(crate::carried::CarriedFault),
}

impl Fault {
    /// A stable name of the fault, finer than the problem code.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Parts => "parts",
            Self::Base64 => "base64",
            Self::Json => "json",
            Self::DuplicateMember => "duplicate_member",
            Self::Algorithm => "algorithm",
            Self::AlgorithmOfAnotherKey => "algorithm_of_another_key",
            Self::Compressed => "compressed",
            Self::Critical => "critical",
            Self::KeyInHeader => "key_in_header",
            Self::HeaderMember(_) => "header_member",
            Self::Encryption => "encryption",
            Self::EphemeralKey => "ephemeral_key",
            Self::PartyInfo => "party_info",
            Self::KeyAgreement => "key_agreement",
            Self::Seal => "seal",
            Self::NotSigned => "not_signed",
            Self::Claims => "claims",
            Self::Contradiction => "contradiction",
            Self::Lifetime => "lifetime",
            Self::Carried(fault) => fault.name(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "it is too long",
            Self::Parts => "it does not have the parts of such a token",
            Self::Base64 => "a part is not canonical base64url",
            Self::Json => "a part is not a JSON object",
            Self::DuplicateMember => "a member stands there twice",
            Self::Algorithm => "its algorithm is not accepted",
            Self::AlgorithmOfAnotherKey => "its algorithm is not that of its key",
            Self::Compressed => "it is compressed",
            Self::Critical => "it has a critical extension that is not known",
            Self::KeyInHeader => "it brings its own key",
            Self::HeaderMember(member) => return write!(f, "its header lacks a text `{member}`"),
            Self::Encryption => "its encryption is not accepted",
            Self::EphemeralKey => "its ephemeral key is not a public X25519 key",
            Self::PartyInfo => "its key depends on `apu` or `apv`",
            Self::KeyAgreement => "its ephemeral key is worthless",
            Self::Seal => "it was altered or damaged since it was sealed",
            Self::NotSigned => "what was sealed is not a signed token",
            Self::Claims => "a claim is missing or has a wrong form",
            Self::Contradiction => "its claims contradict one another",
            Self::Lifetime => "it lives longer than such a token may",
            Self::Carried(fault) => return fault.fmt(f),
        })
    }
}

/// Whom a token is for instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Another vendor's.
    Vendor,
    /// A sandbox token where live ones are taken, or the reverse (CLK-1).
    Mode,
    /// Another activation's.
    Activation,
    /// Another seat's.
    Seat,
    /// Another device's.
    Device,
    /// Another server's.
    Server,
    /// Another entitlement's.
    Entitlement,
    /// For another HTTP method (`htm`, RFC 9449).
    Method,
    /// For another address (`htu`, RFC 9449).
    Address,
    /// For another nonce than the one that the call shows.
    Nonce,
    /// For another access token (`ath`, RFC 9449).
    AccessToken,
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vendor => "vendor",
            Self::Mode => "mode: one of the two is a sandbox",
            Self::Activation => "activation",
            Self::Seat => "seat",
            Self::Device => "device",
            Self::Entitlement => "entitlement",
            Self::Server => "server",
            Self::Method => "HTTP method",
            Self::Address => "address",
            Self::Nonce => "nonce",
            Self::AccessToken => "access token",
        })
    }
}

/// Why nobody vouches for a token's key (KEY-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// No certificate, no known key, or a root that is not the pinned one.
    Unknown,
    /// Its certificate is for other uses.
    Use,
    /// The token was not issued within the certificate's time.
    Period,
    /// The token lives longer than its key may grant, or has no end and its key may not grant that.
    Lifetime,
    /// It is a local server's, and was not delegated to it (TOK-8).
    Delegation(DelegationFault),
}

/// What was not delegated to the local server that signed a lease (TOK-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelegationFault {
    /// The delegation is for another key.
    Key,
    /// The delegation is for another server.
    Server,
    /// The delegation is for another product.
    Product,
    /// The delegation is for another entitlement.
    Entitlement,
    /// The seat's number is none of those that were delegated.
    Seats,
    /// The lease was issued after the delegation's end.
    Ended,
    /// The lease ends after the delegation, or has no end and the delegation has one.
    Outlived,
}

impl fmt::Display for DelegationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "its delegation is for another key",
            Self::Server => "its delegation is for another server",
            Self::Product => "its delegation is for another product",
            Self::Entitlement => "its delegation is for another entitlement",
            Self::Seats => "its delegation is for fewer seats",
            Self::Ended => "its delegation had ended",
            Self::Outlived => "its delegation ends before it",
        })
    }
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "nobody vouches for it",
            Self::Use => "its certificate is for another use",
            Self::Period => "its certificate is for another time",
            Self::Lifetime => "its certificate is for shorter lives",
            Self::Delegation(fault) => return fault.fmt(f),
        })
    }
}
