//! `chancery activation`: who holds which seat.

use chancery_api_types::wire::{ActivationIdText, EntitlementIdText};
use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

/// What lists of activations show.
pub(super) const COLUMNS: [&str; 7] = ["id", "seatNumber", "seatId", "seatName", "status", "overdraft", "leaseExpiry"];

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
    /// Take a seat away: it is held until its lease ends, because its device may still run, and then free
    Release {
        /// Its id
        activation: ActivationIdText,
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List { entitlement, list } => {
                let filters = [("entitlementId", entitlement.map(|id| id.to_string()))];
                list.print(session, &path(&[&"activations"])?, &filters, &COLUMNS).await
            }
            Self::Get { activation } => session.show(&path(&[&"activations", &activation])?).await,
            Self::Release { activation } => {
                session.delete(&path(&[&"activations", &activation])?, format!("Released {activation}.")).await
            }
        }
    }
}
