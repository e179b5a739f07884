//! What several operations do to a seat: give back what it holds, end it.

use chancery_domain::{
    Action, Activation, End, Entitlement, FeatureUsage, Leaving, LeavingWhy, LogOperation, Reason, SeatNote, Standing,
};
use chancery_store::{activation, entitlement, usage};

use super::Release;
use crate::{Change, Error};

impl Change<'_, '_> {
    /// Gives back what an activation has of pools: it ends, or its seat came free (FEAT-3).
    pub(crate) fn give_back_all(&mut self, seat: &Activation) -> Result<(), Error> {
        for (key, amount) in usage::holdings(self.tx, seat.id)? {
            if let Some(used) = usage::find(self.tx, seat.entitlement, &key)? {
                let left = FeatureUsage { used: used.used.minus(amount), since: used.since };
                usage::set(self.tx, seat.entitlement, &key, left)?;
            }
            usage::set_holding(self.tx, seat.entitlement, seat.id, &key, chancery_domain::Quantity::ZERO)?;
            self.note(&SeatNote::of(LogOperation::Return, seat).with_feature(&key, amount))?;
        }
        Ok(())
    }

    /// Ends an activation whose number is free from now on.
    pub(crate) fn end_seat(
        &mut self,
        entitlement: &mut Entitlement,
        seat: &mut Activation,
        how: End,
    ) -> Result<(), Error> {
        self.give_back_all(seat)?;
        if let Some(number) = entitlement.unseat(seat, how) {
            activation::give_back_number(self.tx, entitlement.id, number)?;
            entitlement::update_seats(self.tx, self.permit, entitlement)?;
        }
        Ok(activation::update(self.tx, self.permit, seat)?)
    }

    /// Releases a seat of which nothing is known, as it is asked for: what is so already stays as it is.
    pub(crate) fn release(&mut self, mut seat: Activation, how: &Release) -> Result<(), Error> {
        let changes = match seat.standing {
            Standing::Seated(_) => true,
            Standing::Held(_) => how.free && seat.is_in_use(self.now),
            Standing::Ended(_) => false,
        };
        if !changes {
            return Ok(());
        }
        let vendor = self.permit.vendor();
        let mut entitlement = entitlement::find(self.tx, vendor, seat.entitlement)?.ok_or(Error::NotFound)?;
        entitlement.as_of(self.now);
        let why = seat.released(how.free, self.now);
        self.release_seat(&mut entitlement, &mut seat, why, how.reason.as_ref())
    }

    /// Releases a seat (SEAT-9): it is held while its device may run, or free at once. Says so in the activation log, and to a dry
    /// run. A seat that is held already stays so, unless it is freed.
    pub(crate) fn release_seat(
        &mut self,
        entitlement: &mut Entitlement,
        seat: &mut Activation,
        why: LeavingWhy,
        reason: Option<&Reason>,
    ) -> Result<(), Error> {
        self.leaves(|| Leaving::of(seat, why));
        self.note(&SeatNote::of(LogOperation::Release, seat).with_reason(reason.cloned()))?;
        match why {
            LeavingWhy::Held(until) => {
                seat.hold(until);
                Ok(activation::update(self.tx, self.permit, seat)?)
            }
            _ => self.end_seat(entitlement, seat, End::Released),
        }
    }

    /// What a denial of the action is called in the activation log.
    pub(crate) const fn denial(action: Action) -> LogOperation {
        match action {
            Action::Checkout | Action::Return | Action::Use => LogOperation::FeatureDeny,
            Action::CheckoutActivationFeature | Action::ReturnActivationFeature | Action::UseActivationFeature => {
                LogOperation::FeatureDeny
            }
            _ => LogOperation::Deny,
        }
    }
}
