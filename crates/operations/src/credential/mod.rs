//! Credentials: who a caller is.

mod access_token;
mod activation_code;
mod api_key;
mod checked;
mod claimant;
mod contact;
mod licensee;

pub use access_token::{Holder, access_token};
pub(crate) use activation_code::hash_code;
pub use api_key::{Authenticated, api_key};
pub(crate) use checked::CheckedTokens;
pub(crate) use claimant::Led;
pub use claimant::{Claimant, Credential, Lead, claimant};
pub use contact::{Identity, openid_providers};
