//! Refreshing a lease, and who may still use an activation (SEAT-2, SEAT-4, SEAT-6, SEAT-7, OFF-6).

use crate::{Activation, End, Entitlement, Lease, Mode, Refusal, Standing, Timestamp};

impl Activation {
    /// Whether the holder of this chain's access token still has a seat.
    ///
    /// # Errors
    /// Who has it now: `ActivationReplaced`, `ActivationReleased`, `ActivationSuperseded`; or that the holder gave it back.
    pub fn check_held(&self, chain: u64) -> Result<(), Refusal> {
        match self.standing {
            Standing::Ended(End::Replaced) => Err(Refusal::ActivationReplaced),
            Standing::Held(_) | Standing::Ended(End::Released) => Err(Refusal::ActivationReleased),
            Standing::Ended(End::Deactivated) => Err(Refusal::ActivationDeactivated),
            // A later chain than the recorded one is genuine too: the database was restored (SAFE-3).
            Standing::Seated(_) if chain < self.chain => Err(Refusal::ActivationSuperseded),
            Standing::Seated(_) => Ok(()),
        }
    }

    /// Whether features may be taken and spent now: the lease runs, and the entitlement can be used. (What was taken may
    /// always be given back.)
    ///
    /// # Errors
    /// `LeaseExpired`, or why the entitlement cannot be used.
    pub fn check_running(&self, entitlement: &Entitlement, now: Timestamp) -> Result<(), Refusal> {
        entitlement.check_usable(now, None)?;
        match self.lease.expiry {
            Some(since) if since <= now => Err(Refusal::LeaseExpired { since }),
            _ => Ok(()),
        }
    }

    /// Extends the lease (SEAT-6). An activation whose lease has ended, and whose seat nobody took, resumes (SEAT-4). An offline one
    /// gets the end that follows from now, moved or not: what is carried to it tells of more than the end (OFF-6, OFF-7).
    ///
    /// # Errors
    /// Why the entitlement gives no lease, or that the end of an online one cannot move.
    pub fn refresh(
        &mut self,
        entitlement: &Entitlement,
        release: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        entitlement.check_usable(now, release)?;
        let next = Lease::of(entitlement, self.mode, now)?;
        if self.mode == Mode::Online {
            self.lease.check_extendable(next, entitlement)?;
        }
        self.concurrency = entitlement.concurrency;
        self.take_lease(next);
        Ok(())
    }

    /// Keeps the seat for its holder as long as a lease of now would last, without giving one: the device gets its lease itself
    /// when it comes back. So a machine that cannot reach the server does not lose its seat.
    ///
    /// # Errors
    /// Why the entitlement gives no lease; `LeaseNotExtendable` if the seat is kept as long already.
    pub fn keep_seat(&mut self, entitlement: &Entitlement, now: Timestamp) -> Result<(), Refusal> {
        entitlement.check_usable(now, None)?;
        let until = Lease::of(entitlement, self.mode, now)?.expiry.unwrap_or(Timestamp::MAX);
        if until <= self.frees_at {
            return Err(Refusal::LeaseNotExtendable { lease_expiry: self.kept_until() });
        }
        self.frees_at = until;
        Ok(())
    }

    /// Until when its seat is nobody else's; nothing for one that does not come free by itself.
    #[must_use]
    pub fn kept_until(&self) -> Option<Timestamp> {
        Some(self.frees_at).filter(|until| *until < Timestamp::MAX)
    }
}
