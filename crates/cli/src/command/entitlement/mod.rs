//! `chancery entitlement`: what an order granted.

mod explain;
mod export;
mod export_token;
mod import;
mod update;

use chancery_api_types::management::{
    ChangeOffering, Disable, Enable, RenewEntitlement, ResetOverrides, ResetUsage, Restore, StartEntitlement,
};
use chancery_api_types::wire::{
    CustomerRef, EntitlementIdText, EntitlementStatusText, KeyText, OfferingRef, OrderRef, OverridableText, ProductRef,
    ReasonText, SkuText, TimestampText,
};
use clap::{Args, Subcommand};

use super::activation;
use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::deletion::{DeleteArgs, DeletedArgs};
use crate::dry_run::{DryRunArgs, ForceArgs};
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
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
    /// Enable again what was disabled
    Enable(Which),
    /// Delete an entitlement; products work until their leases end
    Delete {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        delete: DeleteArgs,
    },
    /// Restore an entitlement that was deleted
    Restore(Which),
    /// Take up another offering of the same product: what is overridden stays, counters begin anew
    ChangeOffering {
        #[command(flatten)]
        which: Which,
        /// The offering, by its id or SKU
        #[arg(long)]
        offering: OfferingRef,
        #[command(flatten)]
        force: ForceArgs,
    },
    /// Return members, features and attributes to the catalog's current values
    ResetOverrides {
        #[command(flatten)]
        which: Which,
        /// A member, such as seats; can be given several times
        #[arg(long = "field", value_name = "MEMBER")]
        fields: Vec<OverridableText>,
        /// A feature's key; can be given several times
        #[arg(long = "feature", value_name = "KEY")]
        features: Vec<KeyText>,
        /// An attribute's key; can be given several times
        #[arg(long = "attribute", value_name = "KEY")]
        attributes: Vec<KeyText>,
        #[command(flatten)]
        force: ForceArgs,
    },
    /// Set counters of usageCount features back to zero
    ResetUsage {
        #[command(flatten)]
        which: Which,
        /// The feature's key; can be given several times
        #[arg(long = "feature", value_name = "KEY", required = true)]
        features: Vec<KeyText>,
    },
    /// Hand an entitlement, or a share of it, to a local server, and make the token that it imports
    Export(export::Export),
    /// Make a token with the latest state of what a local server has
    ExportToken(export_token::ExportToken),
    /// Take back what a local server had: by the token that it made, or without one
    Import(import::Import),
    /// Tell, rule by rule, why a seat would be granted or refused now
    Explain(explain::Explain),
    /// List the activations that hold its seats
    Activations {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        list: ListArgs,
    },
    /// List what happened to its seats, denials among it
    #[command(alias = "log")]
    ActivationLog {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        log: activation::LogArgs,
    },
}

/// An entitlement.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id
    pub(super) entitlement: EntitlementIdText,
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
    /// Only by the offering that had this SKU
    #[arg(long)]
    sku: Option<SkuText>,
    /// Only those of which this is the verdict now
    #[arg(long)]
    status: Option<EntitlementStatusText>,
    #[command(flatten)]
    deleted: DeletedArgs,
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
            Self::Disable { which, reason, dry_run } => {
                session.post(&dry_run.of(&which.below("disable")?), &Disable { reason }).await
            }
            Self::Enable(which) => session.post(&which.below("enable")?, &Enable {}).await,
            Self::Delete { which, delete } => {
                delete.run(session, &which.path()?, &format!("entitlement {}", which.entitlement)).await
            }
            Self::Restore(which) => session.post(&which.below("restore")?, &Restore {}).await,
            Self::ChangeOffering { which, offering, force } => {
                let body = ChangeOffering { offering_id: offering };
                session.post(&force.of(&which.below("change-offering")?), &body).await
            }
            Self::ResetOverrides { which, fields, features, attributes, force } => {
                let body = ResetOverrides { fields, features, attributes };
                session.post(&force.of(&which.below("reset-overrides")?), &body).await
            }
            Self::ResetUsage { which, features } => {
                session.post(&which.below("reset-usage")?, &ResetUsage { features }).await
            }
            Self::Export(export) => export.run(session).await,
            Self::ExportToken(token) => token.run(session).await,
            Self::Import(import) => import.run(session).await,
            Self::Explain(explain) => explain.run(session).await,
            Self::Activations { which, list } => {
                activation::print(session, list, &which.below("activations")?, &[]).await
            }
            Self::ActivationLog { which, log } => log.print(session, &which.below("activation-log")?).await,
        }
    }
}

impl List {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let filters = [
            ("customerId", self.customer.map(|which| which.to_string())),
            ("orderId", self.order.map(|which| which.to_string())),
            ("productId", self.product.map(|which| which.to_string())),
            ("sku", self.sku.map(|sku| sku.to_string())),
            ("status", self.status.map(|status| status.to_string())),
            self.deleted.parameter(),
        ];
        let columns = ["id", "sku", "status", "seats", "seatsUsed", "expiry"];
        self.list.print(session, &path(&[&"entitlements"])?, &filters, &columns).await
    }
}
