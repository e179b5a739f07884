//! Which address a call comes from, where a proxy stands before this server: what it says is believed if it is one of those that
//! the operator named, and nobody else's word is.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;
use http::header::{FORWARDED, HeaderName};

/// The header in which proxies usually say it.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies that are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    trusted: Vec<Network>,
    header: ProxyHeader,
}

/// In which header proxies say where a call comes from. The other one is whatever the caller wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Why a text is none of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address: give addresses or networks as in `10.0.0.1, fd00::/8`")]
pub struct ProxiesFault(String);

/// Why a text names no header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give x-forwarded-for or forwarded, not `{0}`")]
pub struct ProxyHeaderFault(String);

/// An address, or a network of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.trim().parse::<IpAddr>().ok()?.to_canonical();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(longest), |prefix| prefix.trim().parse().ok())?;
        (prefix <= longest).then_some(Self { address, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differ = u32::from(own) ^ u32::from(other);
                differ.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differ = u128::from(own) ^ u128::from(other);
                differ.leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}

impl FromStr for Proxies {
    type Err = ProxiesFault;

    fn from_str(text: &str) -> Result<Self, ProxiesFault> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| Network::read(part).ok_or_else(|| ProxiesFault(part.to_owned()));
        Ok(Self { trusted: parts.map(read).collect::<Result<_, _>>()?, header: ProxyHeader::default() })
    }
}

impl FromStr for ProxyHeader {
    type Err = ProxyHeaderFault;

    fn from_str(text: &str) -> Result<Self, ProxyHeaderFault> {
        match text.trim().to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(ProxyHeaderFault(text.to_owned())),
        }
    }
}

impl Proxies {
    /// The same proxies, which say it in another header.
    #[must_use]
    pub fn saying_in(self, header: ProxyHeader) -> Self {
        Self { header, ..self }
    }

    /// Where a call comes from: the last address, from this server on, that is none of a trusted proxy.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut caller = peer.to_canonical();
        if !self.trusts(caller) {
            return caller;
        }
        for hop in self.hops(headers).iter().rev() {
            // What is no address was not written by a proxy that is trusted: the one that passed it on is all that is known.
            let Some(address) = address(hop) else { return caller };
            caller = address;
            if !self.trusts(caller) {
                break;
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// What the proxies wrote, each behind the one before it.
    fn hops(&self, headers: &HeaderMap) -> Vec<String> {
        let name = match self.header {
            ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
            ProxyHeader::Forwarded => FORWARDED,
        };
        let lines = headers.get_all(name).into_iter().map(|line| line.to_str().unwrap_or("?"));
        let hops = lines.flat_map(|line| line.split(','));
        match self.header {
            ProxyHeader::XForwardedFor => hops.map(|hop| hop.trim().to_owned()).collect(),
            ProxyHeader::Forwarded => hops.map(forwarded_for).collect(),
        }
    }
}

/// The `for` of one element of `Forwarded`.
fn forwarded_for(element: &str) -> String {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    found.map(|(_, value)| value.trim().trim_matches('"').to_owned()).unwrap_or_default()
}

/// An address with or without a port, in brackets or not.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(proxies: &str, header: ProxyHeader, peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let proxies = proxies.parse::<Proxies>().unwrap().saying_in(header);
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn api_8_only_a_trusted_proxy_says_where_a_call_comes_from() {
        let x = |proxies, peer, value| caller(proxies, ProxyHeader::XForwardedFor, peer, &[("x-forwarded-for", value)]);
        assert_eq!(x("", "10.0.0.1", "203.0.113.9"), "10.0.0.1");
        assert_eq!(x("10.0.0.2", "10.0.0.1", "203.0.113.9"), "10.0.0.1");
        assert_eq!(x("10.0.0.0/8", "10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(x("10.0.0.0/8", "::ffff:10.0.0.1", "203.0.113.9"), "203.0.113.9");
        // What stands before the last untrusted one is the caller's own invention.
        assert_eq!(x("10.0.0.0/8", "10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.7"), "203.0.113.9");
        assert_eq!(x("10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.7"), "10.0.0.3");
        assert_eq!(x("10.0.0.0/8", "10.0.0.1", "203.0.113.9, unknown"), "10.0.0.1");
        assert_eq!(x("10.0.0.0/8", "10.0.0.1", "203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(x("fd00::/8", "fd00::1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(x("fd00::/8", "fd00::1", "[2001:db8::7]:443"), "2001:db8::7");
        assert_eq!(x("fd00::/8", "fe00::1", "2001:db8::7"), "fe00::1");
        assert_eq!(x("0.0.0.0/0", "10.0.0.1", ""), "10.0.0.1");
    }

    #[test]
    fn api_8_lines_are_one_list_and_the_other_header_is_not_believed() {
        let two =
            [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=1.2.3.4")];
        assert_eq!(caller("10.0.0.1", ProxyHeader::XForwardedFor, "10.0.0.1", &two), "203.0.113.9");
        assert_eq!(caller("10.0.0.1", ProxyHeader::Forwarded, "10.0.0.1", &two), "1.2.3.4");
        let rich = [("forwarded", "for=9.9.9.9;proto=http, by=10.0.0.1;For=\"[2001:db8::7]:443\"")];
        assert_eq!(caller("10.0.0.1", ProxyHeader::Forwarded, "10.0.0.1", &rich), "2001:db8::7");
        let hidden = [("forwarded", "for=9.9.9.9, for=_hidden")];
        assert_eq!(caller("10.0.0.1", ProxyHeader::Forwarded, "10.0.0.1", &hidden), "10.0.0.1");
    }

    #[test]
    fn what_is_no_address_is_no_proxy() {
        for wrong in ["proxy.example", "10.0.0.0/33", "fd00::/129", "10.0.0.1/x", "/8"] {
            assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
        }
        assert!("x-real-ip".parse::<ProxyHeader>().is_err());
        assert_eq!("Forwarded".parse(), Ok(ProxyHeader::Forwarded));
    }
}
