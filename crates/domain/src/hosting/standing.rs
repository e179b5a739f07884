//! Whether a local server works, and what it warns of (LLS-1, LLS-3, EXP-10).

use crate::named::named;
use crate::{EntitlementId, Interval, Timestamp};

/// What a local server has of its own license.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LocalLicense {
    /// It was never activated.
    #[default]
    None,
    /// It was activated, until an instant or for ever.
    Activated(Option<Timestamp>),
    /// It was deactivated.
    Deactivated,
    /// The vendor revoked the key by which it was given (KEY-5).
    Revoked,
}

/// The verdict on a local server at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalStanding {
    /// It serves products.
    Active {
        /// When its license ends; nothing if it never does.
        until: Option<Timestamp>,
    },
    /// It serves none (LLS-1).
    NotActive(NotActiveReason),
}

/// Why a local server serves no product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotActiveReason {
    /// It was never activated.
    NeverActivated,
    /// Its lease ended at this instant.
    LeaseEnded(Timestamp),
    /// It was deactivated.
    Deactivated,
    /// The vendor revoked the key by which its license was given.
    LicenseRevoked,
    /// Its data are bound to another machine.
    AnotherMachine,
    /// It was moved to another machine, where it goes on.
    Moved,
}

impl NotActiveReason {
    /// The reason's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverActivated => "neverActivated",
            Self::LeaseEnded(_) => "leaseEnded",
            Self::Deactivated => "deactivated",
            Self::LicenseRevoked => "licenseRevoked",
            Self::AnotherMachine => "anotherMachine",
            Self::Moved => "moved",
        }
    }
}

impl LocalStanding {
    /// The verdict: by the license, and by the machine on which the server runs. One that was `moved` stands nowhere here, on no
    /// machine but the one that it was moved to.
    #[must_use]
    pub fn of(license: LocalLicense, same_machine: bool, moved: bool, now: Timestamp) -> Self {
        let not = Self::NotActive;
        match license {
            _ if !same_machine && moved => not(NotActiveReason::Moved),
            _ if !same_machine => not(NotActiveReason::AnotherMachine),
            LocalLicense::None => not(NotActiveReason::NeverActivated),
            LocalLicense::Deactivated => not(NotActiveReason::Deactivated),
            LocalLicense::Revoked => not(NotActiveReason::LicenseRevoked),
            LocalLicense::Activated(Some(end)) if end <= now => not(NotActiveReason::LeaseEnded(end)),
            LocalLicense::Activated(until) => Self::Active { until },
        }
    }

    /// Whether it serves products.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active { .. })
    }
}

named! {
    /// What kind of thing ends soon.
    WarningKind {
        /// The local server's own license.
        License = "license",
        /// The delegation of an entitlement.
        Delegation = "delegation",
    }
}

/// What ends soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningOf {
    /// The local server's own license.
    License,
    /// The delegation of an entitlement.
    Delegation(EntitlementId),
}

impl WarningOf {
    /// The kind.
    #[must_use]
    pub const fn kind(self) -> WarningKind {
        match self {
            Self::License => WarningKind::License,
            Self::Delegation(_) => WarningKind::Delegation,
        }
    }
}

/// A warning (LLS-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What ends.
    pub what: WarningOf,
    /// Within how many days: the least of [`Warning::DAYS`] that is true.
    pub days: u16,
    /// When it ends.
    pub ends: Timestamp,
}

impl Warning {
    /// So many days before the end it is warned.
    pub const DAYS: [u16; 5] = [30, 14, 7, 3, 1];

    /// The warning about what ends at an instant, if it is near. A day that comes before what lasts so short a time begins is none of
    /// warning: what was made for thirty days does not end soon from its first second on. Past half of its time it is near in any case.
    #[must_use]
    pub fn about(what: WarningOf, begun: Timestamp, ends: Timestamp, now: Timestamp) -> Option<Self> {
        if ends <= now {
            return None;
        }
        // Tokens say in whole seconds when they were made.
        let within = |days: u16| begun.plus(Interval::days(days)).as_seconds() < ends.as_seconds();
        let half = ends.as_micros() / 2 + begun.as_micros() / 2;
        let days = Self::DAYS.into_iter().filter(|days| now.plus(Interval::days(*days)) >= ends).min()?;
        (within(days) || now.as_micros() >= half).then_some(Self { what, days, ends })
    }
}

/// All that a local server warns of now: what ends first comes first. Its license `begun` when it was given last, each delegation when
/// it was.
#[must_use]
pub fn warnings(
    standing: LocalStanding,
    begun: Timestamp,
    delegations: impl IntoIterator<Item = (EntitlementId, Timestamp, Option<Timestamp>)>,
    now: Timestamp,
) -> Vec<Warning> {
    let license = match standing {
        LocalStanding::Active { until } => until,
        LocalStanding::NotActive(_) => None,
    };
    let license = license.map(|end| (WarningOf::License, begun, end));
    let delegated = |(id, begun, end): (_, _, Option<_>)| Some((WarningOf::Delegation(id), begun, end?));
    let delegations = delegations.into_iter().filter_map(delegated);
    let about = |(what, begun, ends)| Warning::about(what, begun, ends, now);
    let mut all: Vec<Warning> = license.into_iter().chain(delegations).filter_map(about).collect();
    all.sort_by_key(|warning| (warning.ends, warning.what));
    all
}
