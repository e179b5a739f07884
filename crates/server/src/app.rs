//! What every handler shares.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chancery_operations::System;
use tokio::sync::watch;

use crate::clock::{Clock, Randomness};
use crate::limits::{Limits, Traffic};
use crate::local::Hosts;
use crate::metrics::Metrics;
use crate::openid::OpenId;

/// What the router is made of. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    system: Arc<System>,
    clock: Clock,
    randomness: Randomness,
    metrics: Metrics,
    limits: Arc<Limits>,
    openid: OpenId,
    hosts: Hosts,
    phase: watch::Sender<Phase>,
    process: String,
    requests: AtomicU64,
}

/// Where the server is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It answers.
    Ready,
    /// It finishes what it has begun, and should be sent nothing more.
    ShuttingDown,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("phase", &self.phase()).finish_non_exhaustive()
    }
}

impl App {
    /// An application that answers from the beginning, so much as `traffic` allows.
    #[must_use]
    pub fn new(system: Arc<System>, clock: Clock, randomness: Randomness, traffic: Traffic) -> Self {
        let (phase, _) = watch::channel(Phase::Ready);
        // Only a name for the log: where there is no randomness, requests will fail and say so.
        let process = randomness.seed().unwrap_or_default().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let (metrics, requests) = (Metrics::new(), AtomicU64::new(1));
        let openid = OpenId::new(traffic.private_issuers);
        let hosts = traffic.hosts.clone();
        let limits = Arc::new(Limits::new(traffic));
        Self(Arc::new(Parts { system, clock, randomness, metrics, limits, openid, hosts, phase, process, requests }))
    }

    /// The system.
    #[must_use]
    pub fn system(&self) -> &System {
        &self.0.system
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Where seeds come from.
    #[must_use]
    pub fn randomness(&self) -> &Randomness {
        &self.0.randomness
    }

    /// Those who know the keys of OpenID providers.
    pub(crate) fn openid(&self) -> &OpenId {
        &self.0.openid
    }

    /// By which names a local server is managed (LLS-5).
    pub(crate) fn hosts(&self) -> &Hosts {
        &self.0.hosts
    }

    /// Whether it is a local server, and not an authority.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.system().local().is_some()
    }

    /// What is counted.
    #[must_use]
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Who may call how often.
    pub(crate) fn limits(&self) -> &Arc<Limits> {
        &self.0.limits
    }

    /// A name for a request that came without one.
    pub(crate) fn request_id(&self) -> String {
        format!("{}-{}", self.0.process, self.0.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Where the server is in its life.
    #[must_use]
    pub fn phase(&self) -> Phase {
        *self.0.phase.borrow()
    }

    /// Says where the server is in its life: `/health/ready` tells it on.
    pub fn enter(&self, phase: Phase) {
        self.0.phase.send_replace(phase);
    }
}
