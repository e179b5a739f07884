//! `audit.read`.

use chancery_domain::Action;
use chancery_store::journal::{self, AuditEntry, AuditFilter};
use chancery_store::{List, PageRequest};

use crate::{Context, Error, System};

/// A page of the audit of the caller's vendor (AUD-1).
///
/// # Errors
/// The database's.
pub async fn list(
    system: &System,
    context: &Context,
    filter: AuditFilter,
    page: PageRequest,
) -> Result<List<AuditEntry>, Error> {
    let permit = context.permit(Action::ReadAudit)?;
    system.store().read(move |tx| Ok(journal::audit(tx, &permit, &filter, &page)?)).await
}
