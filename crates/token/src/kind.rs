//! The kinds of token, one file each: claims, signing, and the one function that opens it (TOK-4).

pub(crate) mod access;
pub(crate) mod bundle;
pub(crate) mod certificate;
pub(crate) mod delegation;
pub(crate) mod device;
pub(crate) mod dpop;
pub(crate) mod export;
pub(crate) mod export_payload;
pub(crate) mod export_return;
pub(crate) mod export_terms;
pub(crate) mod from_server;
pub(crate) mod lease;
pub(crate) mod lease_parts;
pub(crate) mod local_server;
pub(crate) mod offline;
pub(crate) mod offline_deactivation;
pub(crate) mod offline_refresh;
pub(crate) mod offline_reply;
pub(crate) mod offline_request;
pub(crate) mod offline_response;
pub(crate) mod rebind;
pub(crate) mod revocations;
mod target;
pub(crate) mod usage;
pub(crate) mod usage_report;
