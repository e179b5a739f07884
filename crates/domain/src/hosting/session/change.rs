//! What becomes of a session by tokens, reports, its return and its loss (EXP-6, EXP-7, LLS-4).

use super::{Ending, ExportSession, ExportedToken, GiveBack, Spent};
use crate::hosting::{HostedFeature, Usage};
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

    /// What is believed of a newer report by a server whose database was set back, to where it had applied an `older` token, or none
    /// that is known (EXP-9): no less than it told before, and that it may give all that the older token delegates, until that ends.
    /// Tokens that were acknowledged once count no more than so.
    #[must_use]
    pub fn set_back(
        &self,
        entitlement: &Entitlement,
        usage: Usage,
        older: Option<&ExportedToken>,
        now: Timestamp,
    ) -> Usage {
        let held = |(key, amount): (&Key, &Quantity)| HostedFeature {
            key: key.clone(),
            used: Quantity::ZERO,
            since: now,
            held: *amount,
        };
        let delegated = older.map(|token| Usage {
            running: token.seats.get(),
            running_until: token.until,
            features: token.features.iter().map(held).collect(),
            ..Usage::default()
        });
        let known = self.usage.as_ref().into_iter().chain(&delegated);
        known.fold(usage, |usage, known| usage.at_least(known, entitlement, now))
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
    pub fn return_(&mut self, entitlement: &Entitlement, usage: Usage, now: Timestamp) -> Result<Spent, Refusal> {
        let begins_anew = |one: &GrantedFeature| self.begins_anew(entitlement, one, now);
        let held = |key: &Key| entitlement.features.iter().any(|one| one.key == *key && begins_anew(one));
        let counts = |key: &Key| match self.ending {
            None => true,
            Some(Ending::Lost { free, .. }) => !free && held(key),
            Some(Ending::Returned(_)) => false,
        };
        if matches!(self.ending, Some(Ending::Returned(_))) {
            return Err(self.ended());
        }
        let usage = match &self.usage {
            Some(known) => usage.spent_at_least(known, entitlement, now),
            None => usage,
        };
        let spent = usage.features.iter().filter(|told| counts(&told.key));
        let spent = spent.map(|told| (told.key.clone(), (told.used, told.since))).collect();
        // What was freed may be in use here: it is not held again.
        if matches!(self.ending, Some(Ending::Lost { free: true, .. })) {
            self.give_back = GiveBack::AtOnce;
        }
        self.acknowledged = self.acknowledged.max(usage.seq);
        self.tell(usage, now);
        self.ending = Some(Ending::Returned(now));
        Ok(spent)
    }

    /// The share comes back without the server's word (LLS-4): it is held until its delegations end, or freed at once. Says what is
    /// taken for spent: all of the counted features that it could spend. What it could spend anew with a month or a renewal is held
    /// instead, and taken for spent when it is freed. What is held after a return can be freed by it too: seats whose leases may run without end.
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
        let held = |counter: &GrantedFeature| self.held_anew(entitlement, counter).is_some_and(|hold| hold.stands(now));
        let taken = |feature: &&GrantedFeature| match self.begins_anew(entitlement, feature, now) {
            true => free && !returned && held(feature),
            false => !again && feature.kind.feature_type() == FeatureType::UsageCount,
        };
        // An overdraft in percent is of what there was at the server.
        let most = |feature: &GrantedFeature| match feature.kind.overdraft() {
            Overdraft::Percentage(percent) => Overdraft::Percentage(percent).limit(self.most(&feature.key)),
            _ => self.most(&feature.key),
        };
        let amount = |feature: &GrantedFeature| most(feature).max(self.told(entitlement, feature, now));
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
