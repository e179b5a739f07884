//! Signing keys: rotation, revocation, the root's way out and in, certificates (KEY-1…6), on both engines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod certificates;
#[path = "../licensing/fixture.rs"]
#[allow(dead_code, reason = "the licensing tests need more of it")]
mod fixture;
mod import;
mod processes;
mod receiving;
mod revocation;
mod rewrap;
mod root;
mod rotation;

use chancery_domain::{KeyPurpose, KeyStatus, Refusal, SigningKeyId};
use chancery_operations::activation::{Activated, Extension, Refreshed, refresh};
use chancery_operations::signing_key::{self, KeyView};
use chancery_operations::{Error, PageRequest, credential, vendor};
use chancery_token::{LeaseExpectation, TokenError, Trust, Unverified};

use crate::fixture::Fixture;

/// Makes a test of each engine out of an async function that takes one.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::fixture::Engine::SqliteMemory).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::fixture::Engine::Postgres).await; })*
        }
    };
}

pub(crate) use on_both_engines;

impl Fixture {
    /// The vendor's signing keys, the oldest first.
    async fn keys(&self) -> Vec<KeyView> {
        let page = PageRequest { limit: 100, ..PageRequest::default() };
        signing_key::list(&self.system, &self.admin(), page).await.unwrap().items
    }

    /// The key that signs for a purpose.
    async fn active(&self, purpose: KeyPurpose) -> KeyView {
        let mut keys = self.keys().await;
        keys.retain(|view| view.key.purpose == purpose && view.key.status() == KeyStatus::Active);
        assert_eq!(keys.len(), 1, "{purpose}");
        keys.remove(0)
    }

    async fn root(&self) -> KeyView {
        self.keys().await.into_iter().find(|view| view.key.purpose == KeyPurpose::Root).unwrap()
    }

    async fn rotate(&self) -> Result<KeyView, Error> {
        signing_key::rotate(&self.system, &self.admin(), KeyPurpose::Issuing).await
    }

    async fn revoke(&self, id: SigningKeyId) -> Result<KeyView, Error> {
        signing_key::revoke(&self.system, &self.admin(), id).await
    }

    async fn bundle(&self) -> String {
        vendor::trust_bundle(&self.system, self.vendor.id, self.now(), [5; 32]).await.unwrap()
    }

    async fn trust(&self) -> Trust {
        Trust::open(&self.bundle().await, None, self.now()).unwrap()
    }

    /// Whether whoever has this trust believes the lease.
    fn believes(&self, trust: &Trust, lease: &str) -> Result<(), TokenError> {
        trust.open_lease(lease, &LeaseExpectation::online(self.product.id, self.now())).map(|_| ())
    }

    /// Refreshes as a product does: the access token is recognised first.
    async fn renew_lease(&self, seat: &Activated, nonce: &str, key: &str) -> Result<Refreshed, Error> {
        credential::access_token(&self.system, &seat.access_token, self.now()).await?;
        let (context, call) = self.holder(seat, nonce, key, "");
        refresh(&self.system, &context, call, Extension::default()).await
    }
}

/// The key that a token names.
fn kid(token: &str) -> String {
    Unverified::parse(token).unwrap().kid().to_owned()
}

fn refusal(error: &Error) -> Option<&Refusal> {
    match error {
        Error::Refused(refused) => Some(&refused.refusal),
        _ => None,
    }
}
