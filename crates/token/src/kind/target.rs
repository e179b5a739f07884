//! Whether the address that a DPoP proof names is the one that was asked for (RFC 9449, section 4.3).

/// Whether `address` (`htu`) names `path` on this server. With a public address, origin and path must be those under it; else
/// nobody here knows by which name the server was reached, and the path must end with the one that arrived, because a proxy
/// may take away what comes before.
pub(super) fn same_address(address: &str, path: &str, public_url: Option<&str>) -> bool {
    let Some(named) = Address::parse(address) else { return false };
    let path = normal_path(path);
    match public_url {
        None => named.path.ends_with(&path) && path.starts_with('/'),
        Some(public) => Address::parse(public).is_some_and(|public| {
            named.origin == public.origin && named.path == format!("{}{path}", public.path.trim_end_matches('/'))
        }),
    }
}

/// An absolute address of HTTP, normalised (RFC 3986, section 6.2).
struct Address {
    origin: String,
    path: String,
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        // Query and fragment do not count.
        let rest = rest.split(['?', '#']).next()?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let default_port = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        if authority.is_empty() || authority.contains('@') {
            return None;
        }
        let path = if path.is_empty() { "/" } else { path };
        Some(Self { origin: format!("{scheme}://{authority}"), path: normal_path(path) })
    }
}

/// A path with the escapes that change nothing undone, and the others in upper case.
fn normal_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (escaped, after.get(2..)) {
            (Some(byte), Some(left)) => {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                rest = left;
            }
            _ => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/api/v1/activation/refresh";

    #[test]
    fn sec_5_without_a_public_address_the_path_counts() {
        for same in [
            "https://licenses.example/api/v1/activation/refresh",
            "http://10.0.0.7:7011/api/v1/activation/refresh",
            "https://example/licensing/api/v1/activation/refresh",
            "https://example/api/v1/activation/%72efresh?x=1#y",
        ] {
            assert!(same_address(same, PATH, None), "{same}");
        }
        for other in [
            "",
            "https://",
            PATH,
            "ftp://example/api/v1/activation/refresh",
            "https:///api/v1/activation/refresh",
            "https://user@example/api/v1/activation/refresh",
            "https://example",
            "https://example/api/v1/activation",
            "https://example/api/v1/activation/refresh/",
            "https://example/api/v1/activation/features/x/use",
            "https://example/?/api/v1/activation/refresh",
        ] {
            assert!(!same_address(other, PATH, None), "{other}");
        }
    }

    #[test]
    fn sec_5_with_a_public_address_the_origin_counts_too() {
        let public = Some("https://licenses.example:443/acme/");
        for same in [
            "https://licenses.example/acme/api/v1/activation/refresh",
            "HTTPS://Licenses.Example:443/acme/api/v1/activation/refresh",
        ] {
            assert!(same_address(same, PATH, public), "{same}");
        }
        for other in [
            "http://licenses.example/acme/api/v1/activation/refresh",
            "https://licenses.example:8443/acme/api/v1/activation/refresh",
            "https://licenses.example.evil/acme/api/v1/activation/refresh",
            "https://licenses.example/api/v1/activation/refresh",
            "https://licenses.example/acme/x/api/v1/activation/refresh",
        ] {
            assert!(!same_address(other, PATH, public), "{other}");
        }
    }

    #[test]
    fn sec_5_escapes_are_compared_by_what_they_mean() {
        assert_eq!(normal_path("/a%2fb/%7e%C3%a9%"), "/a%2Fb/~%C3%A9%");
        assert!(same_address("https://h/features/a%2fb/use", "/features/a%2Fb/use", None));
        assert!(!same_address("https://h/features/a/b/use", "/features/a%2Fb/use", None));
    }
}
