//! `activation.read`, of what happened to an entitlement's seats (SEAT-11).

use chancery_domain::{Action, EntitlementId};
use chancery_store::journal::{self, LogEntry, LogFilter};
use chancery_store::{List, PageRequest, entitlement};

use crate::{Context, Error, System};

/// A page of an entitlement's activation log.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn log(
    system: &System,
    context: &Context,
    of: EntitlementId,
    filter: LogFilter,
    page: PageRequest,
) -> Result<List<LogEntry>, Error> {
    let permit = context.permit(Action::ReadActivation)?;
    system
        .store()
        .read(move |tx| {
            entitlement::find(tx, permit.vendor(), of)?.ok_or(Error::NotFound)?;
            Ok(journal::log(tx, &permit, of, &filter, &page)?)
        })
        .await
}
