//! Who asks, when, from where, and with which randomness: all that an operation may not find out by itself.

use std::sync::Arc;

use chancery_domain::{Action, Actor, NotPermitted, Permit, Timestamp};
use chancery_store::journal::Origin;
use chancery_token::{Entropy, hash};

use crate::Expected;

/// The circumstances of one call. Cheap to clone: a transaction may run more than once, and takes it along.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    actor: Actor,
    now: Timestamp,
    seed: [u8; 32],
    origin: Origin,
    idempotency: Option<IdempotencyKey>,
    dry_run: bool,
    expected: Option<Expected>,
}

impl Context {
    /// A call by `actor` at the vendor's `now`, with a fresh random seed.
    #[must_use]
    pub fn new(actor: Actor, now: Timestamp, seed: [u8; 32]) -> Self {
        let (origin, idempotency, dry_run, expected) = (Origin::default(), None, false, None);
        Self(Arc::new(Inner { actor, now, seed, origin, idempotency, dry_run, expected }))
    }

    /// The same call, with where it came from.
    #[must_use]
    pub fn from_origin(self, origin: Origin) -> Self {
        self.with(|inner| inner.origin = origin)
    }

    /// The same call, with its idempotency key.
    #[must_use]
    pub fn with_idempotency(self, idempotency: Option<IdempotencyKey>) -> Self {
        self.with(|inner| inner.idempotency = idempotency)
    }

    /// The same call; as a dry run, it only says what it would change: with `Error::Rehearsed` (MAN-3).
    #[must_use]
    pub fn rehearsing(self, dry_run: bool) -> Self {
        self.with(|inner| inner.dry_run = dry_run)
    }

    /// The same call; it changes something only if that is of an expected version (API-4).
    #[must_use]
    pub fn expecting(self, expected: Option<Expected>) -> Self {
        self.with(|inner| inner.expected = expected)
    }

    fn with(mut self, set: impl FnOnce(&mut Inner)) -> Self {
        set(Arc::make_mut(&mut self.0));
        self
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

    /// Which versions it may change, if it says so.
    #[must_use]
    pub fn expected(&self) -> Option<&Expected> {
        self.0.expected.as_ref()
    }

    /// Whether nothing may be changed by it (MAN-3).
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.0.dry_run
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
            // Keyed, because it is kept: a body may hold a passphrase, which a bare hash would let be guessed.
            request: hash::hmac_sha256(
                credential,
                &[b"chancery idempotency request\0", operation.as_bytes(), b"\0", body],
            ),
            secret: hash::hmac_sha256(credential, &[b"chancery idempotency secret\0", key]),
        }
    }
}
