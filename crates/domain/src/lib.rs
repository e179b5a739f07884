//! What an entitlement is and what it allows: Chancery's rules, and nothing else.
//!
//! Everything here is pure: no I/O, no async, no serialisation, no clock, no randomness. `now` is an argument. A rule
//! takes what is and answers with what becomes, or with a [`Refusal`] that carries facts.

mod access;
mod api_key;
mod catalog;
mod chain;
mod code;
mod customer;
mod deletion;
mod entitlement;
mod explain;
mod facts;
mod feature;
mod hosting;
mod id;
mod invalid;
mod licensee;
mod local_server;
mod log;
mod named;
mod openid;
mod order;
mod overdraft;
mod password;
mod policy;
mod quantity;
mod refusal;
mod seat;
mod signing_key;
mod text;
mod time;
mod vendor;

pub use access::{Access, Action, Actor, Group, KeyScope, NotPermitted, Permit};
pub use api_key::{ApiKey, KeyHolder};
pub use catalog::*;
pub use chain::{NoncePosition, position};
pub use code::CodeText;
pub use customer::{Contact, Customer, Disabled};
pub use deletion::{Deleted, DeletedWith, Deletion, check_not_deleted, restored};
pub use entitlement::*;
pub use explain::{Explanation, Granted, Means, Step, Verdict, explain};
pub use facts::{Change, Fact, Facts, changes, fact, optional};
pub use feature::*;
pub use hosting::*;
pub use id::*;
pub use invalid::{FieldError, Invalid};
pub use licensee::{Licensee, LicenseeSecret, SecretStep, StoredSecret};
pub use local_server::{DeclaredLost, LocalServer, ServerKeys, ServerReport};
pub use log::{LogOperation, SeatNote};
pub use openid::{Audience, ClaimName, Issuer, OpenIdProvider};
pub use order::{ActivationCode, Order};
pub use overdraft::Overdraft;
pub use password::Password;
pub use policy::{Enforcement, Policy, PolicyChoice};
pub use quantity::Quantity;
pub use refusal::Refusal;
pub use seat::*;
pub use signing_key::{KeyPurpose, KeyRecord, KeyStatus, KeyWarning, LONGEST_LIFE, certificate_end, check_not_root};
pub use text::{AttributeText, Email, Key, LicenseeNumber, Metadata, Name, Reason, Reference, SeatId, Sku};
pub use time::{Interval, Period, Timestamp, Unit};
pub use vendor::{Vendor, VendorMode};
