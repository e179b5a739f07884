//! Access tokens whose signatures were checked before: checking one again costs more than the rest of a call.

use chancery_domain::{ActivationId, OrderId};
use quick_cache::sync::Cache;

/// How many are remembered: some megabytes.
const MOST: usize = 16_384;

/// What a genuine token says, by the SHA-256 of its whole text. Only tokens that were found genuine are in it; what can change
/// (whether the key still counts, the activation's chain) is asked each time.
pub(crate) struct CheckedTokens(Cache<[u8; 32], CheckedToken>);

/// A genuine token.
#[derive(Clone)]
pub(crate) struct CheckedToken {
    pub(crate) kid: Box<str>,
    pub(crate) activation: ActivationId,
    pub(crate) chain: u64,
    pub(crate) order: OrderId,
}

impl Default for CheckedTokens {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl CheckedTokens {
    /// The token with this hash, if it was checked.
    pub(crate) fn find(&self, hash: &[u8; 32]) -> Option<CheckedToken> {
        self.0.get(hash)
    }

    /// Remembers a token that was found genuine.
    pub(crate) fn add(&self, hash: [u8; 32], token: CheckedToken) {
        self.0.insert(hash, token);
    }
}
