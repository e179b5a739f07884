//! A running server: its listener, its jobs, its end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Address, Handle};
use chancery_operations::System;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::extract::SLOWEST_BODY;
use crate::jobs::Jobs;
use crate::tls::{Certificates, TlsError, TlsMode};
use crate::{App, Clock, Phase, Randomness, Traffic, router};

/// How long the head of a request may take to arrive.
const SLOWEST_HEAD: Duration = Duration::from_secs(30);
/// The most bytes of the head of a request that are read at all: more than any that is answered otherwise than with 431 has.
const LONGEST_HEAD: u32 = 128 << 10;
/// The most header fields.
const MOST_FIELDS: usize = 100;
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
    local_addr: SocketAddr,
    fingerprint: Option<String>,
    app: App,
    system: Arc<System>,
    drain: Duration,
    handle: Handle<SocketAddr>,
    task: JoinHandle<io::Result<()>>,
    jobs: Jobs,
}

impl Server {
    /// Starts a server on a system. It answers when this returns.
    ///
    /// # Errors
    /// See [`StartError`]. Nothing runs then.
    pub async fn start(options: ServerOptions, system: Arc<System>) -> Result<Running, StartError> {
        let address = options.listen;
        if matches!(options.tls, TlsMode::Off { force: false }) && !address.ip().is_loopback() {
            return Err(StartError::PlainOutsideLoopback { address });
        }
        let certificates = Certificates::open(&options.tls, &options.data_dir, address.ip(), &options.clock)?;
        let failed = |error| StartError::Listen { address, error };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let local_addr = listener.local_addr().map_err(failed)?;
        let listener = listener.into_std().map_err(failed)?;
        let app = App::new(Arc::clone(&system), options.clock.clone(), options.randomness, options.traffic);
        let handle = Handle::new();
        let fingerprint = certificates.as_ref().map(Certificates::fingerprint);
        let mut jobs = Jobs::start(&app);
        let server = axum_server::from_tcp(listener).map_err(failed)?.acceptor(NoDelayAcceptor);
        let server = server.handle(handle.clone());
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let task = if let Some(certificates) = certificates {
            let acceptor = RustlsAcceptor::new(certificates.config()).acceptor(NoDelayAcceptor);
            let clock = options.clock;
            jobs.every(CERTIFICATE_CHECK, move || certificates.clone().check(clock.clone()));
            tokio::spawn(limited(server.acceptor(acceptor)).serve(service))
        } else {
            tokio::spawn(limited(server).serve(service))
        };
        Ok(Running { local_addr, fingerprint, app, system, drain: options.drain, handle, task, jobs })
    }
}

/// Connections that send nothing, or nothing in time, do not last.
fn limited<A: Address, C>(mut server: axum_server::Server<A, C>) -> axum_server::Server<A, C> {
    let builder = server.http_builder();
    let mut http1 = builder.http1();
    http1.timer(TokioTimer::new()).header_read_timeout(SLOWEST_HEAD);
    http1.max_buf_size(LONGEST_HEAD as usize).max_headers(MOST_FIELDS);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(Some(SLOWEST_HEAD)).max_concurrent_streams(256);
    http2.max_header_list_size(LONGEST_HEAD);
    server
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
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
        self.handle.graceful_shutdown(Some(LAST_REQUESTS));
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the listener failed"),
            Err(error) => tracing::error!(%error, "the listener's task failed"),
        }
        self.jobs.stop().await;
        self.system.close().await;
    }
}
