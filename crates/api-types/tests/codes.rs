//! The table of problem codes, and problems.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may")]

use std::collections::BTreeSet;

use chancery_api_types::{Code, Problem};
use chancery_domain::{
    Deleted, DeletedWith, Deletion, FieldError, Id, Invalid, Key, LicenseStart, Quantity, Refusal, Timestamp,
};
use serde_json::json;

fn id<I: Id>() -> I {
    I::new(Timestamp::from_micros(0).unwrap(), [7; 10])
}

/// Every refusal of the domain. The match beside it stops compiling when there is a new one.
fn refusals() -> Vec<Refusal> {
    let feature = || Key::new("export-step").unwrap();
    let (one, now) = (Quantity::ONE, Timestamp::from_micros(0).unwrap());
    vec![
        Refusal::ProductNotInOrder,
        Refusal::EntitlementExpired { since: None },
        Refusal::EntitlementDisabled { reason: None },
        Refusal::CustomerDisabled,
        Refusal::EntitlementNotStarted { start: None },
        Refusal::EntitlementExported { servers: Vec::new() },
        Refusal::DelegationEnded { since: now, seq: 1 },
        Refusal::EntitlementHasActiveSeats { used: 2, free: one },
        Refusal::ServerNotActive { server: id() },
        Refusal::ServerLost { server: id() },
        Refusal::ExportSessionOpen { sessions: Vec::new() },
        Refusal::ExportTooLarge { bytes: 2, most: 1, codes: 1 },
        Refusal::ExportSessionUnknown { session: id(), running: 0, until: None },
        Refusal::ReportSuperseded { seq: 1, taken: 2, at: now },
        Refusal::TokenReplayed { applied: now },
        Refusal::TokenSessionClosed { session: id(), current: None },
        Refusal::TokenSuperseded { seq: 1, applied: 2 },
        Refusal::TokenHistoryForked { seq: 2 },
        Refusal::AlreadyActivated { until: Some(now) },
        Refusal::RestoreUnconfirmed { since: now },
        Refusal::MaintenanceEnded { end: now, release: now },
        Refusal::SeatsExhausted { seats: one, overdraft: one, used: 2, next_lease_end: None },
        Refusal::SeatHeldByAnotherDevice { until: None },
        Refusal::OfflineNotPermitted { too_large: false },
        Refusal::ActivationOnline,
        Refusal::FeatureNeedsConnection,
        Refusal::DeviceKeyRequired,
        Refusal::ActivationReplaced,
        Refusal::ActivationSuperseded,
        Refusal::ActivationReleased,
        Refusal::ActivationDeactivated,
        Refusal::LeaseExpired { since: now },
        Refusal::LeaseNotExtendable { lease_expiry: None },
        Refusal::CloneDetected,
        Refusal::FeatureNotLicensed { feature: feature() },
        Refusal::FeatureExhausted { feature: feature(), requested: one, available: one, total: None },
        Refusal::NotReturnable { feature: feature() },
        Refusal::NotUsable { feature: feature() },
        Refusal::ReturnedMoreThanTaken { feature: feature(), requested: one, taken: one },
        Refusal::LicenseeSecretRequired,
        Refusal::LicenseeSecretMismatch,
        Refusal::LicenseeSecretNotSet,
        Refusal::AutoCreateNeedsOtherSecretMode,
        Refusal::NoAutomaticOffering,
        Refusal::SeatsInUse { used: 2, requested: one },
        Refusal::AlreadyStarted { start: now },
        Refusal::Deleted { deleted: Deleted { deletion: Deletion::new(now), with: DeletedWith::Itself } },
        Refusal::NotRestorable { purge_at: now },
        Refusal::NotStartedByCommand { license_start: LicenseStart::Creation },
        Refusal::NotRenewable,
        Refusal::ClockNotMovable { now },
        Refusal::BuiltIn,
        Refusal::KeyIsRoot,
        Refusal::RootKeyRemoved,
        Refusal::NotASandbox,
    ]
}

