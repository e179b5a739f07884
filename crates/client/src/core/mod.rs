//! The logic of the client, without any sending or sleeping: both faces drive it.

pub(crate) mod call;
pub(crate) mod job;
mod locked;
pub(crate) mod machine;
mod patience;
mod verdict;

use std::sync::Arc;

use chancery_domain::ActivationId;
use chancery_token::{Ended, Lease, LeaseExpectation, Tolerance};

use crate::state::StateStore;
use crate::state::record::Held;
use crate::{Error, Options, Product, Standing, Status};

/// What does not change while a client lives.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) product: Product,
    pub(crate) store: StateStore,
    pub(crate) options: Options,
}

impl Core {
    pub(crate) fn new(product: Product, store: StateStore, options: Options) -> Result<Arc<Self>, Error> {
        if options.clock.is_movable() && !product.is_sandbox() {
            return Err(Error::SandboxClock);
        }
        Ok(Arc::new(Self { product, store, options }))
    }

    /// What the product may do now (TOK-7).
    pub(crate) fn check(&self) -> Result<Standing, Error> {
        let lease = self.lease()?;
        Ok(lease.map_or(Standing::NotActivated, |lease| Standing::of(&lease, self.options.clock.now())))
    }

    pub(crate) fn lease(&self) -> Result<Option<Lease>, Error> {
        self.store.read()?.map(|held| self.held_lease(&held)).transpose()
    }

    pub(crate) fn status(&self) -> Result<Status, Error> {
        let held = self.store.read()?;
        let lease = held.as_ref().map(|held| self.held_lease(held)).transpose()?;
        let now = self.options.clock.now();
        let standing = lease.as_ref().map_or(Standing::NotActivated, |lease| Standing::of(lease, now));
        let unsettled = held.and_then(|held| held.pending).map(|pending| pending.change.to_string());
        Ok(Status { standing, lease, unsettled })
    }

    /// A lease that was just received. One that is over by this machine's clock is refused: storing it would only hide that
    /// the clock is wrong.
    fn open_received(&self, lease: &str, activation: ActivationId, seat_id: &str) -> Result<Lease, Error> {
        let expected = LeaseExpectation { activation: Some(activation), seat_id: Some(seat_id), ..self.expected() };
        self.product.trust().open_lease(lease, &expected).map_err(Error::Lease)
    }

    /// The lease on disk, perhaps ended. It is verified each time, because anybody may have written the file.
    fn held_lease(&self, held: &Held) -> Result<Lease, Error> {
        let expected = LeaseExpectation {
            activation: Some(held.activation()?),
            seat_id: Some(&held.seat_id),
            ended: Ended::Opened,
            // It was good when it came; a clock that was mended meanwhile by some hours must not stop the product.
            tolerance: Tolerance::CarriedFromVendor,
            ..self.expected()
        };
        self.product.trust().open_lease(&held.lease, &expected).map_err(Error::Lease)
    }

    fn open_verdict(&self, verdict: &str) -> Result<Lease, Error> {
        self.product.trust().open_verdict(verdict, &self.expected()).map_err(Error::Lease)
    }

    fn expected(&self) -> LeaseExpectation<'static> {
        LeaseExpectation::online(self.product.id(), self.options.clock.now())
    }
}
