//! `chancery order`: one purchase by one customer.

mod create;
mod extend;
mod r#move;

use chancery_api_types::management::{Restore, UpdateOrder};
use chancery_api_types::wire::{ContactIdText, CustomerRef, OrderRef, Patch, ReferenceText};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::deletion::{DeleteArgs, DeletedArgs};
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
        /// Only the one of this ref
        #[arg(long = "ref", value_name = "REF")]
        reference: Option<ReferenceText>,
        #[command(flatten)]
        deleted: DeletedArgs,
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
    /// Add more offerings to an order; its activation codes then work for them too
    Extend(extend::Extend),
    /// Give an order to another customer; activations go on
    Move(r#move::Move),
    /// Delete an order, and with it what it granted; products work until their leases end
    Delete {
        /// Its id or ref
        order: OrderRef,
        #[command(flatten)]
        delete: DeleteArgs,
    },
    /// Restore an order that was deleted
    Restore {
        /// Its id or ref
        order: OrderRef,
    },
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
            Self::List { customer, reference, deleted, list } => {
                let reference = reference.map(|text| text.to_string());
                let customer = customer.map(|which| which.to_string());
                let filters = [("customerId", customer), ("ref", reference), deleted.parameter()];
                let columns = ["id", "ref", "customerId", "created"];
                list.print(session, &path(&[&"orders"])?, &filters, &columns).await
            }
            Self::Get { order } => session.show(&path(&[&"orders", &order])?).await,
            Self::Update(update) => update.run(session).await,
            Self::Extend(extend) => extend.run(session).await,
            Self::Move(to) => to.run(session).await,
            Self::Delete { order, delete } => {
                delete.run(session, &path(&[&"orders", &order])?, &format!("order {order}")).await
            }
            Self::Restore { order } => session.post(&path(&[&"orders", &order, &"restore"])?, &Restore {}).await,
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
