//! Rate limits (API-8): calls count against the credential that they show, and wrong credentials against the address.
//!
//! So whoever guesses is soon told to wait, and a fleet behind one address never is: each of its machines has a limit of its own,
//! and a credential that was right before is not stopped by those that others get wrong.

mod bucket;
mod meter;
mod proxy;
mod quota;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use quick_cache::UnitWeighter;
use quick_cache::sync::Cache;

use self::bucket::Bucket;
pub(crate) use self::bucket::Left;
pub(crate) use self::meter::{Meter, is_failure};
pub use self::proxy::{Proxies, ProxiesFault, ProxyHeader, ProxyHeaderFault};
pub(crate) use self::quota::Kind;
pub use self::quota::{LimitsFault, Quota, RateLimits};
use crate::digest::sha256;
use crate::local::Hosts;

/// How many credentials and addresses are remembered, of each: some megabytes. The ones that are idle are forgotten first.
const MOST: u64 = 65_536;

/// Who calls how often, and who may; and whom the server calls.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// How often.
    pub limits: RateLimits,
    /// Who is believed to say where calls come from.
    pub proxies: Proxies,
    /// Whether OpenID providers on private addresses are asked although several vendors share the server. One vendor's are.
    pub private_issuers: bool,
    /// By which names a local server is managed (LLS-5).
    pub hosts: Hosts,
}

impl Traffic {
    /// As often as anybody likes: for benches, and for servers behind a gateway that limits.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { limits: RateLimits::OFF, ..Self::default() }
    }
}

/// All counts.
pub(crate) struct Limits {
    traffic: Traffic,
    /// Credentials that were right: nobody fills this by guessing.
    credentials: Cache<[u8; 32], Arc<Bucket>>,
    failures: Cache<IpAddr, Arc<Bucket>>,
    public: Cache<IpAddr, Arc<Bucket>>,
}

impl Limits {
    pub(crate) fn new(traffic: Traffic) -> Self {
        Self { traffic, credentials: counts(), failures: counts(), public: counts() }
    }

    /// Who is believed to say where calls come from.
    pub(crate) const fn proxies(&self) -> &Proxies {
        &self.traffic.proxies
    }

    /// Counts a call against a credential that was right before; nothing of one that is not known to be.
    fn take_known(&self, kind: Kind, credential: &[u8], now: i64) -> Option<Left> {
        let quota = self.traffic.limits.of(kind)?;
        self.credentials.get(&key(kind, credential)).map(|bucket| bucket.take(quota, now))
    }

    /// Counts a call against a credential that is right.
    fn take(&self, kind: Kind, credential: &[u8], now: i64) -> Option<Left> {
        let quota = self.traffic.limits.of(kind)?;
        Some(bucket(&self.credentials, &key(kind, credential)).take(quota, now))
    }

    /// Counts against an address, or only looks.
    fn of_address(&self, kind: Kind, address: IpAddr, now: i64, count: bool) -> Option<Left> {
        let quota = self.traffic.limits.of(kind)?;
        let counts = if kind == Kind::Public { &self.public } else { &self.failures };
        let address = neighbourhood(address);
        if !count {
            return counts.get(&address).map(|bucket| bucket.look(quota, now));
        }
        Some(bucket(counts, &address).take(quota, now))
    }
}

/// Small at first.
fn counts<K: Eq + std::hash::Hash>() -> Cache<K, Arc<Bucket>> {
    Cache::with_weighter(1_024, MOST, UnitWeighter)
}

fn bucket<K: Eq + std::hash::Hash + Clone>(counts: &Cache<K, Arc<Bucket>>, key: &K) -> Arc<Bucket> {
    let made = counts.get_or_insert_with(key, || Ok::<_, std::convert::Infallible>(Arc::default()));
    made.unwrap_or_else(|never| match never {})
}

/// What is kept of a credential.
fn key(kind: Kind, credential: &[u8]) -> [u8; 32] {
    sha256(&[kind.name().as_bytes(), b"\0", credential].concat())
}

/// Of IPv6 everybody has a /64, and so as many addresses as they like.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_8_addresses_of_one_ipv6_network_are_one() {
        let limits = Limits::new(Traffic::default());
        let of = |address: &str| limits.of_address(Kind::Failures, address.parse().unwrap(), 0, true).unwrap();
        (0..30).for_each(|i| assert_eq!(of(&format!("2001:db8::{i}")).wait, None));
        assert!(of("2001:db8::ffff:ffff:ffff:ffff").wait.is_some());
        assert!(of("2001:db8:0:1::").wait.is_none());
        assert!(of("192.0.2.1").wait.is_none() && of("192.0.2.2").calls == 29);
    }

    #[test]
    fn api_8_counts_are_bounded_however_many_come() {
        let limits = Limits::new(Traffic::default());
        for number in 0..200_000_u32 {
            limits.of_address(Kind::Failures, std::net::Ipv4Addr::from(number).into(), 0, true);
            limits.take(Kind::Activation, &number.to_be_bytes(), 0);
        }
        assert!(limits.failures.weight() <= MOST && limits.credentials.weight() <= MOST);
    }

    #[test]
    fn api_8_a_fleet_of_ten_thousand_behind_one_address_is_not_starved_by_a_noisy_one() {
        let limits = Limits::new(Traffic::default());
        let noisy = || (0..100).map(|_| limits.take(Kind::Activation, b"noisy", 0)).next_back().flatten().unwrap();
        let wrong = || limits.of_address(Kind::Failures, "192.0.2.1".parse().unwrap(), 0, true).unwrap();
        for machine in 0..10_000_u32 {
            noisy();
            wrong();
            let left = limits.take(Kind::Activation, &machine.to_be_bytes(), 0).unwrap();
            assert_eq!(left.wait, None, "{machine}");
        }
        assert!(noisy().wait.is_some() && wrong().wait.is_some());
    }
}