/// How many kinds of refusals there are, by a match that must name each.
const fn kinds(refusal: &Refusal) -> usize {
    match refusal {
        Refusal::ProductNotInOrder
        | Refusal::EntitlementExpired { .. }
        | Refusal::EntitlementDisabled { .. }
        | Refusal::CustomerDisabled
        | Refusal::EntitlementNotStarted { .. }
        | Refusal::EntitlementExported { .. }
        | Refusal::DelegationEnded { .. }
        | Refusal::EntitlementHasActiveSeats { .. }
        | Refusal::ServerNotActive { .. }
        | Refusal::ServerLost { .. }
        | Refusal::ExportSessionOpen { .. }
        | Refusal::ExportTooLarge { .. }
        | Refusal::ExportSessionUnknown { .. }
        | Refusal::ReportSuperseded { .. }
        | Refusal::TokenReplayed { .. }
        | Refusal::TokenSessionClosed { .. }
        | Refusal::TokenSuperseded { .. }
        | Refusal::TokenHistoryForked { .. }
        | Refusal::AlreadyActivated { .. }
        | Refusal::RestoreUnconfirmed { .. }
        | Refusal::MaintenanceEnded { .. }
        | Refusal::SeatsExhausted { .. }
        | Refusal::SeatHeldByAnotherDevice { .. }
        | Refusal::OfflineNotPermitted { .. }
        | Refusal::ActivationOnline
        | Refusal::FeatureNeedsConnection
        | Refusal::DeviceKeyRequired
        | Refusal::ActivationReplaced
        | Refusal::ActivationSuperseded
        | Refusal::ActivationReleased
        | Refusal::ActivationDeactivated
        | Refusal::LeaseExpired { .. }
        | Refusal::LeaseNotExtendable { .. }
        | Refusal::CloneDetected
        | Refusal::FeatureNotLicensed { .. }
        | Refusal::FeatureExhausted { .. }
        | Refusal::NotReturnable { .. }
        | Refusal::NotUsable { .. }
        | Refusal::ReturnedMoreThanTaken { .. }
        | Refusal::LicenseeSecretRequired
        | Refusal::LicenseeSecretMismatch
        | Refusal::LicenseeSecretNotSet
        | Refusal::AutoCreateNeedsOtherSecretMode
        | Refusal::NoAutomaticOffering
        | Refusal::SeatsInUse { .. }
        | Refusal::AlreadyStarted { .. }
        | Refusal::Deleted { .. }
        | Refusal::NotRestorable { .. }
        | Refusal::NotStartedByCommand { .. }
        | Refusal::NotRenewable
        | Refusal::ClockNotMovable { .. }
        | Refusal::BuiltIn
        | Refusal::KeyIsRoot
        | Refusal::RootKeyRemoved
        | Refusal::NotASandbox => 55,
    }
}

#[test]
fn every_refusal_of_the_domain_is_in_the_table() {
    let refusals = refusals();
    let codes: BTreeSet<&str> = refusals.iter().map(Refusal::code).collect();
    assert_eq!(codes.len(), kinds(&Refusal::NotRenewable), "a kind of refusal is not in the list of this test");
    for refusal in codes {
        let status = Code::from_name(refusal).and_then(Code::status);
        assert!(matches!(status, Some(403 | 409)), "{refusal}: {status:?}");
    }
}

#[test]
fn api_2_names_are_unique_and_every_code_says_what_to_do() {
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for code in Code::ALL {
        assert_eq!(Code::from_name(code.name()), Some(*code));
        assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        assert!(code.help().ends_with('.') && !code.title().ends_with('.'), "{code}");
        assert!(code.status().is_none_or(|status| (400..600).contains(&status)), "{code}");
    }
    assert_eq!(Code::from_name("no_such_code"), None);
}

#[test]
fn api_2_codes_stand_in_the_order_of_their_status() {
    let statuses: Vec<u16> = Code::ALL.iter().map(|code| code.status().unwrap_or(u16::MAX)).collect();
    assert!(statuses.is_sorted(), "{statuses:?}");
}

#[test]
fn api_2_a_problem_has_its_facts_as_members() {
    let problem = Problem::new(Code::SeatsExhausted, "All 25 seats are in use")
        .with("seats", 25)
        .with("nextLeaseEnd", "2026-11-21T10:00:00Z");
    let shown = serde_json::to_value(&problem).unwrap();
    assert_eq!(
        shown,
        json!({
            "type": "/docs/problems#seats_exhausted", "title": "No seat is free", "status": 409,
            "detail": format!("All 25 seats are in use. {}", Code::SeatsExhausted.help()),
            "code": "seats_exhausted", "seats": 25, "nextLeaseEnd": "2026-11-21T10:00:00Z"
        })
    );
    assert_eq!(serde_json::from_value::<Problem>(shown).unwrap(), problem);
}

#[test]
fn api_2_a_validation_problem_lists_every_error() {
    let problem = Problem::invalid([FieldError::new("items[0].seats", Invalid::OutOfRange, "give less")]);
    let shown = serde_json::to_value(&problem).unwrap();
    assert_eq!(shown["status"], 422);
    assert_eq!(shown["errors"], json!([{"path": "items[0].seats", "code": "out_of_range", "detail": "give less"}]));
}

#[test]
fn api_6_a_code_of_a_later_server_can_be_read() {
    let problem: Problem =
        serde_json::from_value(json!({"code": "invented_later", "status": 409, "new": [1]})).unwrap();
    assert_eq!((problem.known_code(), problem.status), (None, Some(409)));
    assert_eq!(problem.facts.get("new"), Some(&json!([1])));
}
