//! What the server counts, for `/metrics` (OpenMetrics).

use std::sync::Arc;
use std::time::Duration;

use chancery_domain::{Warning, WarningOf};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds in seconds, from a read out of memory to a wait for the disk.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The counters. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Route, Counter>,
    durations: Family<Path, Histogram>,
    in_flight: Gauge,
    memory: Gauge,
    active: Family<Vendor, Gauge>,
    ends: Family<Ending, Gauge>,
}

/// Of a local server there is one: whose products it serves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Vendor {
    vendor: String,
}

/// What ends soon (LLS-3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ending {
    what: &'static str,
    entitlement: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    path: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Path {
    method: String,
    path: String,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("chancery");
        let requests = Family::<Route, Counter>::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let in_flight = Gauge::default();
        let memory = Gauge::default();
        registry.register("http_requests", "Requests that were answered", requests.clone());
        let help = "How long requests took";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, durations.clone());
        registry.register("http_requests_in_flight", "Requests that are being answered", in_flight.clone());
        let help = "Memory that the process has in use";
        registry.register_with_unit("process_resident_memory", help, Unit::Bytes, memory.clone());
        let active = Family::<Vendor, Gauge>::default();
        registry.register("local_server_active", "Whether this local server serves products", active.clone());
        let ends = Family::<Ending, Gauge>::default();
        let help = "Within how many days a license or a delegation ends: 30, 14, 7, 3 or 1";
        registry.register("local_server_ends_within_days", help, ends.clone());
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "What is running", Info::new(version));
        Self { registry: Arc::new(registry), requests, durations, in_flight, memory, active, ends }
    }

    /// A request begins. It counts as in flight until the value is dropped, however it ends.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered. `path` is the route's pattern: never what was sent.
    pub(crate) fn count(&self, method: &str, path: &str, status: u16, took: Duration) {
        let (method, path) = (method.to_owned(), path.to_owned());
        self.durations.get_or_create(&Path { method: method.clone(), path: path.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Route { method, path, status }).inc();
    }

    /// Where a local server stands (LLS-3).
    pub(crate) fn stand(&self, vendor: String, active: bool, warnings: &[Warning]) {
        self.active.get_or_create(&Vendor { vendor }).set(active.into());
        self.ends.clear();
        for warning in warnings {
            let entitlement = match warning.what {
                WarningOf::License => String::new(),
                WarningOf::Delegation(entitlement) => entitlement.to_string(),
            };
            let ending = Ending { what: warning.what.kind().name(), entitlement };
            self.ends.get_or_create(&ending).set(warning.days.into());
        }
    }

    /// Everything, as text.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        if let Some(bytes) = resident_memory() {
            self.memory.set(bytes);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A request that is being answered.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Bytes, where the system tells them.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
