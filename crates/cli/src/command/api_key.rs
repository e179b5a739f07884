//! `chancery api-key`: who may use the management API, and for what; and which contact the portal API (MAN-1).

use chancery_api_types::management::CreateApiKey;
use chancery_api_types::wire::{ApiKeyIdText, ContactIdText, KeyScopeText, NameText, TimestampText};
use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a key; it is shown now, and never again
    Create {
        /// What people read
        #[arg(long)]
        name: NameText,
        /// What it may do: admin, or a group and an access such as catalog:read; can be given several times
        #[arg(long = "scope", value_name = "SCOPE", required_unless_present = "contact", conflicts_with = "contact")]
        scopes: Vec<KeyScopeText>,
        /// Whose it is, instead of scopes: a contact's key is for the portal API, and the orders that name the contact
        #[arg(long, value_name = "ID")]
        contact: Option<ContactIdText>,
        /// From when on it does not work [default: it always works]
        #[arg(long, value_name = "INSTANT")]
        expires: Option<TimestampText>,
    },
    /// List the keys, without the keys themselves
    List(ListArgs),
    /// Show a key, without the key itself
    Get {
        /// Its id
        api_key: ApiKeyIdText,
    },
    /// Delete a key: it does not work any more
    Delete {
        /// Its id
        api_key: ApiKeyIdText,
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create { name, scopes, contact: contact_id, expires } => {
                let scopes = Some(scopes).filter(|scopes| !scopes.is_empty());
                let body = CreateApiKey { name, scopes, contact_id, expires };
                session.post(&path(&[&"api-keys"])?, &body).await?;
                session.printer.note("Keep the key: it is not shown again.");
                Ok(())
            }
            Self::List(list) => {
                let columns = ["id", "name", "scopes", "contactId", "expires", "lastUsed"];
                list.print(session, &path(&[&"api-keys"])?, &[], &columns).await
            }
            Self::Get { api_key } => session.show(&path(&[&"api-keys", &api_key])?).await,
            Self::Delete { api_key } => {
                session.delete(&path(&[&"api-keys", &api_key])?, format!("Deleted the key {api_key}.")).await
            }
        }
    }
}
