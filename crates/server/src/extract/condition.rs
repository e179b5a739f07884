//! `If-Match`: a change is made only of the version that the caller has read (API-4; RFC 9110, section 13.1.1).

use chancery_api_types::Code;
use chancery_operations::Expected;
use http::HeaderMap;
use http::header::IF_MATCH;

use crate::problem::{Answer, Failure};

/// Which versions the caller expects; nothing, if it does not say so.
pub(super) fn if_match(headers: &HeaderMap) -> Answer<Option<Expected>> {
    let lines: Vec<&[u8]> = headers.get_all(IF_MATCH).iter().map(http::HeaderValue::as_bytes).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    // Several lines are one list. A tag may have bytes that are no UTF-8: none of ours has, so it need only stay wrong.
    let text = String::from_utf8_lossy(&lines.join(&b", "[..])).into_owned();
    let malformed = "`If-Match` is neither `*` nor a list of entity tags such as `\"5f0c\"`";
    read(&text).map(Some).ok_or_else(|| Failure::new(Code::MalformedRequest, malformed))
}

fn read(text: &str) -> Option<Expected> {
    if text.trim_matches(blank) == "*" {
        return Some(Expected::Any);
    }
    let (mut tags, mut rest, mut any) = (Vec::new(), text, false);
    loop {
        // Lists may have empty elements (RFC 9110, section 5.6.1).
        rest = rest.trim_start_matches(|c| c == ',' || blank(c));
        if rest.is_empty() {
            return any.then_some(Expected::OneOf(tags));
        }
        let weak = rest.strip_prefix("W/");
        let (tag, after) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        if tag.contains(|c: char| c <= ' ' || c == '\u{7f}') {
            return None;
        }
        any = true;
        // A weak tag says that two things are as good as the same: that is not enough to overwrite one by (section 8.8.3.2).
        if weak.is_none() {
            tags.push(tag.to_owned());
        }
        rest = after.trim_start_matches(blank);
        if !(rest.is_empty() || rest.starts_with(',')) {
            return None;
        }
    }
}

const fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(texts: &[&str]) -> Option<Expected> {
        Some(Expected::OneOf(texts.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn api_4_if_match_is_a_star_or_a_list_of_tags() {
        assert_eq!(read(" * "), Some(Expected::Any));
        assert_eq!(read("\"a\""), tags(&["a"]));
        assert_eq!(read("\"\""), tags(&[""]));
        assert_eq!(read(" , \"a\" ,, \"b,c\"\t,"), tags(&["a", "b,c"]));
        assert_eq!(read("W/\"a\""), tags(&[]));
        assert_eq!(read("W/\"a\", \"b\""), tags(&["b"]));
        for wrong in [
            "",
            " ",
            ",",
            "a",
            "\"a",
            "a\"",
            "\"a\" \"b\"",
            "\"a\"b",
            "*, \"a\"",
            "\"a\", *",
            "w/\"a\"",
            "\"a b\"",
            "W/a",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
