//! What can be chosen about a client.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::{Clock, Machine, Proxy, Secret, SystemClock};

/// What can be chosen about a client. The defaults are right for most products:
///
/// ```
/// # use chancery_client::Options;
/// let options = Options { ca_file: Some("/etc/acme/ca.pem".into()), ..Options::default() };
/// ```
///
/// A server on this machine is reached without a proxy, whatever is said.
#[derive(Clone, Debug)]
pub struct Options {
    /// Certificates (PEM) that are trusted beside those of the system, for servers with a certificate of their own (CERT-3).
    pub ca_file: Option<PathBuf>,
    /// The proxy; nothing: what the environment says (`HTTPS_PROXY`, `NO_PROXY`; PROXY-1).
    pub proxy: Option<Proxy>,
    /// Whether the server's address may be plain HTTP on another machine: credentials then travel in the open (CERT-3).
    pub allow_plain_http: bool,
    /// The licensee secret, for products that use one: what every activation, refresh and question brings (SEC-1).
    pub licensee_secret: Option<Secret>,
    /// The machine that holds the seat where an activation gives no seat id.
    pub machine: Machine,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long one request may take, with its reply.
    pub timeout: Duration,
    /// How long one call may go on in all, with its retries and the waits between them; zero: it is tried once.
    pub patience: Duration,
    /// How long to wait while another process or thread uses the stored state. It should be more than `patience`, which is
    /// how long one call may use it.
    pub lock_patience: Duration,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// What waits between retries: for tests, which do not.
    pub sleeper: Arc<dyn Sleeper>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ca_file: None,
            proxy: None,
            allow_plain_http: false,
            licensee_secret: None,
            machine: Machine::default(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            patience: Duration::from_secs(30),
            lock_patience: Duration::from_secs(60),
            clock: Arc::new(SystemClock),
            sleeper: Arc::new(RealSleeper),
        }
    }
}

/// What waits between retries.
pub trait Sleeper: fmt::Debug + Send + Sync {
    /// Waits without blocking the thread.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

    /// Waits, blocking the thread.
    fn sleep_blocking(&self, time: Duration);
}

/// Waits as long as it says.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealSleeper;

impl Sleeper for RealSleeper {
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }

    fn sleep_blocking(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
