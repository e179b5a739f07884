//! The proof of possession that comes with a later call (SEC-5; DPoP, RFC 9449).

use std::fmt;

use chancery_domain::{Thumbprint, Timestamp};
use chancery_token::{DpopExpectation, DpopProof};

use super::{ProofText, thumbprint};
use crate::{Error, System};

/// A proof that came with a call, and the call that it must be made for.
#[derive(Clone)]
pub struct CallProof {
    /// The proof.
    pub text: ProofText,
    /// How the call was made: `htm`.
    pub method: String,
    /// The path that was asked for: the end of `htu`.
    pub path: String,
    /// The access token that it showed.
    pub access_token: String,
}

impl fmt::Debug for CallProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallProof({} {})", self.method, self.path)
    }
}

/// The key that a call proved, if it brought a proof. What is wrong with a proof has to do with no rule: nothing is turned.
///
/// That the proof is used once, its nonce sees to: it is the activation's.
pub(crate) fn possession(
    system: &System,
    proof: Option<&CallProof>,
    nonce: &str,
    now: Timestamp,
) -> Result<Option<Thumbprint>, Error> {
    let Some(CallProof { text, method, path, access_token }) = proof else { return Ok(None) };
    let expected = DpopExpectation { method, path, public_url: system.public_url(), nonce, access_token, now };
    let proof = DpopProof::open(&text.0, &expected).map_err(|error| Error::Token { error, now })?;
    thumbprint(&proof).map(Some)
}
