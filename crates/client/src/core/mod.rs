//! The logic of the client, without any sending or sleeping: both faces drive it.

pub(crate) mod call;
pub(crate) mod job;
mod locked;
pub(crate) mod machine;
mod patience;
mod proof;
mod verdict;

use std::borrow::Cow;
use std::sync::Arc;

use chancery_domain::{ActivationId, Timestamp};
use chancery_token::{Ended, Entropy, Lease, LeaseExpectation, Tolerance, Trust, random_seed};

use crate::machine::identity::{Identity, derive};
use crate::state::StateStore;
use crate::state::device::DeviceKey;
use crate::state::record::Held;
use crate::state::revocations::Revocations;
use crate::{Error, Options, Product, Standing, Status};

/// What does not change while a client lives.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) product: Product,
    pub(crate) store: StateStore,
    pub(crate) options: Options,
    /// Where the server is: what proofs are made for.
    pub(crate) address: String,
}

impl Core {
    pub(crate) fn new(
        product: Product,
        store: StateStore,
        options: Options,
        address: String,
    ) -> Result<Arc<Self>, Error> {
        if options.clock.is_movable() && !product.is_sandbox() {
            return Err(Error::SandboxClock);
        }
        Ok(Arc::new(Self { product, store, options, address }))
    }

    /// The seat id of this machine, for activations that give none (OFF-12).
    ///
    /// # Errors
    /// `no_machine_identity`, as in a container; `state_from_another_machine`; those of the stored state.
    pub(crate) fn machine_seat_id(&self) -> Result<String, Error> {
        let (signals, vendor) = (self.options.machine.signals(), self.product.trust().anchor().root.kid().as_bytes());
        let seat_id = match self.store.identity()? {
            Some(identity) => {
                let opened = identity.open(vendor, &signals)?;
                if !opened.drifted {
                    return Ok(opened.seat_id);
                }
                opened.seat_id
            }
            None => derive(vendor, &signals)?,
        };
        // Whoever is busy with the state now leaves it to the next activation: the seat id is the same then.
        if let Some(lock) = self.store.try_lock()? {
            let mut entropy = Entropy::new(random_seed().map_err(|error| Error::Internal(error.to_string()))?);
            self.store.write(&lock, &Identity::seal(&seat_id, vendor, &signals, &mut entropy)?)?;
        }
        Ok(seat_id)
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
    fn open_received(
        &self,
        lease: &str,
        activation: ActivationId,
        seat_id: &str,
        key: Option<&DeviceKey>,
    ) -> Result<Lease, Error> {
        let device = key.map(DeviceKey::thumbprint).transpose()?;
        let (activation, seat_id, device) = (Some(activation), Some(seat_id), device.as_deref());
        let expected = LeaseExpectation { activation, seat_id, device, ..self.expected() };
        self.trust().open_lease(lease, &expected).map_err(Error::Lease)
    }

    /// The lease on disk, perhaps ended. It is verified each time, because anybody may have written the file.
    fn held_lease(&self, held: &Held) -> Result<Lease, Error> {
        let device = self.store.keys()?.of(&held.seat_id).map(DeviceKey::thumbprint).transpose()?;
        let expected = LeaseExpectation {
            activation: Some(held.activation()?),
            seat_id: Some(&held.seat_id),
            device: device.as_deref(),
            ended: Ended::Opened,
            // It was good when it came; a clock that was mended meanwhile by some hours must not stop the product.
            tolerance: Tolerance::CarriedFromVendor,
            ..self.expected()
        };
        self.trust().open_lease(&held.lease, &expected).map_err(Error::Lease)
    }

    fn open_verdict(&self, verdict: &str) -> Result<Lease, Error> {
        self.trust().open_verdict(verdict, &self.expected()).map_err(Error::Lease)
    }

    /// What is believed: the product's trust bundle, and the newest revocation list that ever came (KEY-5).
    fn trust(&self) -> Cow<'_, Trust> {
        let built = self.product.trust();
        let Some(Revocations(list)) = self.store.revocations() else { return Cow::Borrowed(built) };
        let mut trust = built.clone();
        // Not by this machine's clock, which may be wrong: it was believed when it came. A newer bundle may know a newer one.
        match trust.update_revocations(&list, Timestamp::MAX) {
            Ok(()) => Cow::Owned(trust),
            Err(_) => Cow::Borrowed(built),
        }
    }

    /// Whether this is a revocation list of the vendor that says more than the one known.
    fn is_news(&self, list: &str) -> bool {
        let mut trust = self.trust().into_owned();
        let seen = trust.revocations().number;
        trust.update_revocations(list, self.options.clock.now()).is_ok() && trust.revocations().number > seen
    }

    fn expected(&self) -> LeaseExpectation<'_> {
        LeaseExpectation::online(self.product.id(), self.options.clock.now())
    }
}
