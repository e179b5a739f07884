//! `audit.read` and `audit.export`.

use chancery_domain::{Action, Permit};
use chancery_store::journal::{self, AuditEntry, AuditFilter};
use chancery_store::{List, PageRequest};

use crate::{Context, Error, System};

/// The rows of an export that are read at once.
const STRETCH: u16 = 100;

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

/// An export of the audit on its way: it holds no more than one stretch of rows, and no transaction between them (AUD-1).
#[derive(Clone, Debug)]
pub struct AuditExport {
    permit: Permit,
    filter: AuditFilter,
    /// Behind which row the next stretch begins; nothing, once the last one was read.
    next: Option<PageRequest>,
}

/// Begins an export of the audit of the caller's vendor, the oldest row first. It ends with the rows of this instant: those
/// that are added while it runs do not belong to it.
///
/// # Errors
/// That the caller may not.
pub fn export(context: &Context, mut filter: AuditFilter) -> Result<AuditExport, Error> {
    let permit = context.permit(Action::ExportAudit)?;
    let end = context.now().shifted(1);
    filter.until = Some(filter.until.map_or(end, |until| until.min(end)));
    Ok(AuditExport { permit, filter, next: Some(PageRequest { limit: STRETCH, ..PageRequest::default() }) })
}

impl AuditExport {
    /// The next rows; nothing behind the last ones.
    ///
    /// # Errors
    /// The database's. The same rows can then be asked for again.
    pub async fn next(&mut self, system: &System) -> Result<Option<Vec<AuditEntry>>, Error> {
        let Some(page) = self.next.clone() else { return Ok(None) };
        let (permit, filter) = (self.permit.clone(), self.filter.clone());
        let List { items, next } =
            system.store().read(move |tx| Ok::<_, Error>(journal::audit(tx, &permit, &filter, &page)?)).await?;
        self.next = next.map(|after| PageRequest { limit: STRETCH, after: Some(after), ..PageRequest::default() });
        Ok(Some(items))
    }
}
