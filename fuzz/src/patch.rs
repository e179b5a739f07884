//! Good JSON, changed by what the fuzzer made up: so that a few bytes get past everything that comes before what they change.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Two texts, parted by a line's end.
pub fn two(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.map_or((bytes, &[]), |end| (&bytes[..end], &bytes[end + 1..]))
}

/// The good JSON with the members of a merge patch (RFC 7396); what is no JSON stands in its place.
pub fn patched(good: &Value, patch: &[u8]) -> String {
    if patch.is_empty() {
        return good.to_string();
    }
    match serde_json::from_slice(patch) {
        Ok(patch) => {
            let mut value = good.clone();
            merge(&mut value, patch);
            value.to_string()
        }
        Err(_) => String::from_utf8_lossy(patch).into_owned(),
    }
}

fn merge(value: &mut Value, patch: Value) {
    let (Value::Object(members), Value::Object(changes)) = (&mut *value, &patch) else {
        *value = patch;
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.as_str()).or_insert(Value::Null), change.clone());
        }
    }
}

/// Requires that what was read is the same when it was written and read again.
pub fn same<T: Serialize + DeserializeOwned + PartialEq>(read: &T) {
    let text = serde_json::to_string(read).unwrap();
    let again: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(again == *read, "another value: {text}");
}
