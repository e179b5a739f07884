//! Who may call a server how often (API-8), and whom it calls: the options of the commands that serve.

use chancery_server::setup::{DataFolder, GivenTraffic};
use chancery_server::{Proxies, ProxyHeader, RateLimits, Traffic};
use clap::Args;

use crate::Failure;

/// Rate limits, and the proxies before a server.
#[derive(Clone, Debug, Args)]
pub(crate) struct TrafficArgs {
    /// `off`, or the rate limits that differ from the usual ones: `api-key=3000/60s, failures=off`
    #[arg(long, value_name = "LIMITS", env = "CHANCERY_RATE_LIMITS")]
    rate_limits: Option<RateLimits>,
    /// The proxies that are believed to say where calls come from: `10.0.0.1, fd00::/8`
    #[arg(long, value_name = "ADDRESSES", env = "CHANCERY_TRUSTED_PROXIES")]
    trusted_proxies: Option<Proxies>,
    /// In which header they say it: x-forwarded-for or forwarded
    #[arg(long, value_name = "HEADER", env = "CHANCERY_PROXY_HEADER")]
    proxy_header: Option<ProxyHeader>,
    /// Ask OpenID providers at private addresses too, although several vendors share this server
    #[arg(long)]
    allow_private_issuers: bool,
}

impl TrafficArgs {
    /// What holds, with what the data folder sets.
    pub(crate) fn traffic(&self, folder: &DataFolder) -> Result<Traffic, Failure> {
        let (limits, proxies, header) = (self.rate_limits, self.trusted_proxies.clone(), self.proxy_header);
        let traffic = folder.traffic(GivenTraffic { limits, proxies, header })?;
        Ok(Traffic { private_issuers: self.allow_private_issuers, ..traffic })
    }
}
