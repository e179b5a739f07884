//! `chancery activation`: who holds which seat.

use chancery_api_types::management::{ActivationFeatureAmount, RefreshActivation, ReleaseActivation};
use chancery_api_types::wire::{
    ActivationIdText, EntitlementIdText, KeyText, ReasonText, SeatIdText, TimestampText, WireQuantity,
};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::{path, with_query};
use crate::dry_run::DryRunArgs;
use crate::listing::{Filter, ListArgs};
use crate::session::Session;
use crate::values::quantity;

/// Prints the activations that a path names.
pub(super) async fn print(
    session: &Session,
    list: ListArgs,
    path: &str,
    filters: &[Filter<'_>],
) -> Result<(), Failure> {
    let columns = ["id", "seatNumber", "seatId", "seatName", "status", "overdraft", "leaseExpiry"];
    list.print(session, path, filters, &columns).await
}

/// Which entries of an activation log.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
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

impl LogArgs {
    /// Prints the log that a path names.
    pub(crate) async fn print(self, session: &Session, path: &str) -> Result<(), Failure> {
        let filters = [
            ("seatId", self.seat_id.map(|seat| seat.to_string())),
            ("from", self.from.map(|instant| instant.to_string())),
            ("until", self.until.map(|instant| instant.to_string())),
        ];
        let columns =
            ["time", "operation", "seatId", "seatName", "leaseExpiry", "code", "feature", "amount", "address"];
        self.list.print(session, path, &filters, &columns).await
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the activations
    List {
        /// Only this entitlement's
        #[arg(long)]
        entitlement: Option<EntitlementIdText>,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show an activation
    Get {
        /// Its id
        activation: ActivationIdText,
    },
    /// Keep a seat for its device, as long as a lease of now would last; the device gets its lease when it comes back
    Refresh {
        /// Its id
        activation: ActivationIdText,
    },
    /// Take elements of a pool for a device
    CheckoutFeature(FeatureArgs),
    /// Give back elements of a pool that a device has
    ReturnFeature(FeatureArgs),
    /// Spend a counter for a device, or record the use of a feature
    UseFeature(FeatureArgs),
    /// Take a seat away: it is held until its lease ends, because its device may still run, and then free
    Release {
        /// Its id
        activation: ActivationIdText,
        /// Why: kept in the audit and in the activation log
        #[arg(long)]
        reason: Option<ReasonText>,
        /// Free the seat at once, although its device may still run
        #[arg(long, requires = "reason")]
        free: bool,
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
}

/// A call on a feature, for a device.
#[derive(Debug, Args)]
pub(crate) struct FeatureArgs {
    /// The activation's id
    activation: ActivationIdText,
    /// The feature's key
    #[arg(long)]
    feature: KeyText,
    /// How much
    #[arg(long, value_name = "N", default_value = "1", value_parser = quantity)]
    amount: WireQuantity,
}

impl FeatureArgs {
    async fn call(self, session: &Session, verb: &str) -> Result<(), Failure> {
        let path = path(&[&"activations", &self.activation, &"features", &self.feature, &verb])?;
        session.post(&path, &ActivationFeatureAmount { amount: self.amount }).await
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List { entitlement, list } => {
                let filters = [("entitlementId", entitlement.map(|id| id.to_string()))];
                print(session, list, &path(&[&"activations"])?, &filters).await
            }
            Self::Get { activation } => session.show(&path(&[&"activations", &activation])?).await,
            Self::Refresh { activation } => {
                session.post(&path(&[&"activations", &activation, &"refresh"])?, &RefreshActivation {}).await
            }
            Self::CheckoutFeature(call) => call.call(session, "checkout").await,
            Self::ReturnFeature(call) => call.call(session, "return").await,
            Self::UseFeature(call) => call.call(session, "use").await,
            Self::Release { activation, reason, free, dry_run } => {
                let free = ("free", free.then(|| "true".to_owned()));
                let path = with_query(&path(&[&"activations", &activation])?, [free, dry_run.parameter()].iter());
                session.delete_with(&path, Some(&ReleaseActivation { reason }), format!("Released {activation}.")).await
            }
        }
    }
}
