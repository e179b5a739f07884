//! The SDK that a licensed product embeds.
//!
//! ```no_run
#![doc = include_str!("../examples/first.rs")]
//! ```
//!
//! The product ships with its vendor's trust bundle, and believes nothing else: every lease is verified when it is received
//! and each time it is read (KEY-3, TOK-4). [`check`](Client::check) decides from the lease on disk alone, so a product runs
//! on while its server is away, until the lease ends.
//!
//! - [`Client`] is the async face (`examples/async.rs`), [`blocking::Client`] the blocking one; they have the same methods.
//! - Calls are safe to repeat, whatever was lost and whoever crashed (SAFE-1…3). Lost replies are asked for again, with
//!   growing, jittered waits, for as long as [`Options::patience`] says. An [`Error`] tells whether the outcome is known
//!   ([`is_outcome_unknown`](Error::is_outcome_unknown)), and [what to do](Error::what_to_do).
//! - Machines without a connection are activated by tokens that a person carries
//!   ([`offline_request`](Client::offline_request), [`apply_offline`](Client::apply_offline)).
//! - The state is a folder, encrypted for this machine (OFF-12), which several processes may share ([`StateStore`]).
//! - A clock that was set back is not believed ([`Standing::ClockRolledBack`], OFF-11).
//! - It never panics.

#![forbid(unsafe_code)]

mod address;
pub mod blocking;
mod client;
mod clock;
mod core;
mod driver;
mod error;
mod face;
mod machine;
mod options;
mod product;
mod proxy;
mod request;
mod standing;
mod state;

pub use chancery_api_types::activation::{Activation, ActivationFeature};
pub use chancery_api_types::licensing::{Credential, EntitlementInfo, ValidateReply};
pub use chancery_api_types::wire::Secret;
pub use chancery_api_types::{Problem, ProblemError};
pub use chancery_domain::{ActivationId, Enforcement, Mode, ProductId, Timestamp};
pub use chancery_token::{Lease, LeaseClaims, TokenError, carried};

pub use self::address::{NoAddress, ServerAddress};
pub use self::client::Client;
pub use self::clock::{Clock, FixedClock, SandboxClock, SystemClock};
pub use self::error::{Because, Error};
pub use self::machine::{Machine, SignalKind};
pub use self::options::{Options, RealSleeper, Sleeper};
pub use self::product::Product;
pub use self::proxy::Proxy;
pub use self::request::{Activate, Validation};
pub use self::standing::{Standing, Status};
pub use self::state::StateStore;
