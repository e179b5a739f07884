//! `chancery offering update`.

use chancery_api_types::management::UpdateOffering;
use chancery_api_types::wire::{
    ConcurrencyText, EditionRef, EnforcementText, NameText, OfferingRef, Patch, PlanIdText, SkuText, WireInterval,
    WireOverdraft, WirePeriod, WireQuantity,
};
use clap::Args;

use crate::Failure;
use crate::api::path;
use crate::session::Session;
use crate::values::{MetadataEdit, interval_or_none, or_none, overdraft, period_or_none, quantity};

/// Of the policy, `none` means that the product's holds.
#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Its id or SKU
    offering: OfferingRef,
    /// Another SKU
    #[arg(long = "new-sku", value_name = "SKU")]
    new_sku: Option<SkuText>,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// The edition that it sells, of the same product
    #[arg(long)]
    edition: Option<EditionRef>,
    /// The plan by which it sells it
    #[arg(long)]
    plan: Option<PlanIdText>,
    /// How many seats it sells
    #[arg(long, value_name = "N", value_parser = quantity)]
    seats: Option<WireQuantity>,
    /// How many more may be taken: none, 2, 20%, unlimited
    #[arg(long, value_parser = overdraft)]
    overdraft: Option<WireOverdraft>,
    /// How a seat is held: concurrent, nodeLocked
    #[arg(long)]
    concurrency: Option<ConcurrencyText>,
    /// Whether automatic licensees get it
    #[arg(long, value_name = "true|false")]
    automatic: Option<bool>,
    /// How long maintenance lasts from the order on
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    maintenance: Option<Patch<WireInterval>>,
    /// How long the product survives without its server
    #[arg(long, value_name = "INTERVAL|unlimited|none", value_parser = period_or_none)]
    lease_period: Option<Patch<WirePeriod>>,
    /// The same for machines that are never connected
    #[arg(long, value_name = "INTERVAL|unlimited|none", value_parser = period_or_none)]
    offline_lease_period: Option<Patch<WirePeriod>>,
    /// How long everything works after a subscription's expiry
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    grace_period: Option<Patch<WireInterval>>,
    /// How long after its lease's end a node-locked product is tolerated
    #[arg(long, value_name = "INTERVAL|none", value_parser = interval_or_none)]
    outage_tolerance: Option<Patch<WireInterval>>,
    /// What the product does when it is not licensed: stop, limit, advise, none
    #[arg(long, value_parser = or_none::<EnforcementText>)]
    enforcement: Option<Patch<EnforcementText>>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Update {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateOffering {
            metadata: self.metadata.value()?,
            sku: self.new_sku,
            name: self.name,
            edition_id: self.edition,
            plan_id: self.plan,
            seats: self.seats,
            overdraft: self.overdraft,
            concurrency: self.concurrency,
            automatic: self.automatic,
            maintenance: self.maintenance.unwrap_or_default(),
            lease_period: self.lease_period.unwrap_or_default(),
            offline_lease_period: self.offline_lease_period.unwrap_or_default(),
            grace_period: self.grace_period.unwrap_or_default(),
            outage_tolerance: self.outage_tolerance.unwrap_or_default(),
            enforcement: self.enforcement.unwrap_or_default(),
            allotments: None,
        };
        session.patch(&path(&[&"offerings", &self.offering])?, &body).await
    }
}
