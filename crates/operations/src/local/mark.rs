//! Which of a local server's leases each one is (EXP-9), and what it counts of denials.

use chancery_domain::{
    Activation, Candidate, Entitlement, EntitlementId, LeaseMark, OrderId, Product, ProductId, Refusal, Timestamp,
};
use chancery_store::ReadTx;
use chancery_store::lease_serial::{self, Serial};
use chancery_store::seat_sample::{self, SampleRow};

use super::sample_seats::hour_of;
use crate::{Change, Error};

/// How far the leases were counted of those entitlements of which one may be given: nothing on an authority. It is read before
/// anything is written, while the order is locked.
#[derive(Default)]
pub(crate) struct Serials(Vec<Serial>);

impl Serials {
    /// Those of the candidates of a claim.
    pub(crate) fn of_claim(
        change: &mut Change<'_, '_>,
        candidates: &[Candidate],
        orders: &[OrderId],
        product: ProductId,
    ) -> Result<Self, Error> {
        let mut serials = Self::default();
        if candidates.iter().all(|candidate| candidate.entitlement.hosting.delegation().is_none()) {
            return Ok(serials);
        }
        for order in orders {
            serials.0.extend(lease_serial::of_order(change.tx, *order, product)?);
        }
        Ok(serials)
    }

    /// That of the entitlement of an activation.
    pub(crate) fn of_seat(change: &mut Change<'_, '_>, seat: &Activation, e: &Entitlement) -> Result<Self, Error> {
        if e.hosting.delegation().is_none() {
            return Ok(Self::default());
        }
        Ok(Self(lease_serial::of_activation(change.tx, seat.id)?.into_iter().collect()))
    }

    fn of(&self, id: EntitlementId) -> Option<&Serial> {
        self.0.iter().find(|serial| serial.entitlement == id)
    }

    /// Whether a new seat may be given: not while it is known that the database was set back, because others may have it (EXP-9).
    ///
    /// # Errors
    /// `RestoreUnconfirmed`.
    pub(crate) fn check_confirmed(&self, id: EntitlementId) -> Result<(), Refusal> {
        let since: Option<Timestamp> = self.of(id).and_then(|serial| serial.restored);
        since.map_or(Ok(()), |since| Err(Refusal::RestoreUnconfirmed { since }))
    }

    /// The mark of the next lease.
    pub(crate) fn next(&self, change: &mut Change<'_, '_>, id: EntitlementId) -> Result<Option<LeaseMark>, Error> {
        let Some(serial) = self.of(id) else { return Ok(None) };
        let mark = LeaseMark { serial: serial.mark.serial + 1, ..serial.mark };
        lease_serial::set(change.tx, change.permit, id, mark)?;
        Ok(Some(mark))
    }
}

/// The same as [`Serials::check_confirmed`], for a question that locks nothing.
pub(crate) fn check_confirmed(tx: &mut ReadTx<'_>, e: &Entitlement) -> Result<Result<(), Refusal>, Error> {
    if e.hosting.delegation().is_none() {
        return Ok(Ok(()));
    }
    let serials = Serials(lease_serial::find(tx, e.id)?.into_iter().collect());
    Ok(serials.check_confirmed(e.id))
}

/// Tells the store that [`Serials::of_claim`] will ask for these, on a local server.
pub(crate) fn announce_serials(
    tx: &mut ReadTx<'_>,
    local: bool,
    orders: &[OrderId],
    product: &Product,
) -> Result<(), Error> {
    if !local || !tx.announces() {
        return Ok(());
    }
    orders.iter().try_for_each(|order| Ok(lease_serial::announce_of_order(tx, *order, product.id)?))
}

/// Counts a claim that was denied (LLS-6).
pub(crate) fn note_denial(change: &mut Change<'_, '_>, e: &Entitlement) -> Result<(), Error> {
    let row = SampleRow { hour: hour_of(change.now), used: 0, seats: e.seats_here().get(), denials: 1 };
    Ok(seat_sample::note(change.tx, change.permit, e.id, row)?)
}
