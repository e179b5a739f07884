//! A running server: its listener, its jobs, its end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chancery_operations::System;

use crate::extract::SLOWEST_BODY;
use crate::jobs::Jobs;
use crate::listener::{Bound, Listening};
use crate::router::{Face, router_of};
use crate::tls::{Certificates, TlsError, TlsMode};
use crate::{App, Clock, Phase, Randomness, Traffic};

/// How long requests may take that have begun when the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);
/// A body that has begun to arrive is not cut off by the end.
const _: () = assert!(SLOWEST_BODY.as_secs() < LAST_REQUESTS.as_secs());
/// How often the certificate's files are looked at.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(5);

/// How a server is started.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Where it listens. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where a local server is managed, if not at the same address (LLS-5): the other one is for products then.
    pub management: Option<SocketAddr>,
    /// Whether it speaks HTTPS, and with which certificate (CERT-1, CERT-3).
    pub tls: TlsMode,
    /// The data folder, which has the certificates.
    pub data_dir: PathBuf,
    /// How long it goes on answering after it was told to stop, while `/health/ready` says so: whoever distributes requests
    /// sends them elsewhere by then.
    pub drain: Duration,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where randomness comes from.
    pub randomness: Randomness,
    /// Who may call how often (API-8).
    pub traffic: Traffic,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// CERT-3: credentials would travel in the open.
    #[error("plain HTTP on {address} would send credentials in the open; listen on 127.0.0.1, use TLS, or force it")]
    PlainOutsideLoopback {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// There is no certificate to be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    main: Listening,
    management: Option<Listening>,
    fingerprint: Option<String>,
    app: App,
    system: Arc<System>,
    drain: Duration,
    jobs: Jobs,
}

impl Server {
    /// Starts a server on a system. It answers when this returns.
    ///
    /// # Errors
    /// See [`StartError`]. Nothing runs then.
    pub async fn start(options: ServerOptions, system: Arc<System>) -> Result<Running, StartError> {
        let addresses = [Some(options.listen), options.management];
        let plain = matches!(options.tls, TlsMode::Off { force: false });
        if let Some(address) = addresses.into_iter().flatten().find(|address| plain && !address.ip().is_loopback()) {
            return Err(StartError::PlainOutsideLoopback { address });
        }
        let (clock, ip) = (options.clock, options.listen.ip());
        let mut further = options.traffic.hosts.named().to_vec();
        further.extend(options.management.map(|address| address.ip().to_string()));
        let certificates = Certificates::open(&options.tls, &options.data_dir, ip, &further, &clock.of_machine())?;
        let main = Bound::at(options.listen).await?;
        let management = match options.management {
            Some(address) => Some(Bound::at(address).await?),
            None => None,
        };
        let mut traffic = options.traffic;
        for address in addresses.into_iter().flatten() {
            traffic.hosts = traffic.hosts.listening_on(address.ip());
        }
        let app = App::new(Arc::clone(&system), clock.clone(), options.randomness, traffic);
        let answer = |bound: Bound, face| bound.answer(router_of(app.clone(), face), certificates.as_ref());
        let main = answer(main, if management.is_some() { Face::Products } else { Face::Whole })?;
        let management = management.map(|bound| answer(bound, Face::Management)).transpose()?;
        let fingerprint = certificates.as_ref().map(Certificates::fingerprint);
        let mut jobs = Jobs::start(&app);
        if let Some(certificates) = certificates {
            jobs.every(CERTIFICATE_CHECK, move || certificates.clone().check(clock.of_machine()));
        }
        Ok(Running { main, management, fingerprint, app, system, drain: options.drain, jobs })
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.main.address()
    }

    /// Where a local server is managed, if not at the same address.
    #[must_use]
    pub fn management_addr(&self) -> Option<SocketAddr> {
        self.management.as_ref().map(Listening::address)
    }

    /// The SHA-256 fingerprint of its certificate; nothing for plain HTTP.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// What it answers with.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Says that it stops, and goes on for [`ServerOptions::drain`]; then takes nothing more, finishes what has begun, and
    /// closes the database.
    pub async fn shutdown(self) {
        self.app.enter(Phase::ShuttingDown);
        tokio::time::sleep(self.drain).await;
        let all: Vec<Listening> = std::iter::once(self.main).chain(self.management).collect();
        all.iter().for_each(|listening| listening.close(LAST_REQUESTS));
        for listening in all {
            listening.closed().await;
        }
        self.jobs.stop().await;
        self.system.close().await;
    }
}
