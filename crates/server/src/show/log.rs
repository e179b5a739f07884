//! The activation log, as it is shown (SEAT-11).

use chancery_api_types::management::{ActivationLogEntry, LogOperation};
use chancery_domain::LogOperation as Noted;
use chancery_operations::LogEntry;

pub(crate) fn log_entry(entry: LogEntry) -> ActivationLogEntry {
    let LogEntry { time, address, note } = entry;
    ActivationLogEntry {
        time: time.into(),
        operation: operation(note.operation),
        entitlement_id: Some(note.entitlement.into()),
        activation_id: note.activation.map(Into::into),
        seat_id: note.seat_id.map(Into::into),
        seat_name: note.seat_name.map(Into::into),
        lease_expiry: note.lease_expiry.map(Into::into),
        address,
        code: note.code,
        feature: note.feature.map(Into::into),
        amount: note.amount.map(Into::into),
        mode: Some(note.mode.into()),
        reason: note.reason.map(Into::into),
    }
}

const fn operation(noted: Noted) -> LogOperation {
    match noted {
        Noted::Activate => LogOperation::Activate,
        Noted::Refresh => LogOperation::Refresh,
        Noted::Deactivate => LogOperation::Deactivate,
        Noted::Release => LogOperation::Release,
        Noted::Replace => LogOperation::Replace,
        Noted::Deny => LogOperation::Deny,
        Noted::Checkout => LogOperation::Checkout,
        Noted::Return => LogOperation::Return,
        Noted::Use => LogOperation::Use,
        Noted::FeatureDeny => LogOperation::FeatureDeny,
        Noted::StateRestored => LogOperation::StateRestored,
    }
}
