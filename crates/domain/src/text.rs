//! Texts that were checked: names, keys, references, seat ids, metadata.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::code::ALPHABET;
use crate::{Invalid, looks_like_id};

fn checked(text: &str, longest: usize) -> Result<&str, Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::Required);
    }
    if text.chars().count() > longest {
        return Err(Invalid::TooLong);
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(Invalid::BadFormat);
    }
    Ok(text)
}

fn not_an_id(text: &str) -> Result<&str, Invalid> {
    if looks_like_id(text) { Err(Invalid::NotAllowed) } else { Ok(text) }
}

/// LIC-3: what firmware and images report when they have no identity of their own.
fn no_dummy(text: &str) -> Result<&str, Invalid> {
    const DUMMIES: [&str; 11] = [
        "none",
        "null",
        "nil",
        "undefined",
        "unknown",
        "n/a",
        "default string",
        "not specified",
        "to be filled by o.e.m.",
        "system serial number",
        "0123456789",
    ];
    let folded = text.trim().to_lowercase();
    let digits: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let blank = digits.is_empty() || digits.iter().all(|&c| c == '0');
    let all_ones = digits.len() >= 12 && digits.iter().all(|&c| c == 'f');
    if blank || all_ones || DUMMIES.contains(&folded.as_str()) { Err(Invalid::DummyValue) } else { Ok(text) }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $longest:literal $(, $also:expr)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters that it may have.
            pub const LONGEST: usize = $longest;

            /// Checks a text.
            ///
            /// # Errors
            /// What is wrong with it.
            pub fn new(text: &str) -> Result<Self, Invalid> {
                $( ($also as fn(&str) -> Result<&str, Invalid>)(text)?; )?
                checked(text, $longest).map(|text| Self(text.to_owned()))
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

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
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

texts! {
    /// What people read: 1–200 characters.
    Name: 200;
    /// The key of a product, edition, feature or attribute (CAT-2): 1–50 characters, never of the form of an id.
    Key: 50, not_an_id;
    /// A stock-keeping unit: an offering's name in the vendor's other systems (CAT-2).
    Sku: 50, not_an_id;
    /// A customer's or order's name in the vendor's other systems.
    Reference: 100, not_an_id;
    /// A licensee's number, given or made: 1–100 characters, never of the form of an id.
    LicenseeNumber: 100, not_an_id;
    /// Who or what holds a seat: a device, a user, a container's workload (LIC-3).
    SeatId: 128, no_dummy;
    /// A sentence that a person gave: a reason.
    Reason: 500;
    /// The value of an attribute.
    AttributeText: 1000;
}

impl LicenseeNumber {
    /// Makes a number: `L-` and 40 random bits in Crockford's base 32.
    #[must_use]
    pub fn generate(random: [u8; 5]) -> Self {
        let bits = random.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
        let digit = |i: usize| char::from(ALPHABET[((bits >> (5 * i)) & 31) as usize]);
        Self(format!("L-{}", (0..8).map(digit).collect::<String>()))
    }
}

/// An e-mail address, as far as a form can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Checks an address: one `@`, something on both sides, no blanks, at most 254 characters.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let text = checked(text, 254)?;
        let (local, domain) = text.split_once('@').ok_or(Invalid::BadFormat)?;
        let bad = local.is_empty() || domain.is_empty() || domain.contains('@') || text.contains(char::is_whitespace);
        if bad { Err(Invalid::BadFormat) } else { Ok(Self(text.to_owned())) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in small letters, of any script: two that agree in it are one, because nobody's mailboxes differ by case alone.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

/// A map of texts that the vendor uses as it likes: at most 50 members, keys of 1–50 and values of up to 500 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(BTreeMap<String, String>);

impl Metadata {
    /// The most members.
    pub const MOST: usize = 50;

    /// Checks a map.
    ///
    /// # Errors
    /// What is wrong with it, whichever member it is.
    pub fn new(map: BTreeMap<String, String>) -> Result<Self, Invalid> {
        if map.len() > Self::MOST {
            return Err(Invalid::OutOfRange);
        }
        for (key, value) in &map {
            checked(key, 50)?;
            if value.chars().count() > 500 {
                return Err(Invalid::TooLong);
            }
            if value.contains('\0') {
                return Err(Invalid::BadFormat);
            }
        }
        Ok(Self(map))
    }

    /// The members.
    #[must_use]
    pub const fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.0.iter().enumerate() {
            write!(f, "{}{key}={value}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
