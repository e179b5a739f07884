//! HTTP: the management API, the licensing API, the portal API, the local management API, TLS, jobs.
//!
//! A request goes: middleware (id, log, metrics) → handler (who calls, what is wanted) → operation → reply or problem. No
//! handler decides anything, and none can reach the database or a signing key.

mod app;
mod clock;
mod digest;
mod extract;
mod hosting;
mod jobs;
mod licensing;
mod limits;
mod listener;
mod local;
mod management;
mod metrics;
mod middleware;
mod offline;
mod openapi;
mod openid;
mod portal;
mod problem;
mod public;
mod reply;
mod router;
mod serve;
pub mod setup;
mod show;
pub mod tls;

pub use app::{App, Phase};
pub use chancery_operations as operations;
pub use clock::{Clock, Randomness};
pub use limits::{LimitsFault, Proxies, ProxiesFault, ProxyHeader, ProxyHeaderFault, Quota, RateLimits, Traffic};
pub use local::Hosts;
pub use openapi::openapi_documents;
pub use problem::Failure;
pub use router::{router, router_with};
pub use serve::{Running, Server, ServerOptions, StartError};
pub use tls::{TlsError, TlsMode};
