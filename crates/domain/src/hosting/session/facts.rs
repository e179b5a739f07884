//! What the audit tells of an export session (AUD-1).

use std::collections::BTreeMap;

use super::{Ending, ExportSession};
use crate::{Fact, Facts, Key, Quantity, fact, optional};

impl Facts for ExportSession {
    fn facts(&self) -> Vec<Fact> {
        let (latest, usage) = (self.latest(), self.usage.as_ref());
        vec![
            fact("entitlementId", self.entitlement),
            fact("localServerId", self.server),
            fact("number", self.number),
            optional("seats", self.wish.seats),
            fact("features", list(&self.wish.features)),
            optional("delegationPeriod", self.wish.delegation),
            fact("giveBack", self.give_back),
            optional("seq", latest.map(|token| token.seq)),
            optional("tokenId", latest.map(|token| &token.id)),
            optional("tokenSeats", latest.map(|token| token.seats)),
            optional("tokenFeatures", latest.map(|token| list(&token.features))),
            optional("delegationEnd", latest.and_then(|token| token.until)),
            fact("acknowledgedSeq", self.acknowledged),
            optional("appliedSeq", usage.map(|usage| usage.seq)),
            optional("seatsUsed", usage.map(|usage| usage.seats_used)),
            optional("running", usage.map(|usage| usage.running)),
            optional("reported", self.reported),
            optional("ended", self.ending.map(Ending::at)),
            optional("ending", self.ending.map(name)),
        ]
    }
}

const fn name(ending: Ending) -> &'static str {
    match ending {
        Ending::Returned(_) => "returned",
        Ending::Lost { free: false, .. } => "lost",
        Ending::Lost { free: true, .. } => "freed",
    }
}

fn list(features: &BTreeMap<Key, Quantity>) -> String {
    features.iter().map(|(key, amount)| format!("{key}={amount}")).collect::<Vec<_>>().join(", ")
}
