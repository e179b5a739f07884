//! The status of a local server, as it is shown.

use chancery_api_types::local::{LocalMachine, LocalStatus, LocalStatusKind, LocalWarning, LocalWarningOf};
use chancery_domain::{LocalStanding, NotActiveReason, Warning, WarningOf};
use chancery_operations::local;

use crate::problem::local as problem;

pub(in crate::local) fn status(status: local::LocalStatus) -> LocalStatus {
    let reason = match status.standing {
        LocalStanding::Active { .. } => None,
        LocalStanding::NotActive(reason) => Some(reason),
    };
    let license = status.license.as_ref();
    LocalStatus {
        status: if reason.is_none() { LocalStatusKind::OfflineActivated } else { LocalStatusKind::NotActive },
        reason: reason.map(|reason| reason.name().to_owned()),
        detail: reason.map(detail),
        server_id: status.server.into(),
        server_name: status.name.map(Into::into),
        vendor_id: status.vendor.into(),
        vendor_name: status.vendor_name.into(),
        sandbox: status.sandbox,
        activation_id: license.map(|license| license.activation.into()),
        seat_name: license.and_then(|license| license.seat_name.clone()),
        license_issued: license.map(|license| license.issued.into()),
        license_expiry: license.and_then(|license| license.expiry).map(Into::into),
        warnings: status.warnings.iter().map(warning).collect(),
        restored: status.restored.map(Into::into),
        epoch: status.epoch,
        machine: machine(&status.machine),
        clock_behind: status.clock_behind.map(Into::into),
        now: status.now.into(),
    }
}

pub(in crate::local) fn machine(machine: &local::LocalMachine) -> LocalMachine {
    LocalMachine { bound: machine.bound.to_string(), here: machine.here.to_string(), same: machine.same }
}

fn warning(warning: &Warning) -> LocalWarning {
    let (what, entitlement) = match warning.what {
        WarningOf::License => (LocalWarningOf::License, None),
        WarningOf::Delegation(entitlement) => (LocalWarningOf::Delegation, Some(entitlement.into())),
    };
    LocalWarning { what, entitlement_id: entitlement, days: warning.days.into(), ends: warning.ends.into() }
}

fn detail(reason: NotActiveReason) -> String {
    format!("{}. {}", problem::what(reason), problem::remedy(reason))
}
