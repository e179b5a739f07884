//! Identifiers: TypeIDs, a prefix that names the kind, `_`, and a UUIDv7 in 26 base-32 characters.

use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Invalid, Timestamp};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 26;

/// What every kind of identifier can do.
pub trait Id:
    Copy + Eq + Ord + Hash + fmt::Debug + fmt::Display + FromStr<Err = Invalid> + Send + Sync + 'static
{
    /// What stands before the `_`.
    const PREFIX: &'static str;

    /// A new identifier: a UUIDv7 (RFC 9562) of this instant and these random bits.
    fn new(now: Timestamp, random: [u8; 10]) -> Self {
        Self::from_uuid(uuid_v7(now, random))
    }

    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;

    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

fn uuid_v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.as_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn encode(uuid: Uuid, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let bits = uuid.as_u128();
    let mut text = [0_u8; DIGITS];
    for (i, digit) in text.iter_mut().enumerate() {
        let shift = 5 * (DIGITS - 1 - i);
        *digit = ALPHABET[((bits >> shift) & 31) as usize];
    }
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn decode(text: &str) -> Result<Uuid, Invalid> {
    // 26 digits hold 130 bits: the first one is at most 7.
    if text.len() != DIGITS || text.as_bytes()[0] > b'7' {
        return Err(Invalid::BadFormat);
    }
    text.bytes()
        .try_fold(0_u128, |bits, digit| {
            let value = ALPHABET.iter().position(|&known| known == digit)?;
            Some(bits << 5 | value as u128)
        })
        .map(Uuid::from_u128)
        .ok_or(Invalid::BadFormat)
}

/// Whether a text has the form of an identifier of any kind, so that keys, SKUs and refs never can (CAT-2).
#[must_use]
pub fn looks_like_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, rest)| PREFIXES.contains(&prefix) && decode(rest).is_ok())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
        const PREFIXES: &[&str] = &[$($prefix),*];
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Uuid);

            impl Id for $name {
                const PREFIX: &'static str = $prefix;

                fn from_uuid(uuid: Uuid) -> Self {
                    Self(uuid)
                }

                fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(concat!($prefix, "_"))?;
                    encode(self.0, f)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl FromStr for $name {
                type Err = Invalid;

                fn from_str(text: &str) -> Result<Self, Invalid> {
                    let rest = text.strip_prefix(concat!($prefix, "_")).ok_or(Invalid::BadFormat)?;
                    decode(rest).map(Self)
                }
            }
        )*
    };
}

ids! {
    /// A software maker on an authority.
    VendorId = "ven";
    /// An organisation that buys.
    CustomerId = "cust";
    /// A person at a customer.
    ContactId = "cont";
    /// A product.
    ProductId = "prod";
    /// An edition of a product.
    EditionId = "ed";
    /// A plan.
    PlanId = "plan";
    /// An offering.
    OfferingId = "off";
    /// An order.
    OrderId = "ord";
    /// An entitlement.
    EntitlementId = "ent";
    /// An activation.
    ActivationId = "act";
    /// An activation code of an order (the code itself is a secret, this is not).
    ActivationCodeId = "code";
    /// A definition of a feature.
    FeatureId = "feat";
    /// A definition of an attribute.
    AttributeId = "attr";
    /// An API key.
    ApiKeyId = "apik";
    /// A signing key.
    SigningKeyId = "sigk";
    /// An event: an entry of the journal.
    EventId = "evt";
    /// A licensee.
    LicenseeId = "lic";
    /// A local server.
    LocalServerId = "srv";
    /// A site.
    SiteId = "site";
    /// An export session.
    ExportSessionId = "sess";
    /// A signed license key.
    LicenseKeyId = "slk";
    /// A registration of an OpenID provider.
    OpenIdProviderId = "oidp";
    /// A user of the console.
    UserId = "user";
}

/// How a caller points at a thing: by its id, or by the name that the vendor gave it (`key`, `sku`, `ref`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selector<I> {
    /// By id.
    Id(I),
    /// By name. A text that is no id of this kind is a name, which then may not exist.
    Name(String),
}

impl<I: Id> Selector<I> {
    /// The id, if it is named by that.
    #[must_use]
    pub const fn id(&self) -> Option<I> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Name(_) => None,
        }
    }
}

impl<I: Id> From<&str> for Selector<I> {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Id)
    }
}

impl<I: Id> From<I> for Selector<I> {
    fn from(id: I) -> Self {
        Self::Id(id)
    }
}
