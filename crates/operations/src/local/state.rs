//! What a process knows of the local server that it is: asked at every call, and read again when anything of it changes.

use std::collections::HashMap;

use chancery_domain::{
    ActivationId, EntitlementId, LocalLicense, LocalServerId, LocalStanding, MachineIdentity, Name, NotActiveReason,
    ProductId, Timestamp, VendorId,
};
use chancery_store::hosted_entitlement::HostedRow;
use chancery_store::local_server::LocalServerRow;
use chancery_token::{Delegation, Ended, KeyEncryptionKey, Lease, LeaseExpectation, SigningKey, Tolerance, Trust};

use super::license::CycleKeys;
use crate::Error;

/// A local server, as its database says.
#[derive(Debug)]
pub struct LocalState {
    pub(crate) server: LocalServerId,
    pub(crate) vendor: VendorId,
    name: Option<Name>,
    bundle: String,
    trust: Trust,
    revocations: Option<String>,
    machine: MachineIdentity,
    moved: bool,
    epoch: u64,
    proof: Timestamp,
    license: Option<License>,
    deactivated: bool,
    /// It was given a license, by which the vendor stands no more.
    revoked: bool,
    delegated: HashMap<EntitlementId, Delegated>,
}

/// A local server's own license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    /// The activation at the vendor.
    pub activation: ActivationId,
    /// What its seat is called there.
    pub seat_name: Option<String>,
    /// When it was given last.
    pub issued: Timestamp,
    /// When it ends; nothing if it never does.
    pub expiry: Option<Timestamp>,
}

/// The vendor's word for the leases of one entitlement.
#[derive(Debug)]
pub(crate) struct Delegated {
    /// The numbers of the session, and of the token in it.
    pub(crate) number: (u64, u64),
    /// What it says.
    pub(crate) claims: Delegation,
    /// As it stands in leases.
    pub(crate) text: String,
}

impl LocalState {
    /// What the database says.
    ///
    /// # Errors
    /// `Internal` if something of it cannot be opened.
    pub(crate) fn of(row: &LocalServerRow, hosted: &[HostedRow], kek: &KeyEncryptionKey) -> Result<Self, Error> {
        let trust = trust_of(row)?;
        let delegated = hosted.iter().map(|row| {
            // What was believed when it was imported is looked at again: its key may have been revoked since.
            let claims = trust.open_delegation(&row.delegation, Timestamp::MAX).ok()?;
            let known = Delegated { number: (row.number, row.seq), claims, text: row.delegation.clone() };
            Some((row.entitlement, known))
        });
        let license = license_of(row, &trust, kek)?;
        let listed = trust.revocations().number > 0;
        let list = row.revocations.clone().unwrap_or_else(|| trust.bundle_list().to_owned());
        Ok(Self {
            server: row.server,
            vendor: row.vendor,
            name: row.name.clone(),
            bundle: row.bundle.clone(),
            revocations: Some(list).filter(|_| listed),
            machine: row.machine.parse().map_err(|_| Error::internal("a machine of another form"))?,
            moved: row.moved,
            epoch: row.epoch,
            proof: row.proof,
            revoked: row.license.lease.is_some() && license.is_none(),
            license,
            deactivated: row.license.deactivation.is_some(),
            delegated: delegated.flatten().collect(),
            trust,
        })
    }

    /// Which local server it is.
    #[must_use]
    pub const fn server(&self) -> LocalServerId {
        self.server
    }

    /// Whose.
    #[must_use]
    pub const fn vendor(&self) -> VendorId {
        self.vendor
    }

    /// What people read.
    #[must_use]
    pub const fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    /// The verdict, on the machine `here`.
    #[must_use]
    pub fn standing(&self, here: &MachineIdentity, now: Timestamp) -> LocalStanding {
        let license = match &self.license {
            _ if self.deactivated => LocalLicense::Deactivated,
            Some(license) => LocalLicense::Activated(license.expiry),
            None if self.revoked => LocalLicense::Revoked,
            None => LocalLicense::None,
        };
        LocalStanding::of(license, self.machine.is_same(here), self.moved, now)
    }

