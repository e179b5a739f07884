//! Why a local server serves nobody (LLS-1).

use chancery_api_types::{Code, Problem};
use chancery_domain::NotActiveReason;

use super::Failure;

pub(super) fn failure(reason: NotActiveReason) -> Failure {
    let since = match reason {
        NotActiveReason::LeaseEnded(at) => Some(at.to_string()),
        _ => None,
    };
    let problem = Problem::new(Code::LocalServerNotActive, what(reason)).with("reason", reason.name());
    match since {
        Some(since) => problem.with("since", since).into(),
        None => problem.into(),
    }
}

/// What happened, without a full stop.
pub(crate) const fn what(reason: NotActiveReason) -> &'static str {
    match reason {
        NotActiveReason::NeverActivated => "This local server was never activated",
        NotActiveReason::LeaseEnded(_) => "This local server's license has ended",
        NotActiveReason::Deactivated => "This local server was deactivated",
        NotActiveReason::LicenseRevoked => "The vendor revoked the key by which this local server's license was given",
        NotActiveReason::AnotherMachine => "This local server's data are bound to another machine",
        NotActiveReason::Moved => "This local server was moved to another machine, and is continued there",
    }
}

/// What its administrator does about it.
pub(crate) const fn remedy(reason: NotActiveReason) -> &'static str {
    match reason {
        NotActiveReason::NeverActivated | NotActiveReason::Deactivated => {
            "Make a request token with an activation code, and apply the vendor's answer."
        }
        NotActiveReason::LeaseEnded(_) | NotActiveReason::LicenseRevoked => {
            "Apply a refresh token of the vendor, or activate it again."
        }
        NotActiveReason::AnotherMachine => {
            "Move it there with `chancery local move`, or, if that machine is dead, apply a rebind token of the vendor."
        }
        NotActiveReason::Moved => "Use the server on the other machine; back here it comes in the same way.",
    }
}
