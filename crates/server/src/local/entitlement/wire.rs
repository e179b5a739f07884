//! Hosted entitlements, as they are shown.

use chancery_api_types::local::{HostedDelegation, HostedEntitlement, HostedUsageHour, ImportedHosted};
use chancery_operations::local::UsageHour;
use chancery_operations::local::entitlement::{HostedView, ImportedEntitlement};

use crate::management;
use crate::show::{self, quantity};

pub(super) fn hosted(view: HostedView) -> HostedEntitlement {
    HostedEntitlement {
        delegation: HostedDelegation {
            session_id: view.delegation.session.into(),
            session_number: view.delegation.number,
            seq: view.delegation.seq,
            end: view.delegation.until.map(Into::into),
            issued: view.issued.into(),
            imported: view.imported.into(),
        },
        entitlement: management::entitlement::shown(view.view),
    }
}

pub(super) fn imported(imported: ImportedEntitlement) -> ImportedHosted {
    ImportedHosted {
        entitlement: hosted(imported.view),
        created: imported.created,
        changes: imported.changes.into_iter().map(show::change).collect(),
        leaving: imported.leaving.into_iter().map(show::leaving).collect(),
        leaving_count: imported.leaving_count,
        issue_date_ran_back: imported.issue_date_ran_back,
    }
}

pub(super) fn hour(hour: UsageHour) -> HostedUsageHour {
    let UsageHour { hour, used, seats, denials } = hour;
    HostedUsageHour {
        hour: hour.into(),
        seats_used: quantity(used),
        seats: quantity(seats),
        denials: quantity(denials),
    }
}
