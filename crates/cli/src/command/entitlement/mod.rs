//! `chancery entitlement`: what an order granted.

mod update;

use chancery_api_types::management::{Disable, Enable, RenewEntitlement, ResetUsage, StartEntitlement};
use chancery_api_types::wire::{
    CustomerRef, EntitlementIdText, KeyText, OrderRef, ProductRef, ReasonText, SeatIdText, TimestampText,
};
use clap::{Args, Subcommand};

use super::activation;
use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the entitlements
    List(List),
    /// Show an entitlement
    Get(Which),
    /// Override what came from the catalog
    Update(Box<update::Update>),
    /// Renew a subscription by its duration
    Renew(Which),
    /// Start an entitlement that waits for a command
    Start {
        #[command(flatten)]
        which: Which,
        /// When it starts [default: now]
        #[arg(long, value_name = "INSTANT")]
        start: Option<TimestampText>,
    },
    /// Disable an entitlement; leases already given run out
    Disable {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long)]
        reason: Option<ReasonText>,
    },
    /// Enable again what was disabled
    Enable(Which),
    /// Set counters of usageCount features back to zero
    ResetUsage {
        #[command(flatten)]
        which: Which,
        /// The feature's key; can be given several times
        #[arg(long = "feature", value_name = "KEY", required = true)]
        features: Vec<KeyText>,
    },
    /// List the activations that hold its seats
    Activations {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        list: ListArgs,
    },
    /// List what happened to its seats, denials among it
    #[command(alias = "log")]
    ActivationLog(ActivationLog),
}

/// An entitlement.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id
    entitlement: EntitlementIdText,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only this customer's, by its id or ref
    #[arg(long)]
    customer: Option<CustomerRef>,
    /// Only this order's, by its id or ref
    #[arg(long)]
    order: Option<OrderRef>,
    /// Only for this product, by its id or key
    #[arg(long)]
    product: Option<ProductRef>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ActivationLog {
    #[command(flatten)]
    which: Which,
    /// Only of this seat
    #[arg(long)]
    seat_id: Option<SeatIdText>,
    /// From this instant on
    #[arg(long, value_name = "INSTANT")]
    from: Option<TimestampText>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<TimestampText>,
    #[command(flatten)]
    list: ListArgs,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        path(&[&"entitlements", &self.entitlement])
    }

    fn below(&self, name: &str) -> Result<String, Failure> {
        path(&[&"entitlements", &self.entitlement, &name])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(session).await,
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Update(update) => update.run(session).await,
            Self::Renew(which) => session.post(&which.below("renew")?, &RenewEntitlement {}).await,
            Self::Start { which, start } => session.post(&which.below("start")?, &StartEntitlement { start }).await,
            Self::Disable { which, reason } => session.post(&which.below("disable")?, &Disable { reason }).await,
            Self::Enable(which) => session.post(&which.below("enable")?, &Enable {}).await,
            Self::ResetUsage { which, features } => {
                session.post(&which.below("reset-usage")?, &ResetUsage { features }).await
            }
            Self::Activations { which, list } => {
                list.print(session, &which.below("activations")?, &[], &activation::COLUMNS).await
            }
            Self::ActivationLog(log) => log.run(session).await,
        }
    }
}

impl List {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let filters = [
            ("customerId", self.customer.map(|which| which.to_string())),
            ("orderId", self.order.map(|which| which.to_string())),
            ("productId", self.product.map(|which| which.to_string())),
        ];
        let columns = ["id", "sku", "status", "seats", "seatsUsed", "expiry"];
        self.list.print(session, &path(&[&"entitlements"])?, &filters, &columns).await
    }
}

impl ActivationLog {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let filters = [
            ("seatId", self.seat_id.map(|seat| seat.to_string())),
            ("from", self.from.map(|instant| instant.to_string())),
            ("until", self.until.map(|instant| instant.to_string())),
        ];
        let columns =
            ["time", "operation", "seatId", "seatName", "leaseExpiry", "code", "feature", "amount", "address"];
        self.list.print(session, &self.which.below("activation-log")?, &filters, &columns).await
    }
}
