//! `chancery contact`: people at a customer.

use chancery_api_types::management::CreateContact;
use chancery_api_types::wire::{ContactIdText, CustomerRef, EmailText, NameText};
use clap::Subcommand;

use super::managed::Verbs;
use crate::api::path;
use crate::node::Node;
use crate::session::Session;
use crate::{Failure, render};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Add a contact to a customer
    Create {
        /// The customer, by its id or ref
        #[arg(long)]
        customer: CustomerRef,
        /// The person's name
        #[arg(long)]
        name: NameText,
        /// The person's address, unique within the customer
        #[arg(long)]
        email: EmailText,
    },
    /// List the contacts of a customer
    List {
        /// The customer, by its id or ref
        #[arg(long)]
        customer: CustomerRef,
    },
    /// Remove a contact
    Delete {
        /// Its id
        contact: ContactIdText,
        /// The customer, by its id or ref
        #[arg(long)]
        customer: CustomerRef,
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create { customer, name, email } => {
                session.post(&path(&[&"customers", &customer, &"contacts"])?, &CreateContact { name, email }).await
            }
            Self::List { customer } => {
                // Contacts are read with their customer.
                let found: Node = session.api.get(&path(&[&"customers", &customer])?).await?;
                let contacts = found.get("contacts").cloned().unwrap_or(Node::List(Vec::new()));
                // In the form of every list.
                let list = Node::Object(vec![("items".into(), contacts.clone()), ("nextCursor".into(), Node::Null)]);
                session.printer.result(&list, |_| match contacts.items() {
                    [] => "There are none.".to_owned(),
                    some => render::table(some, &["id", "name", "email"]),
                });
                Ok(())
            }
            Self::Delete { contact, customer } => {
                let path = path(&[&"customers", &customer, &"contacts", &contact])?;
                session.delete(&path, format!("Deleted the contact {contact}.")).await
            }
        }
    }
}
