//! JSON as tokens may have it: one object, no member twice (TOK-3).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::Fault;

/// The most values in an object, at all depths: of a few bytes each, a token could fill some hundred times its length of memory.
/// The longest exports and reports have a third of it.
const MOST_VALUES: usize = 300_000;

/// Reads bytes that are exactly one JSON object. `serde_json` alone would let the last of two equal members win, and other
/// programs the first.
pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    let seen = Seen { values: Cell::new(0), fault: Cell::new(Fault::Json) };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Strict(&seen).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    match read {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(seen.fault.get()),
    }
}

/// What was seen while reading.
struct Seen {
    values: Cell<usize>,
    /// What is wrong if it cannot be read.
    fault: Cell<Fault>,
}

/// Reads any value; notes what is wrong besides the form.
#[derive(Clone, Copy)]
struct Strict<'a>(&'a Seen);

impl Strict<'_> {
    fn refuse<E: Error>(self, fault: Fault) -> E {
        self.0.fault.set(fault);
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let values = self.0.values.get() + 1;
        if values > MOST_VALUES {
            return Err(self.refuse(Fault::TooLong));
        }
        self.0.values.set(values);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            all.push(item);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            if all.insert(name, value).is_some() {
                return Err(self.refuse(Fault::DuplicateMember));
            }
        }
        Ok(all.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tok_3_a_member_that_stands_there_twice_is_refused_at_every_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":{"b":1,"b":2}}"#, r#"{"a":[{"b":1,"\u0062":2}]}"#] {
            assert_eq!(object(text.as_bytes()), Err(Fault::DuplicateMember), "{text}");
        }
    }

    #[test]
    fn tok_3_what_would_fill_memory_is_too_long() {
        let values = |count: usize| format!(r#"{{"a":[{}0]}}"#, r#"{"a":0},"#.repeat(count / 2));
        assert!(object(values(MOST_VALUES - 4).as_bytes()).is_ok());
        assert_eq!(object(values(MOST_VALUES).as_bytes()), Err(Fault::TooLong));
    }

    #[test]
    fn tok_3_only_one_whole_object_is_read() {
        for text in ["", "1", "[]", "null", "{} {}", "{}x", "{", r#"{"a":01}"#, "{\"a\":\"\u{1}\"}"] {
            assert_eq!(object(text.as_bytes()), Err(Fault::Json), "{text}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), Err(Fault::Json));
        assert_eq!(object("[".repeat(100_000).as_bytes()), Err(Fault::Json));
        let all = object(br#"{"a":[1,-2,3.5,true,null,"x",{}]}"#).unwrap();
        assert_eq!(Value::Object(all), serde_json::json!({"a": [1, -2, 3.5, true, null, "x", {}]}));
    }
}
