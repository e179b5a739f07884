//! A server's address, checked before anything is sent there.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// A server's address, such as `https://licences.example:7011`, perhaps with a path before the API's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    base: String,
    https: bool,
    loopback: bool,
}

/// Why a text is no server's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a server's address looks like https://host:7011")]
pub struct NoAddress;

impl ServerAddress {
    /// The address without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Whether it is HTTPS. Else it is plain HTTP.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether it is on this machine: plain HTTP is harmless there, and a proxy is never in between.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether credentials that are sent there travel in the open (CERT-3).
    #[must_use]
    pub const fn is_in_the_open(&self) -> bool {
        !self.https && !self.loopback
    }
}

impl FromStr for ServerAddress {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let url = Url::parse(text.trim()).map_err(|_| NoAddress)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(NoAddress)?;
        let bare = url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "https" | "http") || !bare || !anonymous {
            return Err(NoAddress);
        }
        let base = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { base, https: url.scheme() == "https", loopback: is_loopback(host) })
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

fn is_loopback(host: &str) -> bool {
    let ip: Result<IpAddr, _> = host.trim_start_matches('[').trim_end_matches(']').parse();
    ip.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> ServerAddress {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_a_scheme_and_a_host_and_perhaps_a_path() {
        for bad in
            ["", "host:7011", "ftp://host", "https://", "https://host/?a=b", "https://host/#a", "https://me:pw@host"]
        {
            assert_eq!(bad.parse::<ServerAddress>(), Err(NoAddress), "{bad}");
        }
        assert_eq!(address(" https://Host:7011/licences/ ").as_str(), "https://host:7011/licences");
    }

    #[test]
    fn cert_3_plain_http_is_in_the_open_except_on_this_machine() {
        for here in
            ["http://127.0.0.1:7011", "http://127.8.9.1", "http://[::1]:7011", "http://LOCALHOST", "https://host"]
        {
            assert!(!address(here).is_in_the_open(), "{here}");
        }
        for open in ["http://host", "http://10.0.0.1", "http://0.0.0.0", "http://localhost.example", "http://[::2]"] {
            assert!(address(open).is_in_the_open(), "{open}");
        }
        assert!(address("http://[::ffff:127.0.0.1]").is_loopback());
        assert!(!address("https://127.0.0.1.example").is_loopback());
    }
}
