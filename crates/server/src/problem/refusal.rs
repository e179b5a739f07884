//! The problems of refusals, each with its facts as members.

use chancery_api_types::{Code, Problem};
use chancery_domain::{Deleted, Key, LocalServerId, Quantity, Refusal, Timestamp};
use serde_json::Value;

use super::export;
use crate::show;

pub(super) fn problem(refusal: &Refusal) -> Problem {
    use Refusal as R;
    let of = Problem::of;
    match refusal {
        R::ProductNotInOrder => of(Code::ProductNotInOrder),
        R::EntitlementExpired { since } => of(Code::EntitlementExpired).with("since", instant(*since)),
        R::EntitlementDisabled { reason } => {
            of(Code::EntitlementDisabled).with("reason", reason.as_ref().map(ToString::to_string))
        }
        R::CustomerDisabled => of(Code::CustomerDisabled),
        R::EntitlementNotStarted { start } => of(Code::EntitlementNotStarted).with("start", instant(*start)),
        R::EntitlementExported { servers } => exported(servers),
        R::DelegationEnded { since, seq } => {
            of(Code::DelegationEnded).with("since", since.to_string()).with("seq", *seq)
        }
        R::EntitlementHasActiveSeats { .. }
        | R::ServerNotActive { .. }
        | R::ServerLost { .. }
        | R::ExportSessionOpen { .. }
        | R::ExportTooLarge { .. }
        | R::ExportSessionUnknown { .. }
        | R::TokenReplayed { .. }
        | R::TokenSessionClosed { .. }
        | R::TokenSuperseded { .. }
        | R::ReportSuperseded { .. }
        | R::TokenHistoryForked { .. }
        | R::RestoreUnconfirmed { .. } => export::problem(refusal),
        R::AlreadyActivated { until } => of(Code::AlreadyActivated).with("until", instant(*until)),
        R::MaintenanceEnded { end, release } => {
            of(Code::MaintenanceEnded).with("end", end.to_string()).with("release", release.to_string())
        }
        R::SeatsExhausted { seats, overdraft, used, next_lease_end } => {
            seats_exhausted(*seats, *overdraft, *used, *next_lease_end)
        }
        R::SeatHeldByAnotherDevice { until } => held_by_another_device(*until),
        R::OfflineNotPermitted { too_large } => not_offline(*too_large),
        R::ActivationOnline => of(Code::WrongMode).with("mode", "online").with("instead", "refresh"),
        R::FeatureNeedsConnection => of(Code::FeatureNeedsConnection),
        R::DeviceKeyRequired => of(Code::DeviceKeyRequired),
        R::ActivationReplaced => of(Code::ActivationReplaced),
        R::ActivationSuperseded => of(Code::ActivationSuperseded),
        R::ActivationReleased => of(Code::ActivationReleased),
        R::ActivationDeactivated => of(Code::ActivationDeactivated),
        R::LeaseExpired { since } => of(Code::LeaseExpired).with("since", since.to_string()),
        R::LeaseNotExtendable { lease_expiry } => {
            of(Code::LeaseNotExtendable).with("leaseExpiry", instant(*lease_expiry))
        }
        R::CloneDetected => of(Code::CloneDetected),
        R::FeatureNotLicensed { feature } => of_feature(Code::FeatureNotLicensed, feature),
        R::FeatureExhausted { feature, requested, available, total } => {
            feature_exhausted(feature, *requested, *available, *total)
        }
        R::NotReturnable { feature } => of_feature(Code::NotReturnable, feature),
        R::NotUsable { feature } => of_feature(Code::NotUsable, feature),
        R::ReturnedMoreThanTaken { feature, requested, taken } => of_feature(Code::ReturnedMoreThanTaken, feature)
            .with("requested", requested.get())
            .with("taken", taken.get()),
        R::LicenseeSecretRequired => of(Code::LicenseeSecretRequired),
        R::LicenseeSecretMismatch => of(Code::LicenseeSecretMismatch),
        R::LicenseeSecretNotSet => of(Code::LicenseeSecretNotSet),
        R::AutoCreateNeedsOtherSecretMode => of(Code::AutoCreateNeedsOtherSecretMode),
        R::NoAutomaticOffering => of(Code::NoAutomaticOffering),
        R::SeatsInUse { used, requested } => {
            of(Code::SeatsInUse).with("used", *used).with("requested", requested.get())
        }
        R::AlreadyStarted { start } => of(Code::AlreadyStarted).with("start", start.to_string()),
        R::Deleted { deleted } => deleted_problem(deleted),
        R::NotRestorable { purge_at } => of(Code::NotRestorable).with("purgeAt", purge_at.to_string()),
        R::NotStartedByCommand { license_start } => {
            of(Code::NotStartedByCommand).with("licenseStart", license_start.name())
        }
        R::NotRenewable => of(Code::NotRenewable),
        R::ClockNotMovable { now } => of(Code::ClockNotMovable).with("now", now.to_string()),
        R::NotASandbox => of(Code::NotASandbox),
        R::BuiltIn => of(Code::BuiltIn),
        R::KeyIsRoot => of(Code::KeyIsRoot),
        R::RootKeyRemoved => of(Code::RootKeyRemoved),
    }
}

