//! `entitlement.read`, of one.

use chancery_domain::{Action, Entitlement, EntitlementId, FeatureState, Permit, Quantity, Timestamp};
use chancery_store::{ReadTx, activation, entitlement};

use crate::activation::features;
use crate::hosting::SessionView;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// An entitlement with what is computed of it.
#[derive(Clone, Debug)]
pub struct EntitlementView {
    /// The entitlement.
    pub entitlement: Entitlement,
    /// How many seats are used (SEAT-3).
    pub seats_used: u64,
    /// How many of those are in overdraft.
    pub overdraft_used: Quantity,
    /// How many of those nobody may use any more, because they were released: they are held until their leases end (SEAT-9).
    pub seats_held: Quantity,
    /// How many of those are more than there are: held seats that a forced reduction left to run out (SEAT-8, SEAT-10).
    pub seats_over: u64,
    /// The features' states, for no seat in particular.
    pub features: Vec<FeatureState>,
    /// What local servers have of it, or are still counted with.
    pub hosts: Vec<SessionView>,
    /// The instant of the verdicts.
    pub now: Timestamp,
}

impl EntitlementView {
    pub(crate) fn of(tx: &mut ReadTx<'_>, mut entitlement: Entitlement, now: Timestamp) -> Result<Self, Error> {
        entitlement.as_of(now);
        let openings = activation::openings_in_full(tx, &entitlement, now)?;
        Ok(Self {
            seats_used: entitlement.seats_used(&openings),
            overdraft_used: activation::overdraft_used(tx, &entitlement, now)?,
            seats_held: activation::held_count(tx, &entitlement, now)?,
            seats_over: entitlement.seats_over(&openings),
            features: features(tx, &entitlement, None, now)?,
            hosts: SessionView::hosts(tx, &entitlement, now)?,
            entitlement,
            now,
        })
    }

    pub(crate) fn load(tx: &mut ReadTx<'_>, permit: &Permit, id: EntitlementId, now: Timestamp) -> Result<Self, Error> {
        let entitlement = entitlement::find(tx, permit.vendor(), id)?.ok_or(Error::NotFound)?;
        Self::of(tx, entitlement, now)
    }
}

/// One entitlement of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: EntitlementId) -> Result<EntitlementView, Error> {
    let permit = context.permit(Action::ReadEntitlement)?;
    let now = context.now();
    system.store().read(move |tx| EntitlementView::load(tx, &permit, id, now)).await
}

impl Remembered for EntitlementView {
    fn facts(&self) -> String {
        self.entitlement.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        Self::load(change.tx, change.permit, fact(facts)?, change.now)
    }
}
