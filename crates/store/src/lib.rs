//! SQLite and PostgreSQL behind one [`Store`].
//!
//! The engine (transactions, group commit, migrations) knows nothing of what is stored; the modules beside it hold
//! the SQL of one kind of row each.

mod columns;
mod engine;
mod paging;

pub mod activation;
pub mod activation_code;
pub mod api_key;
pub mod applied_token;
pub mod attribute;
pub mod catalog_key;
pub mod closed_session;
pub mod customer;
pub mod device_proof;
pub mod edition;
pub mod entitlement;
pub mod export_session;
pub mod feature;
pub mod heartbeat;
pub mod hosted_entitlement;
pub mod journal;
pub mod key_certificate;
pub mod lease_serial;
pub mod licensee;
pub mod local_server;
pub mod local_servers;
pub mod login;
pub mod offering;
pub mod offline_device;
pub mod offline_request;
pub mod openid_provider;
pub mod order;
pub mod plan;
pub mod product;
pub mod purge;
pub mod receipt;
pub mod revocation_list;
pub mod seat_sample;
pub mod signing_key;
pub mod snapshot;
pub mod trust_bundle;
pub mod usage;
pub mod vendor;

pub use engine::*;
pub use paging::{LONGEST_PAGE, List, MOST_MEMBERS, PageRequest, STRETCH};
