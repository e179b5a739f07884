//! Deleting is soft: for 30 days it can be undone, then what was deleted is purged (ENT-10).

use crate::{CustomerId, Interval, OrderId, Refusal, Timestamp};

/// How many days what was deleted can be restored.
const KEPT_DAYS: u16 = 30;

/// That something was deleted, and until when that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// When it was deleted.
    pub since: Timestamp,
    /// From when on it is purged. Not after `since` once somebody said that it is to be purged at once.
    pub purge_at: Timestamp,
}

impl Deletion {
    /// A deletion now, which can be undone for 30 days.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { since: now, purge_at: now.plus(Interval::days(KEPT_DAYS)) }
    }

    /// The same deletion, of what is to be purged at once: from then on nothing undoes it.
    #[must_use]
    pub const fn at_once(self) -> Self {
        Self { purge_at: self.since, ..self }
    }

    /// Whether it is purged now. Once a purge has begun it stays so, also by the clock of a server that is behind.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.purge_at <= now || self.purge_at <= self.since
    }
}

/// What was deleted, where something is out of use by that: itself, or what it belongs to. Nothing is copied from one to the
/// other, so restoring restores each as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletedWith {
    /// It was deleted itself.
    Itself,
    /// Its order.
    Order(OrderId),
    /// Its customer.
    Customer(CustomerId),
}

/// That something is out of use, because it or what it belongs to was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The deletion: of several the one that is purged first.
    pub deletion: Deletion,
    /// What was deleted.
    pub with: DeletedWith,
}

/// Of several deletions the one that is purged first; of equal ones the first that is given.
pub(crate) fn first_purged(of: impl IntoIterator<Item = (Option<Deletion>, DeletedWith)>) -> Option<Deleted> {
    let deleted = of.into_iter().filter_map(|(deletion, with)| deletion.map(|deletion| Deleted { deletion, with }));
    deleted.min_by_key(|deleted| deleted.deletion.purge_at)
}

/// Takes a deletion back (ENT-10). What is not deleted stays as it is.
///
/// # Errors
/// `NotRestorable` once it is purged.
pub fn restored(deletion: Option<Deletion>, now: Timestamp) -> Result<Option<Deletion>, Refusal> {
    match deletion {
        Some(deletion) if deletion.is_due(now) => Err(Refusal::NotRestorable { purge_at: deletion.purge_at }),
        _ => Ok(None),
    }
}

/// Refuses to change what is deleted (ENT-10).
///
/// # Errors
/// `Deleted`, with what has to be restored.
pub fn check_not_deleted(deleted: Option<Deleted>) -> Result<(), Refusal> {
    deleted.map_or(Ok(()), |deleted| Err(Refusal::Deleted { deleted }))
}
