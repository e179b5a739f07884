//! How values are written on the command line: in words for people, checked before anything is sent.

use chancery_api_types::classify;
use chancery_api_types::wire::{
    Patch, WireFeatureValue, WireInterval, WireMetadata, WireOverdraft, WirePeriod, WireQuantity,
};
use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const INTERVAL: &str = "give an interval such as `7 days`, `1 year` or `30d`";

/// An interval: `7 days`, `1 year`, `30d`.
pub(crate) fn interval(text: &str) -> Result<WireInterval, String> {
    spelled_out(text).parse().map(WireInterval).map_err(|_| INTERVAL.to_owned())
}

/// An interval, or `unlimited`.
pub(crate) fn period(text: &str) -> Result<WirePeriod, String> {
    spelled_out(text).parse().map(WirePeriod).map_err(|_| format!("{INTERVAL}, or `unlimited`"))
}

/// An interval, or `none` to take it away.
pub(crate) fn interval_or_none(text: &str) -> Result<Patch<WireInterval>, String> {
    if text == "none" { Ok(Patch::Null) } else { interval(text).map(Patch::Value) }
}

/// An interval, `unlimited`, or `none` to take it away.
pub(crate) fn period_or_none(text: &str) -> Result<Patch<WirePeriod>, String> {
    if text == "none" { Ok(Patch::Null) } else { period(text).map(Patch::Value) }
}

/// A value, or `none` to take it away.
pub(crate) fn or_none<T>(text: &str) -> Result<Patch<T>, String>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    if text == "none" {
        Ok(Patch::Null)
    } else {
        text.parse().map(Patch::Value).map_err(|error: T::Err| error.to_string())
    }
}

/// `30d` as `30 days`; what is not of this form stays.
fn spelled_out(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    let unit = match unit.trim_start() {
        "m" | "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        other => other,
    };
    if count.is_empty() { text.to_owned() } else { format!("{count} {unit}") }
}

/// An overdraft: `none`, `2`, `20%`, `unlimited`.
pub(crate) fn overdraft(text: &str) -> Result<WireOverdraft, String> {
    let form = match text.strip_suffix('%') {
        Some(percent) => format!("percentage {percent}"),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => format!("absolute {text}"),
        None => text.to_owned(),
    };
    form.parse()
        .map(WireOverdraft)
        .map_err(|_| "give `none`, a number, a percentage such as `20%`, or `unlimited`".to_owned())
}

/// A quantity: a whole number of 0 to 2^53 − 1.
pub(crate) fn quantity(text: &str) -> Result<WireQuantity, String> {
    read(text.parse::<u64>().map_or_else(|_| json!(text), Value::from))
}

/// The value of a feature: `on`, `off`, a number, `unlimited`.
pub(crate) fn feature_value(text: &str) -> Result<WireFeatureValue, String> {
    read(match text {
        "on" | "true" | "yes" => json!(true),
        "off" | "false" | "no" => json!(false),
        "unlimited" => Value::Null,
        number => {
            number.parse::<u64>().map(Value::from).map_err(|_| "give on, off, a number, or unlimited".to_owned())?
        }
    })
}

/// `key=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("give KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// `key=value` of a feature.
pub(crate) fn feature_pair<K>(text: &str) -> Result<(K, WireFeatureValue), String>
where
    K: std::str::FromStr<Err: std::fmt::Display>,
{
    let (key, value) = pair(text)?;
    Ok((key.parse().map_err(|error: K::Err| error.to_string())?, feature_value(&value)?))
}

/// `key=value` of a feature that is counted.
pub(crate) fn amount_pair<K>(text: &str) -> Result<(K, WireQuantity), String>
where
    K: std::str::FromStr<Err: std::fmt::Display>,
{
    let (key, value) = pair(text)?;
    Ok((key.parse().map_err(|error: K::Err| error.to_string())?, quantity(&value)?))
}

/// `key=value` of an attribute.
pub(crate) fn attribute_pair<K, V>(text: &str) -> Result<(K, V), String>
where
    K: std::str::FromStr<Err: std::fmt::Display>,
    V: std::str::FromStr<Err: std::fmt::Display>,
{
    let (key, value) = pair(text)?;
    let key = key.parse().map_err(|error: K::Err| error.to_string())?;
    Ok((key, value.parse().map_err(|error: V::Err| error.to_string())?))
}

/// The vendor's own.
#[derive(Clone, Debug, Args)]
pub(crate) struct MetadataArgs {
    /// The vendor's own text under a key; can be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
}

impl MetadataArgs {
    /// What was given; nothing if nothing was.
    pub(crate) fn value(&self) -> Result<Option<WireMetadata>, crate::Failure> {
        if self.metadata.is_empty() { Ok(None) } else { checked(&self.metadata).map(Some) }
    }
}

/// The vendor's own, for a change.
#[derive(Clone, Debug, Args)]
pub(crate) struct MetadataEdit {
    /// The vendor's own text under a key; can be given several times, and replaces the whole map
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
    /// Empty the map of the vendor's own
    #[arg(long, conflicts_with = "metadata")]
    clear_metadata: bool,
}

impl MetadataEdit {
    /// The whole new map; nothing if it stays.
    pub(crate) fn value(&self) -> Result<Option<WireMetadata>, crate::Failure> {
        let changes = self.clear_metadata || !self.metadata.is_empty();
        if changes { checked(&self.metadata).map(Some) } else { Ok(None) }
    }
}

fn checked(pairs: &[(String, String)]) -> Result<WireMetadata, crate::Failure> {
    let twice = pairs.iter().enumerate().find(|(i, (key, _))| pairs.iter().take(*i).any(|(other, _)| other == key));
    if let Some((_, (key, _))) = twice {
        return Err(crate::Failure::usage(format!("--metadata gives {key} twice")));
    }
    let map: serde_json::Map<String, Value> = pairs.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    read(Value::Object(map)).map_err(|error| crate::Failure::usage(format!("--metadata: {error}")))
}

/// Reads what has no textual form of its own by its JSON reader.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| classify(&error.to_string()).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_in_words_and_in_short() {
        for (text, same) in
            [("30d", "30 days"), ("1y", "1 year"), ("2 mo", "2 months"), ("5m", "5 minutes"), ("3w", "3 week")]
        {
            assert_eq!(interval(text), interval(same), "{text}");
            assert!(interval(text).is_ok(), "{text}");
        }
        assert_ne!(interval("5m"), interval("5mo"));
        for wrong in ["", "d", "7", "0d", "-1d", "1.5d", "40000d", "unlimited", "none", "7 fortnights"] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
        assert!(period("unlimited").is_ok());
        assert_eq!(interval_or_none("none"), Ok(Patch::Null));
    }

    #[test]
    fn overdrafts_and_values_are_read() {
        let json = |overdraft| serde_json::to_string(&overdraft).unwrap();
        assert_eq!(json(overdraft("2").unwrap()), r#"{"type":"absolute","value":2}"#);
        assert_eq!(json(overdraft("20%").unwrap()), r#"{"type":"percentage","value":20}"#);
        assert!(
            overdraft("").is_err() && overdraft("%").is_err() && overdraft("-2").is_err() && overdraft("all").is_err()
        );
        assert_eq!(serde_json::to_string(&feature_value("unlimited").unwrap()).unwrap(), "null");
        assert_eq!(serde_json::to_string(&feature_value("on").unwrap()).unwrap(), "true");
        assert!(feature_value("9007199254740992").is_err() && feature_value("-1").is_err());
        assert!(
            quantity("9007199254740991").is_ok() && quantity("9007199254740992").is_err() && quantity("x").is_err()
        );
    }
}
