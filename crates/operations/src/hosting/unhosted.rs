//! What is not done while local servers host what it is about: it could not be kept right there.

use chancery_domain::{CustomerId, EntitlementId, ExportSession, ExportSessionId, LocalServerId, OrderId, Refusal};
use chancery_store::export_session;

use crate::{Change, Error};

impl Change<'_, '_> {
    /// Checks that no local server hosts anything of an entitlement.
    ///
    /// # Errors
    /// `ExportSessionOpen`; the database's.
    pub(crate) fn check_unhosted(&mut self, id: EntitlementId) -> Result<(), Error> {
        let sessions = export_session::of_entitlement(self.tx, self.permit.vendor(), id)?;
        none(sessions.iter().filter(|one| ExportSession::is_open(one)).map(|one| (one.id, one.server)).collect())
    }

    /// The same of all that an order granted.
    ///
    /// # Errors
    /// `ExportSessionOpen`; the database's.
    pub(crate) fn check_order_unhosted(&mut self, id: OrderId) -> Result<(), Error> {
        none(export_session::open_of_order(self.tx, id)?)
    }

    /// The same of all that a customer has.
    ///
    /// # Errors
    /// `ExportSessionOpen`; the database's.
    pub(crate) fn check_customer_unhosted(&mut self, id: CustomerId) -> Result<(), Error> {
        none(export_session::open_of_customer(self.tx, id)?)
    }
}

fn none(sessions: Vec<(ExportSessionId, LocalServerId)>) -> Result<(), Error> {
    if sessions.is_empty() { Ok(()) } else { Err(Refusal::ExportSessionOpen { sessions }.into()) }
}
