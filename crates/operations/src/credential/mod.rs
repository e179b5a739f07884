//! Credentials: who a caller is.

mod access_token;
mod activation_code;
mod api_key;
mod checked;

pub use access_token::{Holder, access_token};
pub(crate) use activation_code::hash_code;
pub use activation_code::{ClaimedOrder, Credential, order};
pub use api_key::{Authenticated, api_key};
pub(crate) use checked::CheckedTokens;
