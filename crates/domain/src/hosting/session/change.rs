//! What becomes of a session by tokens, reports, its return and its loss (EXP-6, EXP-7, LLS-4).

use std::collections::BTreeSet;

use super::{Ending, ExportSession, ExportedToken, GiveBack, Spent};
use crate::hosting::{Hold, HostedFeature, Usage};
use crate::{Entitlement, FeatureType, GrantedFeature, Key, Overdraft, Quantity, Refusal, Timestamp};

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
    pub fn acknowledge(&mut self, usage: Usage, now: Timestamp) -> bool {
        if !self.is_open() || usage.seq < self.acknowledged {
            return false;
        }
        self.acknowledged = usage.seq;
        self.tell(usage, now);
        true
    }

    fn tell(&mut self, usage: Usage, now: Timestamp) {
        self.usage = Some(usage);
        self.reported = Some(now);
        self.updated = now;
    }

    /// What is believed of a newer word of the server. What was spent never becomes less in its period. A token older than the one that
    /// it told of last, or a log that was `cut` short, is a database that was set back: what it told that runs goes on to count until it
    /// ends, whatever it says now and later (EXP-9). And it may give all that `older` tokens delegate that it may apply again, until
    /// those end; tokens that were acknowledged once count no more than so.
    #[must_use]
    pub fn believe(
        &mut self,
        entitlement: &Entitlement,
        usage: Usage,
        (older, cut): (&[ExportedToken], bool),
        now: Timestamp,
    ) -> Usage {
        if cut || usage.seq < self.applied() {
            let all = [self.forgotten.take(), self.running(entitlement)];
            self.forgotten = all.into_iter().flatten().filter(|hold| hold.stands(now)).reduce(Hold::or);
        }
        let usage = older.iter().fold(usage, |usage, token| usage.at_least_by(token, entitlement, now));
        match &self.usage {
            Some(known) => usage.spent_at_least(known, entitlement, now),
            None => usage,
        }
    }

    /// Records what such a server has now. What is acknowledged stays so.
    pub fn went_back(&mut self, usage: Usage, now: Timestamp) {
        if self.is_open() {
            self.tell(usage, now);
        }
    }

    /// The server gave back what it hosts, by its confirmation token (EXP-7). Says what was spent there. One that was taken for lost is
    /// found again by it: what was taken for spent stays so.
    ///
    /// # Errors
    /// `TokenSessionClosed` if it was returned already.
    pub fn return_(&mut self, usage: Usage, now: Timestamp) -> Result<Spent, Refusal> {
        if matches!(self.ending, Some(Ending::Returned(_))) {
            return Err(self.ended());
        }
        // Of one that was lost the others are taken for spent.
        let counts = |key: &Key| self.ending.is_none() || self.held_anew.contains(key);
        let spent = usage.features.iter().filter(|told| counts(&told.key));
        let spent = spent.map(|told| (told.key.clone(), (told.used, told.since))).collect();
        // What was freed may be in use here: it is not held again.
        if matches!(self.ending, Some(Ending::Lost { free: true, .. })) {
            (self.give_back, self.forgotten) = (GiveBack::AtOnce, None);
        }
        self.held_anew.clear();
        self.acknowledged = self.acknowledged.max(usage.seq);
        self.tell(usage, now);
        self.ending = Some(Ending::Returned(now));
        Ok(spent)
    }

    /// The share comes back without the server's word (LLS-4): it is held until its delegations end, or freed at once. Says what is
    /// taken for spent: all of the counted features that it could spend. What it could spend anew with a month or a renewal is held
    /// instead, and taken for spent when it is freed. What is held after a return can be freed by it too: seats whose leases may run
    /// without end.
    ///
    /// # Errors
    /// `TokenSessionClosed` if it has ended; what is held can still be freed.
    pub fn lose(&mut self, entitlement: &Entitlement, free: bool, now: Timestamp) -> Result<Spent, Refusal> {
        let anew: BTreeSet<Key> = match self.ending {
            // It is decided once: a renewal that is paid for later is none that the server knows of.
            None => self.begins_anew(entitlement, now).map(|one| one.key.clone()).collect(),
            Some(Ending::Lost { free: false, .. } | Ending::Returned(_)) if free => self.held_anew.clone(),
            Some(_) => return Err(self.ended()),
        };
        let held = |counter: &GrantedFeature| self.hold_anew(entitlement, counter).is_some_and(|hold| hold.stands(now));
        let taken = |feature: &&GrantedFeature| match anew.contains(&feature.key) {
            true => free && held(feature),
            false => self.is_open() && feature.kind.feature_type() == FeatureType::UsageCount,
        };
        // An overdraft in percent is of what there was at the server.
        let most = |feature: &GrantedFeature| {
            let most = self.most(&feature.key).max(self.told(&feature.key).map_or(Quantity::ZERO, |told| told.held));
            match feature.kind.overdraft() {
                Overdraft::Percentage(percent) => Overdraft::Percentage(percent).limit(most),
                _ => most,
            }
        };
        let amount = |feature: &GrantedFeature| most(feature).max(self.told_spent(entitlement, feature, now));
        let spent = entitlement.features.iter().filter(taken);
        let spent = spent.map(|feature| (feature.key.clone(), (amount(feature), now)));
        let spent = spent.filter(|(_, (amount, _))| *amount > Quantity::ZERO).collect();
        let at = self.ending.map_or(now, Ending::at);
        self.ending = Some(Ending::Lost { at, free });
        self.held_anew = if free { BTreeSet::new() } else { anew };
        self.forgotten.take_if(|_| free);
        self.updated = now;
        Ok(spent)
    }

    fn told(&self, key: &Key) -> Option<&HostedFeature> {
        self.usage.as_ref().and_then(|usage| usage.feature(key))
    }

    /// What the server said was spent of a counter in the period of now: by a token that was superseded since, it may be more than one
    /// of those that count lets it spend.
    fn told_spent(&self, entitlement: &Entitlement, feature: &GrantedFeature, now: Timestamp) -> Quantity {
        let start = entitlement.period_start(feature, now);
        let told = self.told(&feature.key).filter(|told| start.is_none_or(|start| told.since >= start));
        told.map(|told| told.used).unwrap_or_default()
    }
}
