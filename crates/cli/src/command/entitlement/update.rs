//! `chancery entitlement update`.

use chancery_api_types::management::UpdateEntitlement;
use chancery_api_types::wire::{
    AttributePatch, AttributeValueText, EnforcementText, KeyText, NotesText, Patch, TimestampText, UsageResetText,
    WireFeatureValue, WireInterval, WireOverdraft, WirePeriod, WireQuantity,
};
use clap::Args;

use super::Which;
use crate::Failure;
use crate::dry_run::ForceArgs;
use crate::session::Session;
use crate::values::{
    MetadataEdit, attribute_pair, feature_pair, interval_or_none, or_none, overdraft, period, period_or_none, quantity,
};

#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    /// How many seats are sold
    #[arg(long, value_name = "N", value_parser = quantity)]
    seats: Option<WireQuantity>,
    /// How many more may be taken: none, 2, 20%, unlimited
    #[arg(long, value_parser = overdraft)]
    overdraft: Option<WireOverdraft>,
    /// How long a lease lasts
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected
    #[arg(long, value_name = "INTERVAL|unlimited|none", value_parser = period_or_none)]
    offline_lease_period: Option<Patch<WirePeriod>>,
    /// How long everything works after the expiry
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    grace_period: Option<Patch<WireInterval>>,
    /// How long after its lease's end a node-locked product is tolerated
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    outage_tolerance: Option<Patch<WireInterval>>,
    /// What the product does when it is not licensed: stop, limit, advise
    #[arg(long)]
    enforcement: Option<EnforcementText>,
    /// When a subscription expires
    #[arg(long, value_name = "INSTANT")]
    expiry: Option<TimestampText>,
    /// Releases of the product after it are refused
    #[arg(long, value_name = "INSTANT|none", value_parser = or_none::<TimestampText>)]
    maintenance_end: Option<Patch<TimestampText>>,
    /// One reset for all counters: never, onRenewal, monthly, none
    #[arg(long, value_parser = or_none::<UsageResetText>)]
    usage_reset: Option<Patch<UsageResetText>>,
    /// A new value of a feature: on, off, a number, unlimited; can be given several times
    #[arg(long = "feature", value_name = "KEY=VALUE", value_parser = feature_pair::<KeyText>)]
    features: Vec<(KeyText, WireFeatureValue)>,
    /// A new value of an attribute; can be given several times
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = attribute_pair::<KeyText, AttributeValueText>)]
    attributes: Vec<(KeyText, AttributeValueText)>,
    /// What the vendor's staff note
    #[arg(long)]
    notes: Option<NotesText>,
    #[command(flatten)]
    metadata: MetadataEdit,
    #[command(flatten)]
    force: ForceArgs,
}

impl Update {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateEntitlement {
            metadata: self.metadata.value()?,
            seats: self.seats,
            overdraft: self.overdraft,
            lease_period: self.lease_period,
            offline_lease_period: self.offline_lease_period.unwrap_or_default(),
            grace_period: self.grace_period.unwrap_or_default(),
            outage_tolerance: self.outage_tolerance.unwrap_or_default(),
            enforcement: self.enforcement,
            expiry: self.expiry,
            maintenance_end: self.maintenance_end.unwrap_or_default(),
            allotments: None,
            usage_reset: self.usage_reset.unwrap_or_default(),
            features: self.features.into_iter().collect(),
            attributes: self.attributes.into_iter().map(|(key, value)| (key, AttributePatch(Some(value)))).collect(),
            notes: self.notes,
        };
        session.patch(&self.force.of(&self.which.path()?), &body).await
    }
}
