//! How long a server asks to be left alone (RFC 9110, section 10.2.3).

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// What `Retry-After` says: seconds, or an instant as proxies and content networks say it. The instant is taken by the reply's own
/// `Date`, never by this machine's clock, which may be wrong; one that has passed already is no time at all.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let after = text(&RETRY_AFTER)?;
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let seconds = second_of(after)?.saturating_sub(second_of(text(&DATE)?)?);
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// The second of an HTTP date: the form that alone may be written (RFC 9110, section 5.6.7), which is one of mail's.
fn second_of(date: &str) -> Option<i64> {
    let at = DateTimeParser::new().parse_timestamp(date.strip_suffix(" GMT").map(|rest| format!("{rest} +0000"))?);
    at.ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(after: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, after.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers)
    }

    const NOW: Option<&str> = Some("Sun, 06 Nov 1994 08:49:37 GMT");

    #[test]
    fn proxy_2_seconds_and_dates_are_understood() {
        assert_eq!(retry_after(&HeaderMap::new()), None);
        assert_eq!(read("30", None), Some(Duration::from_secs(30)));
        assert_eq!(read(" 30 ", NOW), Some(Duration::from_secs(30)));
        assert_eq!(read("Sun, 06 Nov 1994 08:51:37 GMT", NOW), Some(Duration::from_secs(120)));
        assert_eq!(read("Mon, 07 Nov 1994 08:49:37 GMT", NOW), Some(Duration::from_secs(86_400)));
        // It has passed: at once, by the program's own patience.
        assert_eq!(read("Sun, 06 Nov 1994 08:49:30 GMT", NOW), Some(Duration::ZERO));
    }

    #[test]
    fn proxy_2_what_is_neither_says_nothing() {
        // Without the server's own date nobody knows how far off the instant is.
        assert_eq!(read("Sun, 06 Nov 1994 08:51:37 GMT", None), None);
        for wrong in [
            "",
            "-1",
            "1.5",
            "soon",
            "Sun, 06 Nov 1994",
            "Sun, 06 Nov 1994 08:51:37 +0100",
            "Mon, 99 Nov 1994 08:51:37 GMT",
        ] {
            assert_eq!(read(wrong, NOW), None, "{wrong:?}");
        }
        assert_eq!(read("Sun, 06 Nov 1994 08:51:37 GMT", Some("yesterday")), None);
    }
}
