//! What is left of an entitlement at this host (EXP-2, EXP-6, EXP-8).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Delegation, ExportSession, Hold, Hosting};
use crate::{
    Entitlement, ExportSessionId, FeatureKind, FeatureValue, GrantedFeature, Key, LocalServerId, Overdraft, Quantity,
    Timestamp,
};

impl Hosting {
    /// What local servers hold; nothing on a local server.
    #[must_use]
    pub fn holds(&self) -> &[Hold] {
        match self {
            Self::Here(holds) => holds,
            Self::Delegated(_) => &[],
        }
    }

    /// The delegation by which a local server enforces it.
    #[must_use]
    pub const fn delegation(&self) -> Option<&Delegation> {
        match self {
            Self::Here(_) => None,
            Self::Delegated(delegation) => Some(delegation),
        }
    }

    /// Whether nothing is held and nothing delegated: so it is of nearly all entitlements.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Here(holds) if holds.is_empty())
    }

    /// The local servers that hold something, each once.
    #[must_use]
    pub fn servers(&self) -> Vec<LocalServerId> {
        let servers: BTreeSet<LocalServerId> = self.holds().iter().map(|hold| hold.server).collect();
        servers.into_iter().collect()
    }

    /// How many seats local servers hold: of each session the largest of its holds (EXP-6). All but that of `except`.
    #[must_use]
    pub fn seats_held(&self, except: Option<ExportSessionId>) -> Quantity {
        self.sum(except, |hold| hold.seats)
    }

    /// How much of a counted feature they hold.
    #[must_use]
    pub fn feature_held(&self, key: &Key, except: Option<ExportSessionId>) -> Quantity {
        self.sum(except, |hold| hold.features.get(key).copied().unwrap_or_default())
    }

    /// What they leave of so many seats.
    fn left_of(&self, seats: Quantity) -> Quantity {
        match self {
            Self::Delegated(_) => seats,
            Self::Here(holds) if holds.is_empty() => seats,
            Self::Here(holds) if holds.iter().any(|hold| hold.whole) => Quantity::ZERO,
            Self::Here(_) => seats.minus(self.seats_held(None)),
        }
    }

    fn sum(&self, except: Option<ExportSessionId>, amount: impl Fn(&Hold) -> Quantity) -> Quantity {
        let mut most: BTreeMap<ExportSessionId, Quantity> = BTreeMap::new();
        for hold in self.holds().iter().filter(|hold| Some(hold.session) != except) {
            let largest = most.entry(hold.session).or_default();
            *largest = amount(hold).max(*largest);
        }
        most.into_values().fold(Quantity::ZERO, Quantity::plus)
    }
}

impl Entitlement {
    /// Forgets what local servers held until now. To be called right after loading, where it is known what time it is: without it
    /// every answer is only more cautious.
    pub fn as_of(&mut self, now: Timestamp) {
        if let Hosting::Here(holds) = &mut self.hosting {
            holds.retain(|hold| hold.stands(now));
        }
    }

    /// Counts with what local servers may be using now, by all sessions of it (EXP-6).
    pub fn rehost(&mut self, sessions: &[ExportSession], now: Timestamp) {
        let holds = sessions.iter().flat_map(|session| session.holds(self)).collect();
        self.hosting = Hosting::Here(holds);
        self.as_of(now);
    }

    /// How many of its seats are enforced here: those sold, without what local servers hold; on a local server those delegated.
    #[must_use]
    pub fn seats_here(&self) -> Quantity {
        self.hosting.left_of(self.seats)
    }

    /// How many more seats local servers may be using than were sold: an edit made them fewer, of which they do not know yet (EXP-6).
    #[must_use]
    pub fn hosted_over(&self) -> Quantity {
        self.hosting.seats_held(None).minus(self.seats)
    }

    /// Whether no seat is left here, because local servers hold them (EXP-1).
    #[must_use]
    pub fn is_exported(&self) -> bool {
        !self.hosting.holds().is_empty() && self.seats_here() == Quantity::ZERO
    }

