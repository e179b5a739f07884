//! How values of the domain look in JSON.

mod attribute_value;
mod choice;
mod feature_value;
mod forms;
mod interval;
mod member;
mod metadata;
mod overdraft;
mod quantity;
mod reference;
mod secret;
mod text;
mod texts;

pub use attribute_value::AttributePatch;
pub use choice::{EmptyList, Zero};
pub use feature_value::WireFeatureValue;
pub use forms::*;
pub use interval::{WireInterval, WirePeriod};
pub use member::{Patch, at_least_one, present};
pub use metadata::WireMetadata;
pub use overdraft::WireOverdraft;
pub use quantity::WireQuantity;
pub use reference::{CustomerRef, EditionRef, LicenseeRef, Named, OfferingRef, OrderRef, ProductRef, Ref};
pub use secret::Secret;
pub use text::{Refused, Text, TextForm};
pub use texts::{Notes, ReleaseDate, ends_as_made};

use std::fmt;

use chancery_domain::Invalid;

/// A serde error that [`crate::classify`] recognises: the code, what is wrong, what would be right.
fn refuse<E: serde::de::Error>(invalid: Invalid, right: impl fmt::Display) -> E {
    E::custom(format_args!("{}: {invalid}; {right}", invalid.code()))
}
