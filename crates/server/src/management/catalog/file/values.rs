//! Values of the file: as people write them.

use std::collections::BTreeMap;

use chancery_api_types::wire::TextForm;
use chancery_domain::{
    AttributeText, AttributeType, FeatureValue, Interval, Invalid, Key, Metadata, Overdraft, Period, Quantity,
};
use chancery_operations::catalog::AttributeLiteral;
use toml::de::{DeInteger, DeValue};

use super::reader::{Read, Wrong};

fn bad<T>(right: impl Into<String>) -> Read<T> {
    Err(Wrong(Invalid::BadFormat, right.into()))
}

fn text<'v>(value: &'v DeValue<'_>) -> Read<&'v str> {
    match value.as_str() {
        Some(text) if text.contains('\0') => bad("leave the character U+0000 out of texts"),
        Some(text) => Ok(text),
        None => bad("give a text in quotes"),
    }
}

/// A name, a key, or one of a few words.
pub(super) fn word<T: TextForm>(value: &DeValue<'_>) -> Read<T> {
    text(value)?.parse().map_err(|invalid| Wrong(invalid, T::right()))
}

/// The key of a map.
pub(super) fn key(text: &str) -> Read<Key> {
    Key::new(text).map_err(|invalid| Wrong(invalid, Key::right()))
}

pub(super) fn truth(value: &DeValue<'_>) -> Read<bool> {
    value.as_bool().map_or_else(|| bad("give true or false"), Ok)
}

pub(super) fn interval(value: &DeValue<'_>) -> Read<Interval> {
    parsed(value, "give an interval such as \"30 days\" or \"1 year\", of 1 to 32767 units")
}

pub(super) fn period(value: &DeValue<'_>) -> Read<Period> {
    parsed(value, "give an interval such as \"30 days\" or \"1 year\", of 1 to 32767 units, or \"unlimited\"")
}

fn parsed<T: std::str::FromStr<Err = Invalid>>(value: &DeValue<'_>, right: &str) -> Read<T> {
    let Some(text) = value.as_str() else { return bad(right) };
    text.parse().map_err(|invalid| Wrong(invalid, right.to_owned()))
}

/// A value, or a word that says that there is none.
pub(super) fn unless<T>(
    word: &'static str,
    read: impl FnOnce(&DeValue<'_>) -> Read<T>,
) -> impl FnOnce(&DeValue<'_>) -> Read<Option<T>> {
    move |value| {
        if value.as_str() == Some(word) {
            return Ok(None);
        }
        read(value).map(Some).map_err(|Wrong(invalid, right)| Wrong(invalid, format!("{right}; or \"{word}\"")))
    }
}

pub(super) fn quantity(value: &DeValue<'_>) -> Read<Quantity> {
    value.as_integer().map_or_else(|| bad("give a whole number"), number)
}

fn number(integer: &DeInteger<'_>) -> Read<Quantity> {
    let right = || Wrong(Invalid::OutOfRange, format!("give a number of 0 to {}", Quantity::MAX));
    let number = u64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| right())?;
    Quantity::new(number).map_err(|_| right())
}

/// `true`, `10`, `"unlimited"`.
pub(super) fn feature_value(value: &DeValue<'_>) -> Read<FeatureValue> {
    match value {
        DeValue::Boolean(on) => Ok(FeatureValue::Bool(*on)),
        DeValue::Integer(integer) => number(integer).map(|amount| FeatureValue::Count(Some(amount))),
        DeValue::String(word) if word == "unlimited" => Ok(FeatureValue::Count(None)),
        _ => bad("give true or false, a whole number, or \"unlimited\""),
    }
}

/// `"none"`, `2`, `"10%"`, `"unlimited"`.
pub(super) fn overdraft(value: &DeValue<'_>) -> Read<Overdraft> {
    let right = "give \"none\", how many more such as 2, a part such as \"10%\", or \"unlimited\"";
    match value {
        DeValue::Integer(integer) => number(integer).map(Overdraft::Absolute),
        DeValue::String(word) => match word.as_ref() {
            "none" => Ok(Overdraft::None),
            "unlimited" => Ok(Overdraft::Unlimited),
            other => match other.strip_suffix('%').map(str::parse) {
                Some(Ok(percent)) => Ok(Overdraft::Percentage(percent)),
                _ => bad(right),
            },
        },
        _ => bad(right),
    }
}

/// `"gold"`, `5000`, `1.5`, `2026-11-21`.
pub(super) fn attribute_value(value: &DeValue<'_>) -> Read<AttributeLiteral> {
    let (written, only) = match value {
        DeValue::String(_) => (text(value)?.to_owned(), None),
        DeValue::Integer(integer) => (decimal(integer)?, Some(AttributeType::Number)),
        DeValue::Float(float) => (float.as_str().trim_start_matches('+').to_owned(), Some(AttributeType::Number)),
        DeValue::Datetime(day) => (day.to_string(), Some(AttributeType::Date)),
        _ => return bad("give a text in quotes, a number, or a day such as 2026-11-21"),
    };
    let right = |invalid| Wrong(invalid, AttributeText::right());
    AttributeText::new(&written).map(|text| AttributeLiteral { text, only }).map_err(right)
}

fn decimal(integer: &DeInteger<'_>) -> Read<String> {
    let right = "give such a large number as a text in quotes";
    let number = i64::from_str_radix(integer.as_str(), integer.radix());
    number.map(|number| number.to_string()).map_err(|_| Wrong(Invalid::OutOfRange, right.to_owned()))
}

pub(super) fn metadata(value: &DeValue<'_>) -> Read<Metadata> {
    let DeValue::Table(map) = value else { return bad("give a table of texts, such as { team = \"cad\" }") };
    let members = map.iter().map(|(key, value)| Ok((key.get_ref().to_string(), text(value.get_ref())?.to_owned())));
    let members = members.collect::<Read<BTreeMap<_, _>>>()?;
    let right = "give at most 50 members, with keys of 1 to 50 and values of at most 500 characters";
    Metadata::new(members).map_err(|invalid| Wrong(invalid, right.to_owned()))
}
