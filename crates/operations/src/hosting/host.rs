//! Which hosts have what of an entitlement: worked out anew whenever one of its sessions changes (EXP-6).

use std::collections::BTreeMap;

use chancery_domain::{
    Entitlement, ExportSession, ExportSessionId, Fact, Facts, FeatureType, FeatureUsage, Key, Quantity, Reason, Spent,
    Timestamp, Usage, optional,
};
use chancery_store::{ReadTx, activation, export_session, usage};

use crate::{Change, Error};

/// What is used of an entitlement at this host.
pub(crate) struct Here {
    /// How many seats (SEAT-3).
    pub used: u64,
    /// The counted features; of pools without what is nobody's any more.
    pub counters: BTreeMap<Key, FeatureUsage>,
}

impl Here {
    pub(crate) fn of(tx: &mut ReadTx<'_>, entitlement: &Entitlement, now: Timestamp) -> Result<Self, Error> {
        let openings = activation::openings_left(tx, entitlement, now)?;
        let mut counters = usage::of_entitlement(tx, entitlement.id)?;
        for (key, amount) in usage::abandoned(tx, entitlement, now)? {
            if let Some(counter) = counters.get_mut(&key) {
                counter.used = counter.used.minus(amount);
            }
        }
        Ok(Self { used: entitlement.seats_used(&openings), counters })
    }
}

/// A session, with why it was changed, for the audit.
pub(crate) struct SessionRecord<'a>(pub &'a ExportSession, pub Option<&'a Reason>);

impl Facts for SessionRecord<'_> {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = self.0.facts();
        facts.push(optional("reason", self.1).personal());
        facts
    }
}

impl Change<'_, '_> {
    /// Works out anew what local servers hold of an entitlement, by its sessions as they are recorded, and makes the seats that are
    /// taken here fit what is left: who must leave does as with fewer seats sold (SEAT-8), without force. What comes back is free at
    /// once. It is for the caller to write the entitlement.
    ///
    /// # Errors
    /// `Refused` with `SeatsInUse`; the database's.
    pub(crate) fn rehost(&mut self, entitlement: &mut Entitlement) -> Result<(), Error> {
        let was = entitlement.seat_limit();
        let sessions = export_session::of_entitlement(self.tx, entitlement.vendor, entitlement.id)?;
        entitlement.rehost(&sessions, self.now);
        self.fit_seats(entitlement, was, false)
    }

    /// Counts what was spent at a local server, or is taken for spent, into the counters here (EXP-7, LLS-4).
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn count_spent(&mut self, entitlement: &Entitlement, spent: &Spent) -> Result<(), Error> {
        let none = FeatureUsage { used: Quantity::ZERO, since: self.now };
        let counted = entitlement.features.iter().filter(|one| one.kind.feature_type() == FeatureType::UsageCount);
        for feature in counted {
            let Some(spent) = spent.get(&feature.key) else { continue };
            let counter = usage::find(self.tx, entitlement.id, &feature.key)?.unwrap_or(none);
            let counter = entitlement.spend_returned(feature, counter, *spent, self.now);
            usage::set(self.tx, entitlement.id, &feature.key, counter)?;
        }
        Ok(())
    }

    /// What a server said of its use, with no more leases than can be counted: what it gave beyond its share takes no seat from anybody
    /// here.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn bounded(
        &mut self,
        entitlement: &Entitlement,
        session: ExportSessionId,
        mut usage: Usage,
    ) -> Result<Usage, Error> {
        let used = Quantity::new(Here::of(self.tx, entitlement, self.now)?.used).unwrap_or(Quantity::MAX);
        let (all, others) = (entitlement.hosting.seats_held(None), entitlement.hosting.seats_held(Some(session)));
        let most = entitlement.seats.minus(others).minus(used).max(all.minus(others));
        usage.running = usage.running.min(most.get());
        Ok(usage)
    }

    /// Writes what a session became, with its row in the journal.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn write_session(
        &mut self,
        before: &ExportSession,
        after: &ExportSession,
        reason: Option<&Reason>,
    ) -> Result<(), Error> {
        export_session::update(self.tx, self.permit, after)?;
        let (before, after) = (SessionRecord(before, None), SessionRecord(after, reason));
        self.record(after.0.id, Some(&before), Some(&after))
    }
}
