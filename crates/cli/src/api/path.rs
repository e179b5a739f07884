//! Paths and queries of the management API, of the portal's, and of a local server's.

use std::fmt::Display;

use crate::Failure;

/// Where the management API is.
const MANAGEMENT: &str = "/api/admin/v1";
/// Where the portal's API is, for contacts' keys.
const PORTAL: &str = "/api/portal/v1";
/// Where a local server's own API is.
const LOCAL: &str = "/api/lls";

/// The path of a resource of the management API. Names that a URL would take for something else are refused.
pub(crate) fn path(segments: &[&dyn Display]) -> Result<String, Failure> {
    below(MANAGEMENT, segments)
}

/// The path of a resource of the portal's API.
pub(crate) fn portal_path(segments: &[&dyn Display]) -> Result<String, Failure> {
    below(PORTAL, segments)
}

/// The path of a resource of a local server.
pub(crate) fn local_path(segments: &[&dyn Display]) -> Result<String, Failure> {
    below(LOCAL, segments)
}

fn below(root: &str, segments: &[&dyn Display]) -> Result<String, Failure> {
    let mut path = root.to_owned();
    for segment in segments {
        let segment = segment.to_string();
        if matches!(segment.as_str(), "" | "." | "..") {
            return Err(Failure::usage(format!("`{segment}` names nothing: give an id, or a name")));
        }
        path.push('/');
        path.push_str(&escaped(&segment));
    }
    Ok(path)
}

/// Adds the parameters that have a value.
pub(crate) fn with_query<'a>(path: &str, parameters: impl Iterator<Item = &'a (&'a str, Option<String>)>) -> String {
    let given = parameters.filter_map(|(name, value)| Some(format!("{name}={}", escaped(value.as_deref()?))));
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Percent-encodes all that is not unreserved (RFC 3986, 2.3).
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
