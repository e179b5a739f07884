//! Who loses a seat, or what it lives on, when something is taken away as a whole: what its dry run tells (MAN-3).

use chancery_domain::{Activation, CustomerId, Entitlement, EntitlementId, Leaving, LeavingWhy, OrderId, Timestamp};
use chancery_store::{PageRequest, activation, purge};

use crate::{Change, Error};

/// What becomes of the seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Each keeps what it has until its lease ends, and gets nothing more.
    RunsOut,
    /// They are gone at once.
    Freed,
}

impl Change<'_, '_> {
    /// Tells a dry run of all seats of an entitlement.
    pub(crate) fn seats_leave(&mut self, entitlement: &Entitlement, fate: Fate) -> Result<(), Error> {
        self.seats_of(entitlement.id, fate)
    }

    /// Tells a dry run of all seats of an order.
    pub(crate) fn seats_of_order_leave(&mut self, order: OrderId, fate: Fate) -> Result<(), Error> {
        if !self.is_dry_run() {
            return Ok(());
        }
        for entitlement in chancery_store::entitlement::of_order(self.tx, order, None)? {
            self.seats_of(entitlement.id, fate)?;
        }
        Ok(())
    }

    /// Tells a dry run of all seats of a customer.
    pub(crate) fn seats_of_customer_leave(&mut self, customer: CustomerId, fate: Fate) -> Result<(), Error> {
        if !self.is_dry_run() {
            return Ok(());
        }
        for order in purge::all_orders_of(self.tx, self.permit.vendor(), customer)? {
            self.seats_of_order_leave(order, fate)?;
        }
        Ok(())
    }

    fn seats_of(&mut self, id: EntitlementId, fate: Fate) -> Result<(), Error> {
        let mut page = PageRequest { limit: 100, ..PageRequest::default() };
        while self.is_dry_run() {
            let list = activation::list(self.tx, self.permit, Some(id), self.now, &page)?;
            let now = self.now;
            for seat in list.items {
                self.leaves(|| Leaving::of(&seat, why(&seat, fate, now)));
            }
            page.after = list.next;
            if page.after.is_none() {
                break;
            }
        }
        Ok(())
    }
}

fn why(seat: &Activation, fate: Fate, now: Timestamp) -> LeavingWhy {
    match (fate, seat.lease.expiry) {
        (_, Some(end)) if end <= now => LeavingWhy::LeaseEnded(end),
        (Fate::RunsOut, end) => LeavingWhy::RunsOut(end),
        (Fate::Freed, _) => LeavingWhy::Freed,
    }
}
