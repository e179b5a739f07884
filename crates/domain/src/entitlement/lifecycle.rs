//! Starting, renewing, disabling and enabling an entitlement (ENT-2…4, ENT-6).

use super::Entitlement;
use crate::{Disabled, LicenseStart, Reason, Refusal, Timestamp};

impl Entitlement {
    /// Whether its first seat starts it, and none has (ENT-3).
    #[must_use]
    pub fn starts_by_activation(&self) -> bool {
        self.license_start == LicenseStart::Activation && self.start.is_none()
    }

    /// When it expires, or would if it started now; never for a perpetual license.
    #[must_use]
    pub fn would_expire(&self, now: Timestamp) -> Option<Timestamp> {
        self.expiry.or_else(|| self.duration.map(|duration| self.start.unwrap_or(now).plus(duration)))
    }

    /// Sets the start, and with it a subscription's expiry.
    fn set_start(&mut self, start: Timestamp) {
        self.start = Some(start);
        self.expiry = self.expiry.or_else(|| self.duration.map(|duration| start.plus(duration)));
    }

    /// A first seat is being granted: starts what starts so, exactly once (ENT-3). Says whether it did.
    pub fn start_by_activation(&mut self, now: Timestamp) -> bool {
        let starts = self.starts_by_activation();
        if starts {
            self.set_start(now);
        }
        starts
    }

    /// Starts by command what waits for one: at `start`, or now.
    ///
    /// # Errors
    /// `AlreadyStarted` if it has a start; `NotStartedByCommand` if something else starts it.
    pub fn start_by_command(&mut self, start: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
        match (self.license_start, self.start) {
            (_, Some(start)) => Err(Refusal::AlreadyStarted { start }),
            (LicenseStart::Manual, None) => {
                self.set_start(start.unwrap_or(now));
                Ok(())
            }
            (license_start, None) => Err(Refusal::NotStartedByCommand { license_start }),
        }
    }

    /// Starts a new entitlement as its plan says: `creation` now, `custom` at the order's date.
    pub(super) fn start_by_order(&mut self, date: Option<Timestamp>, now: Timestamp) {
        match self.license_start {
            LicenseStart::Creation => self.set_start(now),
            LicenseStart::Custom => self.set_start(date.unwrap_or(now)),
            LicenseStart::Activation | LicenseStart::Manual => {}
        }
    }

    /// Renews a started subscription by its duration (ENT-4): from its expiry while it runs or is in grace, from now after that.
    /// Counters that reset on renewal do so where the new period begins.
    ///
    /// # Errors
    /// `NotRenewable` for a perpetual license, `EntitlementNotStarted` before the start.
    pub fn renew(&mut self, now: Timestamp) -> Result<(), Refusal> {
        let duration = self.duration.ok_or(Refusal::NotRenewable)?;
        let (true, Some(expiry)) = (self.has_started(now), self.expiry) else {
            return Err(Refusal::EntitlementNotStarted { start: self.start });
        };
        let runs = self.hard_stop().is_none_or(|stop| now < stop);
        let base = if runs { expiry } else { now };
        let reset = if now < expiry { expiry } else { now };
        self.expiry = Some(base.plus(duration));
        self.note_renewal_reset(reset, now);
        Ok(())
    }

    /// Disables it (ENT-6). Disabling what is disabled changes the reason, not the instant.
    pub fn disable(&mut self, reason: Option<Reason>, now: Timestamp) {
        let since = self.disabled.as_ref().map_or(now, |disabled| disabled.since);
        self.disabled = Some(Disabled { since, reason });
    }

    /// Undoes [`Entitlement::disable`].
    pub fn enable(&mut self) {
        self.disabled = None;
    }
}