    pub(crate) fn check(&self, here: &MachineIdentity, now: Timestamp) -> Result<(), Error> {
        match self.standing(here, now) {
            LocalStanding::Active { .. } => Ok(()),
            LocalStanding::NotActive(reason) => Err(Error::LocalServerNotActive(reason)),
        }
    }

    /// Whether it may speak for the server: not on another machine than its own (EXP-10).
    pub(crate) fn check_machine(&self, here: &MachineIdentity) -> Result<(), Error> {
        match (self.machine.is_same(here), self.moved) {
            (true, _) => Ok(()),
            (false, true) => Err(Error::LocalServerNotActive(NotActiveReason::Moved)),
            (false, false) => Err(Error::LocalServerNotActive(NotActiveReason::AnotherMachine)),
        }
    }

    /// The machine to which the data are bound.
    pub(crate) const fn machine(&self) -> &MachineIdentity {
        &self.machine
    }

    /// Its own license, if it has one that counts.
    #[must_use]
    pub const fn license(&self) -> Option<&License> {
        self.license.as_ref()
    }

    /// Its epoch (EXP-9).
    pub(crate) const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What was proved of the time when this was read (OFF-11).
    pub(crate) const fn proof(&self) -> Timestamp {
        self.proof
    }

    /// What is known of the vendor's keys.
    pub(crate) const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The latest revocation list, if it takes anything back.
    pub(crate) fn revocations(&self) -> Option<String> {
        self.revocations.clone()
    }

    /// The newest trust bundle.
    pub(crate) fn bundle(&self) -> &str {
        &self.bundle
    }

    /// The vendor's word for the leases of an entitlement.
    pub(crate) fn delegated(&self, id: EntitlementId) -> Option<&Delegated> {
        self.delegated.get(&id)
    }

    /// When each delegation was given, and when it ends.
    pub(crate) fn delegations(&self) -> impl Iterator<Item = (EntitlementId, Timestamp, Option<Timestamp>)> {
        self.delegated.iter().map(|(id, known)| (*id, known.claims.issued.at, known.claims.expiry))
    }
}

/// The trust of a row: its bundle, with the newer revocation list if one came since. What was believed once is not asked for its time
/// again.
pub(super) fn trust_of(row: &LocalServerRow) -> Result<Trust, Error> {
    let mut trust = Trust::open(&row.bundle, None, Timestamp::MAX).map_err(Error::internal)?;
    if let Some(list) = &row.revocations {
        trust.update_revocations(list, Timestamp::MAX).map_err(Error::internal)?;
    }
    Ok(trust)
}

/// The license of a row; none if the vendor's word for it does not count any more, because its key was revoked (KEY-5).
pub(super) fn license_of(
    row: &LocalServerRow,
    trust: &Trust,
    kek: &KeyEncryptionKey,
) -> Result<Option<License>, Error> {
    let (Some(text), Some(keys)) = (&row.license.lease, CycleKeys::of(row, kek)?) else { return Ok(None) };
    let device = keys.sign.kid().to_owned();
    let seat_id = row.server.to_string();
    let expected = expectation(row, &device, &seat_id, Timestamp::MAX);
    let lease = trust.open_lease(text, &LeaseExpectation { ended: Ended::Opened, ..expected });
    Ok(lease.ok().and_then(|lease| licensed(&lease)))
}

/// What a lease of this server must be for.
pub(super) fn expectation<'a>(
    row: &LocalServerRow,
    device: &'a str,
    seat_id: &'a str,
    now: Timestamp,
) -> LeaseExpectation<'a> {
    LeaseExpectation {
        tolerance: Tolerance::CarriedFromVendor,
        seat_id: Some(seat_id),
        device: Some(device),
        ..LeaseExpectation::online(ProductId::of_local_server(row.vendor), now)
    }
}

/// What a lease says of the license.
pub(super) fn licensed(lease: &Lease) -> Option<License> {
    let seat_name = lease.seat.as_ref().and_then(|seat| seat.name.clone());
    Some(License { activation: lease.activation?, seat_name, issued: lease.issued.at, expiry: lease.expiry })
}
