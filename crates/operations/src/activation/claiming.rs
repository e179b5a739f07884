//! A claim with all orders of the claimant locked, so that what it finds stays so until it is granted (SEAT-1).

use chancery_domain::{Action, OrderId, SeatId};
use chancery_store::{Outcome, StoreError};

use super::grant::announce_candidates;
use crate::credential::{Claimant, Lead, Led};
use crate::local::announce_serials;
use crate::{Change, Context, Error, System};

/// How often it begins again because the orders have become others meanwhile.
const TRIES: usize = 16;

/// How one attempt ended.
enum Attempt<T> {
    Done(T),
    /// The credential leads to orders that are not locked.
    Elsewhere(Lead, Vec<OrderId>),
}

/// Runs a claim, on a seat id if it names one. A refusal is kept with what was recorded about it; that of a newcomer is not: nothing comes of it (AUTO-1).
pub(crate) async fn claiming<T, F>(
    system: &System,
    context: &Context,
    action: Action,
    claimant: &Claimant,
    seat_id: Option<&SeatId>,
    act: F,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Fn(&mut Change<'_, '_>, &[OrderId]) -> Result<T, Error> + Clone + Send + 'static,
{
    let permit = context.permit(action)?;
    let local = system.local().is_some();
    let (mut lead, mut orders) = (claimant.lead.clone(), claimant.orders.clone());
    for _ in 0..TRIES {
        let locks = lead.locks(&claimant.product, &orders);
        let (permit, context, act) = (permit.clone(), context.clone(), act.clone());
        let (product, seat_id) = (claimant.product.clone(), seat_id.cloned());
        let work = move |tx: &mut chancery_store::WriteTx<'_>| {
            let mut change = Change::new(tx, &permit, &context);
            // All that will be asked for whatever the lead, in one round trip.
            change.announce_receipt()?;
            lead.announce(change.tx)?;
            announce_candidates(change.tx, &orders, &product, seat_id.as_ref())?;
            announce_serials(change.tx, local, &orders, &product)?;
            let now = match lead.follow(&mut change, &product, &orders)? {
                Led::To(orders) => orders,
                Led::ToNew(order) => return act(&mut change, &[order]).map(Attempt::Done).map(Outcome::Done),
                Led::Elsewhere(lead, orders) => return Ok(Outcome::Done(Attempt::Elsewhere(lead, orders))),
            };
            let done = act(&mut change, &now).map(Attempt::Done);
            change.settle(done)
        };
        match system.store().write(locks, work).await? {
            Attempt::Done(done) => return Ok(done),
            Attempt::Elsewhere(other, others) => (lead, orders) = (other, others),
        }
    }
    let detail = "the orders of a claimant became others each time that they were locked".to_owned();
    Err(StoreError::Unavailable { detail }.into())
}
