//! `chancery offering create`.

use chancery_api_types::management::CreateOffering;
use chancery_api_types::wire::{
    ConcurrencyText, EditionRef, EmptyList, EnforcementText, NameText, PlanIdText, ProductRef, SkuText, WireInterval,
    WireOverdraft, WirePeriod, WireQuantity,
};
use clap::Args;

use crate::Failure;
use crate::api::path;
use crate::session::Session;
use crate::values::{MetadataArgs, interval, overdraft, period, quantity};

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its SKU, unique within the vendor
    #[arg(long)]
    sku: SkuText,
    /// What people read
    #[arg(long)]
    name: NameText,
    /// The product; needed only where several products have an edition of this key
    #[arg(long)]
    product: Option<ProductRef>,
    /// The edition that it sells, by its id or key
    #[arg(long)]
    edition: EditionRef,
    /// The plan by which it sells it
    #[arg(long)]
    plan: PlanIdText,
    /// How many seats it sells, unless an order says otherwise
    #[arg(long, value_name = "N", value_parser = quantity)]
    seats: WireQuantity,
    /// How many more may be taken: none, 2, 20%, unlimited [default: none]
    #[arg(long, value_parser = overdraft)]
    overdraft: Option<WireOverdraft>,
    /// How a seat is held: concurrent, nodeLocked [default: concurrent]
    #[arg(long)]
    concurrency: Option<ConcurrencyText>,
    /// Whether automatic licensees get it [default: false]
    #[arg(long, value_name = "true|false")]
    automatic: Option<bool>,
    /// How long maintenance lasts from the order on [default: it does not end]
    #[arg(long, value_name = "INTERVAL", value_parser = interval)]
    maintenance: Option<WireInterval>,
    /// How long the product survives without its server [default: the product's]
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    lease_period: Option<WirePeriod>,
    /// The same for machines that are never connected [default: the product's]
    #[arg(long, value_name = "INTERVAL|unlimited", value_parser = period)]
    offline_lease_period: Option<WirePeriod>,
    /// How long everything works after a subscription's expiry [default: the product's]
    #[arg(long, value_name = "INTERVAL", value_parser = interval)]
    grace_period: Option<WireInterval>,
    /// How long after its lease's end a node-locked product is tolerated [default: the product's]
    #[arg(long, value_name = "INTERVAL", value_parser = interval)]
    outage_tolerance: Option<WireInterval>,
    /// What the product does when it is not licensed: stop, limit, advise [default: the product's]
    #[arg(long)]
    enforcement: Option<EnforcementText>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

impl Create {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreateOffering {
            metadata: self.metadata.value()?,
            sku: self.sku,
            name: self.name,
            product_id: self.product,
            edition_id: self.edition,
            plan_id: self.plan,
            seats: self.seats,
            overdraft: self.overdraft,
            concurrency: self.concurrency,
            automatic: self.automatic,
            maintenance: self.maintenance,
            lease_period: self.lease_period,
            offline_lease_period: self.offline_lease_period,
            grace_period: self.grace_period,
            outage_tolerance: self.outage_tolerance,
            enforcement: self.enforcement,
            allotments: EmptyList,
        };
        session.post(&path(&[&"offerings"])?, &body).await
    }
}
