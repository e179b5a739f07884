//! `chancery customer`: organisations that buy.

mod import;

use chancery_api_types::management::{CreateCustomer, Disable, Enable, Restore, UpdateCustomer};
use chancery_api_types::wire::{CustomerRef, EmailText, NameText, NotesText, Patch, ReasonText, ReferenceText};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::deletion::{DeleteArgs, DeletedArgs};
use crate::dry_run::DryRunArgs;
use crate::listing::ListArgs;
use crate::session::Session;
use crate::values::{MetadataArgs, MetadataEdit, or_none};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a customer
    Create(Create),
    /// Make or change what a table (CSV) says; what it leaves out stays
    Import(import::Import),
    /// List the customers
    List {
        /// Only those with this in their name, in large or small letters
        #[arg(long)]
        name: Option<String>,
        /// Only the one of this ref
        #[arg(long = "ref", value_name = "REF")]
        reference: Option<ReferenceText>,
        /// Only those with a contact of this address
        #[arg(long)]
        email: Option<EmailText>,
        #[command(flatten)]
        deleted: DeletedArgs,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Show a customer, with its contacts
    Get(Which),
    /// Change a customer
    Update(Update),
    /// Disable a customer, and with it all its entitlements
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
    /// Delete a customer, and with it its orders; products work until their leases end
    Delete {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        delete: DeleteArgs,
    },
    /// Restore a customer that was deleted
    Restore(Which),
}

/// A customer.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id or ref
    customer: CustomerRef,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What people read
    #[arg(long)]
    name: NameText,
    /// Its name in the vendor's other systems, unique within the vendor
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<ReferenceText>,
    /// What the vendor's staff note
    #[arg(long)]
    notes: Option<NotesText>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// Its name in the vendor's other systems; `none` takes it away
    #[arg(long = "ref", value_name = "REF|none", value_parser = or_none::<ReferenceText>)]
    reference: Option<Patch<ReferenceText>>,
    /// What the vendor's staff note
    #[arg(long)]
    notes: Option<NotesText>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        path(&[&"customers", &self.customer])
    }

    fn command(&self, verb: &str) -> Result<String, Failure> {
        path(&[&"customers", &self.customer, &verb])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Import(import) => import.run(session).await,
            Self::List { name, reference, email, deleted, list } => {
                let (reference, email) = (reference.map(|text| text.to_string()), email.map(|text| text.to_string()));
                let filters = [("name", name), ("ref", reference), ("email", email), deleted.parameter()];
                list.print(session, &path(&[&"customers"])?, &filters, &["id", "ref", "name", "disabled"]).await
            }
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Update(update) => update.run(session).await,
            Self::Disable { which, reason, dry_run } => {
                session.post(&dry_run.of(&which.command("disable")?), &Disable { reason }).await
            }
            Self::Enable(which) => session.post(&which.command("enable")?, &Enable {}).await,
            Self::Delete { which, delete } => {
                delete.run(session, &which.path()?, &format!("customer {}", which.customer)).await
            }
            Self::Restore(which) => session.post(&which.command("restore")?, &Restore {}).await,
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = CreateCustomer {
            metadata: self.metadata.value()?,
            name: self.name,
            reference: self.reference,
            contacts: Vec::new(),
            notes: self.notes,
        };
        session.post(&path(&[&"customers"])?, &body).await
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let body = UpdateCustomer {
            metadata: self.metadata.value()?,
            name: self.name,
            reference: self.reference.unwrap_or_default(),
            notes: self.notes,
        };
        session.patch(&self.which.path()?, &body).await
    }
}
