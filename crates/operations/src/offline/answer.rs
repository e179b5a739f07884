//! What was answered to a request, and what is answered when it comes again (OFF-4).

use chancery_domain::{Lease, LogOperation, SeatNote, Thumbprint, Timestamp};
use chancery_store::offline_request::OfflineAnswer;

use crate::activation::{ActivationView, recall_lease};
use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// A lease that is to be carried to a device, before it is signed.
pub(super) struct Answered {
    /// The activation, with that lease.
    pub view: ActivationView,
    /// Whether it is a new one.
    pub created: bool,
    /// The number of the token.
    pub seq: u64,
    /// The id of the lease's token.
    pub jti: String,
    /// The device's key.
    pub key: Thumbprint,
}

impl Answered {
    /// What was answered before, told again: nothing is changed by it. Never to a device that has no seat any more (OFF-9).
    ///
    /// # Errors
    /// `Refused`, after that was recorded; the database's.
    pub(super) fn again(change: &mut Change<'_, '_>, answer: OfflineAnswer, key: Thumbprint) -> Result<Self, Error> {
        let OfflineAnswer { activation, seq, lease, jti } = answer;
        let mut view = ActivationView::load(change.tx, change.permit, activation, change.now)?;
        if let Err(refusal) = view.activation.check_answered(&key) {
            change.note(&SeatNote::of(LogOperation::Deny, &view.activation).because(&refusal))?;
            return Err(refusal.into());
        }
        view.activation.lease = lease;
        Ok(Self { view, created: false, seq, jti, key })
    }

    pub(super) fn answer(&self) -> OfflineAnswer {
        let activation = &self.view.activation;
        OfflineAnswer { activation: activation.id, seq: self.seq, lease: activation.lease, jti: self.jti.clone() }
    }
}

impl Remembered for Answered {
    fn facts(&self) -> String {
        let Lease { issued, expiry, .. } = self.view.activation.lease;
        let expiry = expiry.map_or(-1, Timestamp::as_micros);
        let (id, issued) = (self.view.activation.id, issued.as_micros());
        format!("{id} {} {issued} {expiry} {} {} {}", self.seq, self.jti, self.key, self.created)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, seq, issued, expiry, jti, key, created] = parts[..] else {
            return Err(Error::internal("a receipt of another form"));
        };
        let lease = recall_lease(issued, expiry)?;
        let answer = OfflineAnswer { activation: fact(id)?, seq: fact(seq)?, lease, jti: jti.to_owned() };
        Ok(Self { created: fact(created)?, ..Self::again(change, answer, fact(key)?)? })
    }
}
