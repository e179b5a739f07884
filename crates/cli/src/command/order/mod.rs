//! `chancery order`: one purchase by one customer.

mod create;

use chancery_api_types::management::UpdateOrder;
use chancery_api_types::wire::{ContactIdText, CustomerRef, OrderRef, Patch, ReferenceText};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::values::{MetadataEdit, or_none};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make an order; its activation codes are shown now, and never again
    Create(create::Create),
    /// List the orders
    List {
        /// Only this customer's, by its id or ref
        #[arg(long)]
        customer: Option<CustomerRef>,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show an order, with what it granted
    Get {
        /// Its id or ref
        order: OrderRef,
    },
    /// Change an order
    Update(Update),
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Its id or ref
    order: OrderRef,
    /// Its name in the vendor's other systems; `none` takes it away
    #[arg(long = "ref", value_name = "REF|none", value_parser = or_none::<ReferenceText>)]
    reference: Option<Patch<ReferenceText>>,
    /// A contact who may act on it; can be given several times, and replaces the whole list
    #[arg(long = "contact", value_name = "ID")]
    contacts: Vec<ContactIdText>,
    /// Let no contact act on it
    #[arg(long, conflicts_with = "contacts")]
    clear_contacts: bool,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List { customer, list } => {
                let filters = [("customerId", customer.map(|which| which.to_string()))];
                let columns = ["id", "ref", "customerId", "created"];
                list.print(session, &path(&[&"orders"])?, &filters, &columns).await
            }
            Self::Get { order } => session.show(&path(&[&"orders", &order])?).await,
            Self::Update(update) => update.run(session).await,
        }
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateOrder {
            metadata: self.metadata.value()?,
            reference: self.reference.unwrap_or_default(),
            contacts: (self.clear_contacts || !self.contacts.is_empty()).then_some(self.contacts),
        };
        session.patch(&path(&[&"orders", &self.order])?, &body).await
    }
}
