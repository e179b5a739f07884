//! Who asks, when, from where, and with which randomness: all that an operation may not find out by itself.

use std::sync::Arc;

use chancery_domain::{Action, Actor, NotPermitted, Permit, Timestamp};
use chancery_store::journal::Origin;
use chancery_token::{Entropy, hash};

/// The circumstances of one call. Cheap to clone: a transaction may run more than once, and takes it along.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    actor: Actor,
    now: Timestamp,
    seed: [u8; 32],
    origin: Origin,
    idempotency: Option<IdempotencyKey>,
}

impl Context {
    /// A call by `actor` at the vendor's `now`, with a fresh random seed.
    #[must_use]
    pub fn new(actor: Actor, now: Timestamp, seed: [u8; 32]) -> Self {
        Self(Arc::new(Inner { actor, now, seed, origin: Origin::default(), idempotency: None }))
    }

    /// The same call, with where it came from.
    #[must_use]
    pub fn from_origin(self, origin: Origin) -> Self {
        let Inner { actor, now, seed, idempotency, .. } = self.into_inner();
        Self(Arc::new(Inner { actor, now, seed, origin, idempotency }))
    }

    /// The same call, with its idempotency key.
    #[must_use]
    pub fn with_idempotency(self, idempotency: Option<IdempotencyKey>) -> Self {
        let Inner { actor, now, seed, origin, .. } = self.into_inner();
        Self(Arc::new(Inner { actor, now, seed, origin, idempotency }))
    }

    fn into_inner(self) -> Inner {
        Arc::try_unwrap(self.0).unwrap_or_else(|shared| Inner {
            actor: shared.actor.clone(),
            now: shared.now,
            seed: shared.seed,
            origin: shared.origin.clone(),
            idempotency: shared.idempotency.clone(),
        })
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// The vendor's now: read once.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// Where the call came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// The idempotency key, if one was sent.
    #[must_use]
    pub fn idempotency(&self) -> Option<&IdempotencyKey> {
        self.0.idempotency.as_ref()
    }

    /// Randomness: the same stream each time that it is asked for by the same label, so that a transaction that runs again makes
    /// the same ids.
    #[must_use]
    pub fn entropy(&self, label: &str) -> Entropy {
        Entropy::labelled(&self.0.seed, label)
    }

    /// Allows an action, or not.
    ///
    /// # Errors
    /// The scope that would be needed.
    pub fn permit(&self, action: Action) -> Result<Permit, NotPermitted> {
        self.0.actor.permit(action)
    }
}

/// An idempotency key (SAFE-1), already mixed with the caller's credential: it is never stored as it was sent.
#[derive(Clone)]
pub struct IdempotencyKey {
    pub(crate) id: [u8; 32],
    pub(crate) request: [u8; 32],
    pub(crate) secret: [u8; 32],
}

impl IdempotencyKey {
    /// The key that a caller sent with a credential, for an operation with a body.
    #[must_use]
    pub fn new(credential: &[u8], key: &str, operation: &str, body: &[u8]) -> Self {
        let key = key.as_bytes();
        Self {
            id: hash::hmac_sha256(credential, &[b"chancery idempotency\0", key]),
            request: hash::sha256(&[operation.as_bytes(), b"\0", body]),
            secret: hash::hmac_sha256(credential, &[b"chancery idempotency secret\0", key]),
        }
    }
}
