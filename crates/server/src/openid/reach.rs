//! Which addresses issuers may have: a vendor must not make a server that it shares with others ask what stands beside the server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{ClientBuilder, Url};

/// Which issuers are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All: the server's operator answers for who registers them.
    Everywhere,
    /// Those on the public net.
    Public,
}

const REFUSED: &str =
    "it has no public address, and several vendors share this server (--allow-private-issuers asks it all the same)";

impl Reach {
    /// Makes a client for one host connect within reach only. What its name stands for is looked up once, and what was checked is
    /// what is connected to.
    ///
    /// # Errors
    /// Why the host is out of reach, for the log.
    pub(super) fn limit(self, client: ClientBuilder, url: &Url) -> Result<ClientBuilder, String> {
        if self == Self::Everywhere {
            return Ok(client);
        }
        let host = url.host_str().unwrap_or_default();
        // An address is not looked up.
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) if !is_public(address) => Err(REFUSED.to_owned()),
            Ok(_) => Ok(client),
            Err(_) => Ok(client.dns_resolver(Arc::new(PublicOnly { host: host.to_owned() }))),
        }
    }
}

/// Finds only the public addresses of a host.
struct PublicOnly {
    host: String,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        // Another name is that of the proxy on the way, which the operator set (PROXY-1).
        let limited = name.eq_ignore_ascii_case(&self.host);
        Box::pin(async move {
            let mut found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
            found.retain(|address| !limited || is_public(address.ip()));
            if found.is_empty() { Err(REFUSED.into()) } else { Ok(Box::new(found.into_iter()) as Addrs) }
        })
    }
}

/// Whether an address is of the public net (RFC 6890), and not this machine's, its network's or nobody's.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => embedded(address).map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network; shared by providers' customers; protocols' own; benches; reserved.
        [0 | 240..=255, ..] | [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..] => true,
        _ => false,
    };
    let local = address.is_loopback() || address.is_private() || address.is_link_local();
    !(special || local || address.is_multicast() || address.is_documentation())
}

/// Only 2000::/3 is given out; of that Teredo's, protocols' own and examples' are not.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// The IPv4 address to which packets for an IPv6 address go: mapped, NAT64 (RFC 6052), 6to4 (RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (a, b, [c, d, e, f]) {
        (0x64, 0xff9b, [0, 0, 0, 0]) => Some(v4(g, h)),
        (0x2002, ..) => Some(v4(b, c)),
        _ => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn lic_1_only_addresses_of_the_public_net_are_public() {
        let local = [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ];
        for address in local {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = [
            "1.1.1.1",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700:4700::1111",
            "2a00::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
