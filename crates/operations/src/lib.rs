//! One file per thing the system can be asked to do.
//!
//! An operation is `<noun>::<verb>(&System, &Context, input)`: it gets a permit, lets `domain` decide inside one transaction of
//! `store`, and signs after the commit. It knows no HTTP and no JSON. Its result is a record, or one [`Error`].

mod change;
mod context;
mod erasing;
mod error;
mod ids;
mod leaving;
mod password;
mod place;
mod receipt;
mod rehearsal;
mod system;
mod vendor_keys;
mod version;

pub mod activation;
pub mod activation_code;
pub mod api_key;
pub mod attribute;
pub mod audit;
pub mod catalog;
pub mod clock;
pub mod contact;
pub mod credential;
pub mod customer;
pub mod device;
pub mod edition;
pub mod entitlement;
pub mod feature;
pub mod health;
pub mod hosting;
pub mod licensee;
pub mod local;
pub mod local_server;
pub mod offering;
pub mod offline;
pub mod openid_provider;
pub mod order;
pub mod plan;
pub mod product;
pub mod purge;
pub mod receipts;
pub mod signing_key;
pub mod vendor;

pub use chancery_store::backup;
pub use chancery_store::journal::Origin;
pub use chancery_store::journal::{AuditEntry, AuditFilter, LogEntry, LogFilter};
pub use chancery_store::{List, Location, MOST_MEMBERS, OpenError, PageRequest, StoreError};
pub use chancery_token::{Jwks, KeyEncryptionKey, Recipient, TokenError, random_seed};
pub use change::Change;
pub use context::{Context, IdempotencyKey};
pub use error::{Error, Refused, Unauthenticated};
pub use place::Place;
pub use receipt::Remembered;
pub use rehearsal::Rehearsal;
pub use system::{ConnectError, System, SystemOptions};
pub use version::{Expected, Version, Versioned};
