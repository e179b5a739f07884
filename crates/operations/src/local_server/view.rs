//! A local server as it is shown: whether it can be chosen as a host now, and what it hosts (LLS-2).

use chancery_domain::{EntitlementId, LocalServer, LocalServerId, Permit, Standing, Timestamp};
use chancery_store::{ReadTx, activation, export_session, local_servers};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

/// A local server, with what is computed of it.
#[derive(Clone, Debug)]
pub struct LocalServerView {
    /// The server.
    pub server: LocalServer,
    /// Whether it can be chosen as a host: it has its license's seat, the lease runs, and it is not lost.
    pub active: bool,
    /// When its license's lease ends; nothing if it never does, or if nothing is on record of the license any more.
    pub lease_expiry: Option<Timestamp>,
    /// The entitlements of which it has a session.
    pub entitlements: Vec<EntitlementId>,
    /// The instant of the verdicts.
    pub now: Timestamp,
}

impl LocalServerView {
    /// Reads what is missing to show a local server.
    pub(crate) fn of(tx: &mut ReadTx<'_>, server: LocalServer, now: Timestamp) -> Result<Self, Error> {
        let license = activation::find(tx, server.vendor, server.activation)?;
        let seated = license.as_ref().is_some_and(|seat| matches!(seat.standing, Standing::Seated(_)));
        let runs = license.as_ref().is_some_and(|seat| seat.lease.runs(now));
        let open = export_session::of_server(tx, server.vendor, server.id)?;
        Ok(Self {
            active: seated && runs && server.lost.is_none(),
            lease_expiry: license.and_then(|seat| seat.lease.expiry),
            entitlements: open.into_iter().map(|session| session.entitlement).collect(),
            server,
            now,
        })
    }

    pub(crate) fn load(tx: &mut ReadTx<'_>, permit: &Permit, id: LocalServerId, now: Timestamp) -> Result<Self, Error> {
        let server = local_servers::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?;
        Self::of(tx, server, now)
    }
}

impl Remembered for LocalServerView {
    fn facts(&self) -> String {
        self.server.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        Self::load(change.tx, change.permit, fact(facts)?, change.now)
    }
}
