//! The logic of the client, without any sending or sleeping: both faces drive it.

pub(crate) mod call;
pub(crate) mod job;
mod locked;
pub(crate) mod machine;
pub(crate) mod offline;
mod patience;
mod proof;
pub(crate) mod time;
mod verdict;

use std::borrow::Cow;
use std::sync::Arc;

use chancery_domain::{ActivationId, Timestamp};
use chancery_token::{Ended, Lease, LeaseExpectation, TokenError, Trust};

use self::time::Watch;
use crate::state::device::DeviceKeys;
use crate::state::record::{Held, Link, Record};
use crate::state::revocations::Revocations;
use crate::state::{StateStore, Vault};
use crate::{Error, Options, Product, Standing, Status};

/// What does not change while a client lives.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) product: Product,
    pub(crate) store: Vault,
    pub(crate) options: Options,
    /// Where the server is: what proofs are made for. Nothing: it is never asked.
    pub(crate) address: Option<String>,
    /// What proves the time.
    watch: Watch,
}

impl Core {
    pub(crate) fn new(
        product: Product,
        store: StateStore,
        options: Options,
        address: Option<String>,
    ) -> Result<Arc<Self>, Error> {
        if options.clock.is_movable() && !product.is_sandbox() {
            return Err(Error::SandboxClock);
        }
        let store = Vault::new(store, &product, options.machine.clone());
        let core = Self { product, store, options, address, watch: Watch::default() };
        // The program was built after its trust bundle was made.
        core.saw(core.product.trust().revocations().issued.at);
        Ok(Arc::new(core))
    }

    /// What the product may do now (TOK-7).
    pub(crate) fn check(&self) -> Result<Standing, Error> {
        self.standing(self.lease()?.as_ref())
    }

    pub(crate) fn lease(&self) -> Result<Option<Lease>, Error> {
        Ok(self.read()?.1)
    }

    /// The record, and the lease in it. What changed between its file and that of the keys is read again: an activation that is
    /// given up meanwhile is no error.
    fn read(&self) -> Result<(Record, Option<Lease>), Error> {
        let mut record = self.store.record()?;
        loop {
            let lease = record.held.as_ref().map(|held| self.held_lease(held)).transpose();
            let read = if lease.is_err() { self.store.record()? } else { record.clone() };
            if read == record {
                return Ok((record, lease?));
            }
            record = read;
        }
    }

    pub(crate) fn status(&self) -> Result<Status, Error> {
        let (Record { held, requests, .. }, lease) = self.read()?;
        let standing = self.standing(lease.as_ref())?;
        let mode = held.as_ref().map(Held::mode);
        let pending = held.and_then(|held| match held.link {
            Link::Online(online) => online.pending,
            Link::Offline(_) => None,
        });
        let unsettled = pending.map(|pending| pending.change.to_string());
        Ok(Status { standing, mode, lease, unsettled, requests: requests.len() })
    }

    /// What a lease that was opened means now.
    fn standing(&self, lease: Option<&Lease>) -> Result<Standing, Error> {
        let standing = match lease {
            Some(lease) => Standing::of(lease, self.time_of(lease)?),
            None => self.time().map(|_| Standing::NotActivated)?,
        };
        self.keep_time_if_free();
        Ok(standing)
    }

    /// A lease that was just received. One that is over by this machine's clock is refused: storing it would only hide that
    /// the clock is wrong.
    fn open_received(
        &self,
        lease: &str,
        activation: ActivationId,
        seat_id: &str,
        keys: Option<&DeviceKeys>,
    ) -> Result<Lease, Error> {
        let device = keys.map(DeviceKeys::thumbprint).transpose()?;
        let (activation, seat_id, device) = (Some(activation), Some(seat_id), device.as_deref());
        let expected = LeaseExpectation { activation, seat_id, device, ..self.expected() };
        let trust = self.trust()?;
        let lease = self.opened(trust.open_lease(lease, &expected))?;
        if let Some(delegation) = &lease.delegation {
            self.saw(trust.open_delegation(delegation, expected.now).map_err(Error::Lease)?.issued.at);
        }
        Ok(lease)
    }

    /// The lease on disk, perhaps ended. It is verified each time, because anybody may have written the file.
    fn held_lease(&self, held: &Held) -> Result<Lease, Error> {
        let device = self.store.keys()?.of(&held.seat_id).map(DeviceKeys::thumbprint).transpose()?;
        let expected = LeaseExpectation {
            activation: Some(held.activation()?),
            seat_id: Some(&held.seat_id),
            device: device.as_deref(),
            ended: Ended::Opened,
            // It was good when it came. A clock that is behind it since is told by the proof of time, which it is part of.
            ..LeaseExpectation::online(self.product.id(), Timestamp::MAX)
        };
        self.opened(self.trust()?.open_lease(&held.lease, &expected))
    }

    /// The token that ended the last activation, as long as no other activation came.
    pub(crate) fn offline_deactivation(&self) -> Result<Option<String>, Error> {
        Ok(self.store.record()?.deactivated.map(|deactivated| deactivated.token))
    }

    fn open_verdict(&self, verdict: &str) -> Result<Lease, Error> {
        self.opened(self.trust()?.open_verdict(verdict, &self.expected()))
    }

    /// Takes the instant of a lease that the vendor signed as a proof of time. A local server's clock proves nothing beyond its lease.
    fn opened(&self, lease: Result<Lease, TokenError>) -> Result<Lease, Error> {
        let lease = lease.map_err(Error::Lease)?;
        if lease.host.is_none() {
            self.saw(lease.issued.at);
        }
        Ok(lease)
    }

    /// What is believed: the product's trust bundle, and the newest revocation list that ever came (KEY-5).
    fn trust(&self) -> Result<Cow<'_, Trust>, Error> {
        let mut trust = Cow::Borrowed(self.product.trust());
        if let Some(Revocations(list)) = self.store.revocations()? {
            // Not by this machine's clock, which may be wrong: it was believed when it came. A newer bundle may know a newer one.
            let mut newer = trust.clone().into_owned();
            if newer.update_revocations(&list, Timestamp::MAX).is_ok() {
                trust = Cow::Owned(newer);
            }
        }
        self.saw(trust.revocations().issued.at);
        Ok(trust)
    }

    /// Whether this is a revocation list of the vendor that says more than the one known.
    fn is_news(&self, list: &str) -> Result<bool, Error> {
        let mut trust = self.trust()?.into_owned();
        let seen = trust.revocations().number;
        Ok(trust.update_revocations(list, self.now()).is_ok() && trust.revocations().number > seen)
    }

    fn expected(&self) -> LeaseExpectation<'_> {
        LeaseExpectation::online(self.product.id(), self.now())
    }
}
