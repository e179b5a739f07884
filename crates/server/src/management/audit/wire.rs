//! The audit, as it is shown.

use chancery_api_types::management::AuditEntry;

pub(super) fn entry(entry: chancery_operations::AuditEntry) -> AuditEntry {
    AuditEntry {
        id: entry.id.into(),
        time: entry.time.into(),
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        address: entry.address,
        request_id: entry.request_id,
        changes: entry.changes.into_iter().map(Into::into).collect(),
    }
}
