//! What becomes of a session by tokens, reports, its return and its loss (EXP-6, EXP-7, LLS-4).

use super::{Ending, ExportSession, ExportedToken, GiveBack, Spent};
use crate::hosting::Usage;
use crate::{Entitlement, FeatureType, GrantedFeature, Key, Quantity, Refusal, Timestamp};

impl ExportSession {
    const fn ended(&self) -> Refusal {
        Refusal::TokenSessionClosed { session: self.id, current: None }
    }

    /// A token was issued. From now on it counts, whether it is carried or not (EXP-6).
    pub fn issue(&mut self, token: ExportedToken) {
        self.updated = token.issued;
        self.tokens.push(token);
    }

    /// The server says that it applied a token, and what is used there: the tokens before it count no more, but what still runs
    /// beyond its share counts until that ends (EXP-6). What is older than what is known changes nothing. Says whether it changed
    /// anything.
    pub fn acknowledge(&mut self, seq: u64, usage: Usage, now: Timestamp) -> bool {
        if !self.is_open() || seq < self.acknowledged {
            return false;
        }
        self.acknowledged = seq;
        self.usage = Some(usage);
        self.reported = Some(now);
        self.updated = now;
        true
    }

    /// The server gave back what it hosts, by its confirmation token (EXP-7). Says what was spent there. One that was taken for lost is
    /// found again by it: what was taken for spent stays so.
    ///
    /// # Errors
    /// `TokenSessionClosed` if it was returned already.
    pub fn return_(
        &mut self,
        entitlement: &Entitlement,
        seq: u64,
        usage: Usage,
        now: Timestamp,
    ) -> Result<Spent, Refusal> {
        let monthly =
            |key: &Key| entitlement.features.iter().any(|one| one.key == *key && entitlement.renews_monthly(one));
        let counts = |key: &Key| match self.ending {
            None => true,
            Some(Ending::Lost { free, .. }) => !free && monthly(key),
            Some(Ending::Returned(_)) => false,
        };
        if matches!(self.ending, Some(Ending::Returned(_))) {
            return Err(self.ended());
        }
        let spent = usage.features.iter().filter(|told| counts(&told.key));
        let spent = spent.map(|told| (told.key.clone(), (told.used, told.since))).collect();
        // What was freed may be in use here: it is not held again.
        if matches!(self.ending, Some(Ending::Lost { free: true, .. })) {
            self.give_back = GiveBack::AtOnce;
        }
        self.acknowledged = self.acknowledged.max(seq);
        self.usage = Some(usage);
        self.reported = Some(now);
        self.ending = Some(Ending::Returned(now));
        self.updated = now;
        Ok(spent)
    }

    /// The share comes back without the server's word (LLS-4): it is held until its delegations end, or freed at once. Says what is
    /// taken for spent: all of the counted features that it could spend. What it could spend anew each month is held instead, and
    /// taken for spent when it is freed. What is held after a return can be freed by it too: seats whose leases may run without end.
    ///
    /// # Errors
    /// `TokenSessionClosed` if it has ended; what is held can still be freed.
    pub fn lose(&mut self, entitlement: &Entitlement, free: bool, now: Timestamp) -> Result<Spent, Refusal> {
        let (again, returned) = match self.ending {
            None => (false, false),
            Some(Ending::Lost { free: false, .. }) if free => (true, false),
            Some(Ending::Returned(_)) if free => (true, true),
            Some(_) => return Err(self.ended()),
        };
        let held = !returned && self.renewing(entitlement).is_some_and(|hold| hold.stands(now));
        let taken = |feature: &&GrantedFeature| match entitlement.renews_monthly(feature) {
            true => free && held,
            false => !again && feature.kind.feature_type() == FeatureType::UsageCount,
        };
        let amount = |feature: &GrantedFeature| self.most(&feature.key).max(self.told(entitlement, feature, now));
        let spent = entitlement.features.iter().filter(taken);
        let spent = spent.map(|feature| (feature.key.clone(), (amount(feature), now)));
        let spent = spent.filter(|(_, (amount, _))| *amount > Quantity::ZERO).collect();
        let at = self.ending.map_or(now, Ending::at);
        self.ending = Some(Ending::Lost { at, free });
        self.updated = now;
        Ok(spent)
    }

    /// What the server said was spent of a counter in the period of now: by a token that was superseded since, it may be more than one
    /// of those that count lets it spend.
    fn told(&self, entitlement: &Entitlement, feature: &GrantedFeature, now: Timestamp) -> Quantity {
        let told = self.usage.as_ref().and_then(|usage| usage.feature(&feature.key));
        let start = entitlement.period_start(feature, now);
        let told = told.filter(|told| start.is_none_or(|start| told.since >= start));
        told.map(|told| told.used).unwrap_or_default()
    }
}
