//! The keys of issuers: asked for when they are needed, kept for an hour.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chancery_domain::{Issuer, Timestamp};
use jsonwebtoken::jwk::JwkSet;

use super::Fault;
use super::fetch;
use super::reach::Reach;

/// So long keys are believed without asking again, in microseconds.
const FRESH: i64 = 3_600 * SECOND;
/// So long at least lies between two questions to an issuer: for a key that is not known, or after one that was not answered.
pub(super) const PAUSE_SECONDS: u32 = 30;
const PAUSE: i64 = PAUSE_SECONDS as i64 * SECOND;
const SECOND: i64 = 1_000_000;
/// The most issuers that are remembered; then all are forgotten, and asked again when they are needed.
const MOST: usize = 256;

/// What is known of all issuers.
#[derive(Default)]
pub(super) struct Keys {
    issuers: Mutex<HashMap<String, Arc<Slot>>>,
}

/// What is known of one issuer. Whoever asks it holds the lock, so that it is asked once, and only those wait who need its answer.
type Slot = tokio::sync::Mutex<Known>;

#[derive(Default)]
struct Known {
    keys: Option<Arc<JwkSet>>,
    /// When it was asked, and whether it answered.
    asked: Option<(i64, Result<(), String>)>,
}

impl Known {
    /// Whether it must be asked, for a key with this id.
    fn must_ask(&self, kid: Option<&str>, now: i64) -> bool {
        let Some((asked, answered)) = &self.asked else { return true };
        let since = now.saturating_sub(*asked);
        let missing = match (&self.keys, kid) {
            (None, _) => true,
            (Some(keys), Some(kid)) => keys.find(kid).is_none(),
            (Some(_), None) => false,
        };
        let pause = if missing || answered.is_err() { PAUSE } else { FRESH };
        // A clock that was set back asks again.
        !(0..pause).contains(&since)
    }
}

impl Keys {
    /// The keys of an issuer within reach, asked for anew if that of this id is not among them.
    pub(super) async fn of(
        &self,
        (issuer, reach): (&Issuer, Reach),
        kid: Option<&str>,
        clock: Timestamp,
    ) -> Result<Arc<JwkSet>, Fault> {
        let slot = self.slot(issuer);
        let mut known = slot.lock().await;
        if known.must_ask(kid, clock.as_micros()) {
            let answer = fetch::keys(issuer, reach).await;
            known.asked = Some((clock.as_micros(), answer.as_ref().map(|_| ()).map_err(Clone::clone)));
            // Keys that are known stay good while the issuer cannot be asked.
            if let Ok(keys) = answer {
                known.keys = Some(Arc::new(keys));
            }
        }
        match (&known.keys, &known.asked) {
            (Some(keys), _) => Ok(Arc::clone(keys)),
            (None, Some((_, Err(detail)))) => Err(Fault::Unavailable(format!("{issuer}: {detail}"))),
            (None, _) => Err(Fault::Unavailable(format!("{issuer}: no keys"))),
        }
    }

    fn slot(&self, issuer: &Issuer) -> Arc<Slot> {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        if issuers.len() >= MOST && !issuers.contains_key(issuer.as_str()) {
            issuers.clear();
        }
        Arc::clone(issuers.entry(issuer.as_str().to_owned()).or_default())
    }
}
