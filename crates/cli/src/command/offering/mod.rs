//! `chancery offering`: an edition by a plan, with a SKU, seats and a policy.

mod create;
mod update;

use chancery_api_types::wire::{EditionRef, OfferingRef, PlanIdText, ProductRef};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make an offering
    Create(Box<create::Create>),
    /// List the offerings
    List(List),
    /// Show an offering
    Get {
        /// Its id or SKU
        offering: OfferingRef,
    },
    /// Change an offering; what was sold by it stays as it was sold
    Update(Box<update::Update>),
    /// Delete an offering that nothing refers to
    Delete {
        /// Its id or SKU
        offering: OfferingRef,
    },
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Those that sell this product, by its id or key
    #[arg(long)]
    product: Option<ProductRef>,
    /// Those that sell this edition, by its id or key
    #[arg(long)]
    edition: Option<EditionRef>,
    /// Those that sell by this plan
    #[arg(long)]
    plan: Option<PlanIdText>,
    #[command(flatten)]
    list: ListArgs,
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => list.run(session).await,
            Self::Get { offering } => session.show(&path(&[&"offerings", &offering])?).await,
            Self::Update(update) => update.run(session).await,
            Self::Delete { offering } => {
                session.delete(&path(&[&"offerings", &offering])?, format!("Deleted the offering {offering}.")).await
            }
        }
    }
}

impl List {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let filters = [
            ("productId", self.product.map(|which| which.to_string())),
            ("editionId", self.edition.map(|which| which.to_string())),
            ("planId", self.plan.map(|which| which.to_string())),
        ];
        let columns = ["id", "sku", "name", "seats", "overdraft", "concurrency"];
        self.list.print(session, &path(&[&"offerings"])?, &filters, &columns).await
    }
}
