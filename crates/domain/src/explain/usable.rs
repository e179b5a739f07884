//! The rules that say whether an entitlement can be used now, in the order in which they are asked (ENT-1, ENT-5, ENT-6).

use super::Wording;
use crate::{Delegation, Entitlement, EntitlementStatus, Fact, Refusal, Timestamp, fact, optional};

/// What the rules look at beside the entitlement.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// The verdict on the entitlement.
    pub(crate) status: EntitlementStatus,
    /// When.
    pub(crate) now: Timestamp,
    /// When the product's release was made.
    pub(crate) release: Option<Timestamp>,
}

/// One of the rules: it decides, and it can say what it looked at.
pub(crate) struct UsableRule {
    pub(crate) wording: Wording,
    pub(crate) check: fn(&Entitlement, &Moment) -> Result<(), Refusal>,
    pub(crate) facts: fn(&Entitlement, &Moment) -> Vec<Fact>,
}

/// All of them, in their order. [`Entitlement::check_usable`] asks them; [`super::explain`] tells what they said.
pub(crate) static USABLE: [UsableRule; 7] = [
    UsableRule {
        wording: Wording {
            rule: "ENT-6",
            asks: "Is the entitlement disabled or deleted?",
            passed: "The entitlement is neither disabled nor deleted.",
            refused: "The vendor disabled the entitlement, or deleted it or its order.",
        },
        check: |entitlement, moment| match moment.status {
            EntitlementStatus::Disabled => {
                let reason = entitlement.disabled.as_ref().and_then(|disabled| disabled.reason.clone());
                Err(Refusal::EntitlementDisabled { reason })
            }
            _ => Ok(()),
        },
        facts: |entitlement, _| {
            let disabled = entitlement.disabled.as_ref();
            let deletion = entitlement.deletion.or(entitlement.order_deletion);
            vec![
                optional("disabledSince", disabled.map(|disabled| disabled.since)),
                optional("reason", disabled.and_then(|disabled| disabled.reason.as_ref())),
                optional("deleted", deletion.map(|deletion| deletion.since)),
            ]
        },
    },
    UsableRule {
        wording: Wording {
            rule: "ENT-6",
            asks: "Is the customer disabled or deleted?",
            passed: "The customer is neither disabled nor deleted.",
            refused: "The vendor disabled or deleted the customer, and by that all its entitlements.",
        },
        check: |_, moment| match moment.status {
            EntitlementStatus::CustomerDisabled => Err(Refusal::CustomerDisabled),
            _ => Ok(()),
        },
        facts: |entitlement, _| {
            let deletion = entitlement.customer_deletion;
            vec![fact("customerId", entitlement.customer), optional("deleted", deletion.map(|deletion| deletion.since))]
        },
    },
    UsableRule {
        wording: Wording {
            rule: "ENT-1",
            asks: "Are all seats at local servers?",
            passed: "Its seats are given here.",
            refused: "All its seats are at local servers, which alone give them.",
        },
        check: |entitlement, moment| match moment.status {
            EntitlementStatus::Exported => Err(Refusal::EntitlementExported { servers: entitlement.hosting.servers() }),
            _ => Ok(()),
        },
        facts: |entitlement, _| {
            entitlement.hosting.servers().iter().map(|server| fact("localServerId", server)).collect()
        },
    },
    UsableRule {
        wording: Wording {
            rule: "ENT-3",
            asks: "Has it started, or would this claim start it?",
            passed: "It has started, or its first seat starts it.",
            refused: "It has not started, and a seat does not start it.",
        },
        check: |entitlement, moment| match moment.status {
            EntitlementStatus::Created if !entitlement.starts_by_activation() => {
                Err(Refusal::EntitlementNotStarted { start: entitlement.start })
            }
            _ => Ok(()),
        },
        facts: |entitlement, _| {
            vec![fact("licenseStart", entitlement.license_start), optional("start", entitlement.start)]
        },
    },
    UsableRule {
        wording: Wording {
            rule: "ENT-2",
            asks: "Has it expired?",
            passed: "It has not ended.",
            refused: "It has ended: its expiry and its grace period are over.",
        },
        check: |entitlement, moment| match moment.status {
            EntitlementStatus::Expired => Err(Refusal::EntitlementExpired { since: entitlement.hard_stop() }),
            // An expiry that was set by hand may pass before anything starts: a lease would end before it begins.
            EntitlementStatus::Created if entitlement.hard_stop().is_some_and(|stop| stop <= moment.now) => {
                Err(Refusal::EntitlementExpired { since: entitlement.hard_stop() })
            }
            _ => Ok(()),
        },
        facts: |entitlement, moment| {
            vec![
                fact("status", moment.status),
                optional("expiry", entitlement.expiry),
                optional("graceEnd", entitlement.grace_end()),
            ]
        },
    },
    UsableRule {
        wording: Wording {
            rule: "TOK-8",
            asks: "Has the delegation to this local server ended?",
            passed: "Its seats are given by the vendor itself, or the delegation to this local server has not ended.",
            refused: "The delegation to this local server has ended: a newer export token must be imported.",
        },
        check: |entitlement, moment| match entitlement.hosting.delegation() {
            Some(Delegation { until: Some(since), seq, .. }) if *since <= moment.now => {
                Err(Refusal::DelegationEnded { since: *since, seq: *seq })
            }
            _ => Ok(()),
        },
        facts: |entitlement, _| {
            let delegation = entitlement.hosting.delegation();
            vec![
                optional("localServerId", delegation.map(|delegation| delegation.server)),
                optional("delegationEnd", delegation.and_then(|delegation| delegation.until)),
            ]
        },
    },
    UsableRule {
        wording: Wording {
            rule: "ENT-5",
            asks: "Was the product's release made within the maintenance?",
            passed: "The product's release is within the maintenance, or none was told.",
            refused: "The product's release was made after the end of the maintenance.",
        },
        check: |entitlement, moment| match (entitlement.maintenance_end, moment.release) {
            (Some(end), Some(release)) if release > end => Err(Refusal::MaintenanceEnded { end, release }),
            _ => Ok(()),
        },
        facts: |entitlement, moment| {
            vec![optional("maintenanceEnd", entitlement.maintenance_end), optional("releaseDate", moment.release)]
        },
    },
];
