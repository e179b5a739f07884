//! `chancery contact`: people at a customer.

use chancery_api_types::management::{CreateContact, SetContactPassword, UpdateContact};
use chancery_api_types::wire::{ContactIdText, CustomerRef, EmailText, NameText, Secret};
use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::secret::Source;
use crate::session::Session;

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
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show a contact
    Get {
        /// Its id
        contact: ContactIdText,
        /// The customer, by its id or ref
        #[arg(long)]
        customer: CustomerRef,
    },
    /// Change a contact
    Update {
        /// Its id
        contact: ContactIdText,
        /// The customer, by its id or ref
        #[arg(long)]
        customer: CustomerRef,
        /// The person's name
        #[arg(long)]
        name: Option<NameText>,
        /// The person's address, unique within the customer
        #[arg(long)]
        email: Option<EmailText>,
    },
    /// Set a contact's password, or another one
    SetPassword {
        /// Its id
        contact: ContactIdText,
        /// The customer, by its id or ref
        #[arg(long)]
        customer: CustomerRef,
        /// The password; from @FILE or - (standard input) it is in no list of processes
        #[arg(
            long,
            value_name = "PASSWORD|@FILE|-",
            env = "CHANCERY_PASSWORD",
            hide_env_values = true,
            allow_hyphen_values = true
        )]
        password: Source,
    },
    /// Remove a contact's password
    RemovePassword {
        /// Its id
        contact: ContactIdText,
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
            Self::List { customer, list } => {
                let path = path(&[&"customers", &customer, &"contacts"])?;
                list.print(session, &path, &[], &["id", "name", "email"]).await
            }
            Self::Get { contact, customer } => {
                session.show(&path(&[&"customers", &customer, &"contacts", &contact])?).await
            }
            Self::Update { contact, customer, name, email } => {
                let path = path(&[&"customers", &customer, &"contacts", &contact])?;
                session.patch(&path, &UpdateContact { name, email }).await
            }
            Self::SetPassword { contact, customer, password } => {
                let path = path(&[&"customers", &customer, &"contacts", &contact, &"password"])?;
                session.put(&path, &SetContactPassword { password: Secret(password.read()?) }).await
            }
            Self::RemovePassword { contact, customer } => {
                let path = path(&[&"customers", &customer, &"contacts", &contact, &"password"])?;
                session.delete(&path, format!("The contact {contact} has no password any more.")).await
            }
            Self::Delete { contact, customer } => {
                let path = path(&[&"customers", &customer, &"contacts", &contact])?;
                session.delete(&path, format!("Deleted the contact {contact}.")).await
            }
        }
    }
}
