//! One address that is listened on, and what answers there.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Address, Handle};
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::StartError;
use crate::tls::Certificates;

/// How long the head of a request may take to arrive.
const SLOWEST_HEAD: Duration = Duration::from_secs(30);
/// The most bytes of the head of a request that are read at all: more than any that is answered otherwise than with 431 has.
const LONGEST_HEAD: u32 = 128 << 10;
/// The most header fields.
const MOST_FIELDS: usize = 100;

/// An address that is taken, and not yet answered at.
pub(crate) struct Bound {
    address: SocketAddr,
    listener: std::net::TcpListener,
}

/// An address that is answered at.
#[derive(Debug)]
pub(crate) struct Listening {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    task: JoinHandle<io::Result<()>>,
}

impl Bound {
    /// Takes an address.
    pub(crate) async fn at(address: SocketAddr) -> Result<Self, StartError> {
        let failed = |error| StartError::Listen { address, error };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { address, listener: listener.into_std().map_err(failed)? })
    }

    /// Answers by this router: over TLS, if there is a certificate.
    pub(crate) fn answer(self, router: Router, certificates: Option<&Certificates>) -> Result<Listening, StartError> {
        let Self { address, listener } = self;
        let handle = Handle::new();
        let server = axum_server::from_tcp(listener).map_err(|error| StartError::Listen { address, error })?;
        let server = server.acceptor(NoDelayAcceptor).handle(handle.clone());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = if let Some(certificates) = certificates {
            let acceptor = RustlsAcceptor::new(certificates.config()).acceptor(NoDelayAcceptor);
            tokio::spawn(limited(server.acceptor(acceptor)).serve(service))
        } else {
            tokio::spawn(limited(server).serve(service))
        };
        Ok(Listening { address, handle, task })
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

impl Listening {
    /// Where it is.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections; requests that have begun may take so long.
    pub(crate) fn close(&self, last_requests: Duration) {
        self.handle.graceful_shutdown(Some(last_requests));
    }

    /// Waits until all is answered.
    pub(crate) async fn closed(self) {
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the listener failed"),
            Err(error) => tracing::error!(%error, "the listener's task failed"),
        }
    }
}
