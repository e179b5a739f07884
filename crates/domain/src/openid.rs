//! OpenID providers: whose tokens a vendor's products may show instead of a code (LIC-1).

use std::fmt;
use std::str::FromStr;

use crate::{Fact, Facts, Invalid, Name, OpenIdProviderId, Timestamp, VendorId, fact};

/// A provider of identities that a vendor trusts to say who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIdProvider {
    /// Its id.
    pub id: OpenIdProviderId,
    /// Whose registration it is.
    pub vendor: VendorId,
    /// What people read.
    pub name: Name,
    /// What its tokens name in `iss`, and where its metadata are; one registration of each within the vendor.
    pub issuer: Issuer,
    /// For whom its tokens must be: at least one of these in `aud`.
    pub audiences: Vec<Audience>,
    /// The claim whose value is a contact's address.
    pub subject_claim: ClaimName,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl Facts for OpenIdProvider {
    fn facts(&self) -> Vec<Fact> {
        let audiences: Vec<&str> = self.audiences.iter().map(|audience| audience.0.as_str()).collect();
        vec![
            fact("name", &self.name),
            fact("issuer", &self.issuer),
            fact("audiences", audiences.join(" ")),
            fact("subjectClaim", &self.subject_claim),
        ]
    }
}

/// The address of an issuer: `https`, or `http` on this machine; without query and fragment (OpenID Connect Core 1.0, section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    /// Checks an address.
    ///
    /// # Errors
    /// `Required`, `TooLong` over 500 characters, `BadFormat`.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        if text.len() > 500 {
            return Err(Invalid::TooLong);
        }
        let plain = |c: char| c.is_ascii_graphic() && !['"', '<', '>', '\\', '^', '`', '{', '|', '}'].contains(&c);
        let (rest, local) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (rest, true),
            (None, Some(rest)) => (rest, is_loopback(rest)),
            (None, None) => return Err(Invalid::BadFormat),
        };
        let host = rest.split('/').next().unwrap_or_default();
        let whole = !host.is_empty() && !host.contains('@') && !text.contains(['?', '#']) && text.chars().all(plain);
        if whole && local { Ok(Self(text.to_owned())) } else { Err(Invalid::BadFormat) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether what follows `http://` begins with this machine's own address.
fn is_loopback(rest: &str) -> bool {
    let host = rest.split('/').next().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Issuer {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Checks a text: 1–200 visible ASCII characters.
            ///
            /// # Errors
            /// `Required`, `TooLong`, `BadFormat`.
            pub fn new(text: &str) -> Result<Self, Invalid> {
                match text.len() {
                    0 => Err(Invalid::Required),
                    201.. => Err(Invalid::TooLong),
                    _ if text.chars().all(|c| c.is_ascii_graphic()) => Ok(Self(text.to_owned())),
                    _ => Err(Invalid::BadFormat),
                }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }
    )*};
}

words! {
    /// For whom a token is (`aud`): the vendor's client id at the provider.
    Audience;
    /// The name of a claim.
    ClaimName;
}

impl ClaimName {
    /// `email`, which is where an address stands (OpenID Connect Core 1.0, section 5.1).
    #[must_use]
    pub fn email() -> Self {
        Self("email".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lic_1_an_issuer_is_an_https_address_or_this_machine() {
        for good in [
            "https://id.example",
            "https://id.example/realms/a",
            "http://127.0.0.1:8080",
            "http://[::1]:9/x",
            "http://localhost",
        ] {
            assert!(Issuer::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "id.example",
            "http://id.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "https://",
            "https://user@id.example",
            "https://id.example?a=b",
            "https://id.example#a",
            "https://id example",
            "ftp://id.example",
        ] {
            assert!(Issuer::new(bad).is_err(), "{bad}");
        }
    }
}
