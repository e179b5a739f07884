//! Devices that prove that they have their key: when they claim a seat (SEAT-12, TOK-10), and with each later call (SEC-5).

mod claim;
mod possession;
mod proofs;

use std::fmt;

use chancery_domain::Thumbprint;
use chancery_token::Verified;

use crate::Error;

pub(crate) use claim::{ProvedDevice, prove};
pub use possession::CallProof;
pub(crate) use possession::possession;
pub use proofs::prune;

/// A proof as it was sent. It is never shown (API-7).
#[derive(Clone)]
pub struct ProofText(pub(crate) String);

impl From<String> for ProofText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for ProofText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProofText")
    }
}

/// The key by which a proof was opened.
fn thumbprint<C>(proof: &Verified<C>) -> Result<Thumbprint, Error> {
    proof.kid().parse().map_err(|_| Error::internal("a thumbprint of another form"))
}