/// ENT-10: what must be restored, and until when it can.
fn deleted_problem(deleted: &Deleted) -> Problem {
    let shown = show::deleted(Some(*deleted));
    let problem = match &shown.with {
        None => Problem::of(Code::Deleted),
        Some(id) => Problem::new(Code::Deleted, &format!("It was deleted with `{id}`")),
    };
    problem
        .with("deleted", deleted.deletion.since.to_string())
        .with("purgeAt", deleted.deletion.purge_at.to_string())
        .with("deletedWith", shown.with)
}

/// EXP-1: which servers have the seats.
fn exported(servers: &[LocalServerId]) -> Problem {
    let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
    let what = match &servers[..] {
        [] => "All seats are at local servers".to_owned(),
        [one] => format!("All seats are at the local server `{one}`"),
        several => format!("All seats are at the local servers `{}`", several.join("`, `")),
    };
    Problem::new(Code::EntitlementExported, &what).with("localServerIds", servers)
}

/// OFF-1, TOK-3: no period for it, or more than is carried.
fn not_offline(too_large: bool) -> Problem {
    if !too_large {
        return Problem::of(Code::OfflineNotPermitted);
    }
    let what = "The entitlement has more features and attributes than a carried token of 64 KiB holds";
    Problem::new(Code::OfflineNotPermitted, what).with("tooLarge", true)
}

/// SEAT-12: until when another device's key stands in the way.
fn held_by_another_device(until: Option<Timestamp>) -> Problem {
    let when = until.map_or_else(String::new, |end| format!("; its lease ends at {end}"));
    let what = format!("The seat id's seat is bound to the key of another device{when}");
    Problem::new(Code::SeatHeldByAnotherDevice, &what).with("until", instant(until))
}

/// FEAT-4: how much was asked for, and how much is left.
fn feature_exhausted(feature: &Key, requested: Quantity, available: Quantity, total: Option<Quantity>) -> Problem {
    let what = format!("Of `{feature}` {requested} were asked for, and {available} are left");
    Problem::new(Code::FeatureExhausted, &what)
        .with("feature", feature.as_str())
        .with("requested", requested.get())
        .with("available", available.get())
        .with("total", total.map(Quantity::get))
}

fn of_feature(code: Code, feature: &Key) -> Problem {
    Problem::of(code).with("feature", feature.as_str())
}

/// SEAT-5: how many seats there are, and when one may become free. Where no lease ends, waiting is no advice.
fn seats_exhausted(seats: Quantity, overdraft: Quantity, used: u64, next: Option<Timestamp>) -> Problem {
    let beyond = match overdraft {
        Quantity::ZERO => String::new(),
        overdraft => format!(" and the overdraft of {overdraft}"),
    };
    let what = match (seats.get(), next) {
        (1, None) => format!("The one seat{beyond} is in use, and its lease does not free it"),
        (1, Some(end)) => format!("The one seat{beyond} is in use; the next lease ends at {end}"),
        (_, None) => format!("All {seats} seats{beyond} are in use, and no lease's end frees one"),
        (_, Some(end)) => format!("All {seats} seats{beyond} are in use; the next lease ends at {end}"),
    };
    Problem::new(Code::SeatsExhausted, &what)
        .with("seats", seats.get())
        .with("overdraft", overdraft.get())
        .with("used", used)
        .with("nextLeaseEnd", instant(next))
}

pub(super) fn instant(instant: Option<Timestamp>) -> Value {
    instant.map(|instant| instant.to_string()).into()
}