    /// The same by what stands at an instant, whether what has ended was forgotten or not.
    pub(crate) fn is_exported_at(&self, now: Timestamp) -> bool {
        // Without what has ended already: nearly always there is nothing at all, and nothing is copied.
        let standing: Vec<Hold> = self.hosting.holds().iter().filter(|hold| hold.stands(now)).cloned().collect();
        !standing.is_empty() && Hosting::Here(standing).left_of(self.seats) == Quantity::ZERO
    }

    /// The overdraft of its seats at this host: none on a local server (EXP-8), nor where no seat is left to overdraw.
    #[must_use]
    pub fn overdraft_here(&self) -> Overdraft {
        match &self.hosting {
            Hosting::Delegated(_) => Overdraft::None,
            Hosting::Here(_) if self.is_exported() => Overdraft::None,
            Hosting::Here(_) => self.overdraft,
        }
    }

    /// The value of a feature at this host: of a counted one without what local servers hold. What is unlimited stays so.
    #[must_use]
    pub fn value_here(&self, feature: &GrantedFeature) -> FeatureValue {
        match (feature.value(), &self.hosting) {
            (FeatureValue::Count(Some(amount)), Hosting::Here(holds)) if !holds.is_empty() => {
                FeatureValue::Count(Some(amount.minus(self.hosting.feature_held(&feature.key, None))))
            }
            (value, _) => value,
        }
    }

    /// The most that may be taken of a counted feature at this host: its value here with the overdraft, of which local servers may have
    /// some too. Without bound where there is none.
    #[must_use]
    pub fn limit_here(&self, feature: &GrantedFeature) -> Option<Quantity> {
        let held = self.hosting.feature_held(&feature.key, None);
        match (feature.value(), feature.kind.overdraft()) {
            (FeatureValue::Bool(on), _) => Some(if on { Quantity::ONE } else { Quantity::ZERO }),
            (FeatureValue::Count(None), _) | (_, Overdraft::Unlimited) => None,
            (FeatureValue::Count(Some(value)), Overdraft::Percentage(percent)) => {
                Some(Overdraft::Percentage(percent).limit(value.minus(held)))
            }
            (FeatureValue::Count(Some(value)), overdraft) => Some(overdraft.limit(value).minus(held)),
        }
    }

    /// When its leases end at the latest: at the hard stop, and on a local server at the end of the delegation (SEAT-6, TOK-8).
    #[must_use]
    pub fn lease_stop(&self) -> Option<Timestamp> {
        let delegation = self.hosting.delegation().and_then(|delegation| delegation.until);
        [self.hard_stop(), delegation].into_iter().flatten().min()
    }
}

impl GrantedFeature {
    /// Whether it is counted, so that it is split between hosts.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        !matches!(self.kind, FeatureKind::Bool)
    }
}

/// The holds without those that another one of their session covers; of equal ones the first.
fn telling(holds: &[Hold]) -> impl Iterator<Item = &Hold> {
    let covered = |i: usize, hold: &Hold| {
        let covers = |(j, other): (usize, &Hold)| j != i && hold.is_within(other) && (j < i || !other.is_within(hold));
        holds.iter().enumerate().any(covers)
    };
    holds.iter().enumerate().filter(move |(i, hold)| !covered(*i, hold)).map(|(_, hold)| hold)
}

impl fmt::Display for Hosting {
    /// As the audit tells it: each server with the seats that it holds, without those that others of the session cover (EXP-6); or the
    /// token by which they were delegated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(holds) => {
                for (i, hold) in telling(holds).enumerate() {
                    let seats = if hold.whole { "all".to_owned() } else { hold.seats.to_string() };
                    write!(f, "{}{}: {seats}", if i == 0 { "" } else { ", " }, hold.server)?;
                    hold.until.map_or(Ok(()), |until| write!(f, " until {until}"))?;
                }
                Ok(())
            }
            Self::Delegated(delegation) => {
                write!(f, "{}: token {} of {}", delegation.server, delegation.seq, delegation.session)?;
                delegation.until.map_or(Ok(()), |until| write!(f, " until {until}"))
            }
        }
    }
}
