//! What becomes of a session by tokens, reports, its return and its loss (EXP-6, EXP-7, LLS-4).

use super::{Ending, ExportSession, ExportedToken, Spent};
use crate::hosting::Usage;
use crate::{Entitlement, FeatureType, Quantity, Refusal, Timestamp};

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
    pub fn return_(&mut self, seq: u64, usage: Usage, now: Timestamp) -> Result<Spent, Refusal> {
        let lost = match self.ending {
            None => false,
            Some(Ending::Lost { .. }) => true,
            Some(Ending::Returned(_)) => return Err(self.ended()),
        };
        let spent = usage.features.iter().map(|feature| (feature.key.clone(), (feature.used, feature.since)));
        let spent = if lost { Spent::new() } else { spent.collect() };
        self.acknowledged = self.acknowledged.max(seq);
        self.usage = Some(usage);
        self.reported = Some(now);
        self.ending = Some(Ending::Returned(now));
        self.updated = now;
        Ok(spent)
    }

    /// The share comes back without the server's word (LLS-4): it is held until its delegations end, or freed at once. Says what is
    /// taken for spent: all of the counted features that it held.
    ///
    /// # Errors
    /// `TokenSessionClosed` if it has ended; what was held can still be freed.
    pub fn lose(&mut self, entitlement: &Entitlement, free: bool, now: Timestamp) -> Result<Spent, Refusal> {
        let again = match self.ending {
            None => false,
            Some(Ending::Lost { free: false, .. }) if free => true,
            Some(_) => return Err(self.ended()),
        };
        let features = entitlement
            .features
            .iter()
            .filter(|feature| !again && feature.kind.feature_type() == FeatureType::UsageCount);
        let spent = features.map(|feature| (feature.key.clone(), (self.most(&feature.key), now)));
        let spent = spent.filter(|(_, (amount, _))| *amount > Quantity::ZERO).collect();
        let at = self.ending.map_or(now, Ending::at);
        self.ending = Some(Ending::Lost { at, free });
        self.updated = now;
        Ok(spent)
    }
}
