//! `chancery openid-provider`: whose tokens contacts may show (LIC-1).

use chancery_api_types::management::{CreateOpenIdProvider, UpdateOpenIdProvider};
use chancery_api_types::wire::{AudienceText, ClaimNameText, IssuerText, NameText, OpenIdProviderIdText};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Register a provider: contacts who sign in there can activate on the orders that name them
    Create(Create),
    /// List the registrations
    List(ListArgs),
    /// Show a registration
    Get {
        /// Its id
        openid_provider: OpenIdProviderIdText,
    },
    /// Change a registration
    Update(Update),
    /// Remove a registration; what was activated stays activated
    Delete {
        /// Its id
        openid_provider: OpenIdProviderIdText,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What people read
    #[arg(long)]
    name: NameText,
    /// The provider's address, as its tokens name it
    #[arg(long, value_name = "URL")]
    issuer: IssuerText,
    /// For whom its tokens must be: the client id there; can be given several times
    #[arg(long = "audience", value_name = "AUDIENCE", required = true)]
    audiences: Vec<AudienceText>,
    /// The claim whose value is a contact's address [default: email]
    #[arg(long, value_name = "CLAIM")]
    subject_claim: Option<ClaimNameText>,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Its id
    openid_provider: OpenIdProviderIdText,
    /// What people read
    #[arg(long)]
    name: Option<NameText>,
    /// The provider's address, as its tokens name it
    #[arg(long, value_name = "URL")]
    issuer: Option<IssuerText>,
    /// For whom its tokens must be: all of them anew; can be given several times
    #[arg(long = "audience", value_name = "AUDIENCE")]
    audiences: Vec<AudienceText>,
    /// The claim whose value is a contact's address
    #[arg(long, value_name = "CLAIM")]
    subject_claim: Option<ClaimNameText>,
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => {
                let columns = ["id", "name", "issuer", "audiences", "subjectClaim"];
                list.print(session, &path(&[&"openid-providers"])?, &[], &columns).await
            }
            Self::Get { openid_provider } => session.show(&path(&[&"openid-providers", &openid_provider])?).await,
            Self::Update(update) => update.run(session).await,
            Self::Delete { openid_provider } => {
                let done = format!("Removed the registration {openid_provider}.");
                session.delete(&path(&[&"openid-providers", &openid_provider])?, done).await
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { name, issuer, audiences, subject_claim } = self;
        let body = CreateOpenIdProvider { name, issuer, audiences, subject_claim };
        session.post(&path(&[&"openid-providers"])?, &body).await
    }
}

impl Update {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { openid_provider, name, issuer, audiences, subject_claim } = self;
        let audiences = Some(audiences).filter(|audiences| !audiences.is_empty());
        let body = UpdateOpenIdProvider { name, issuer, audiences, subject_claim };
        session.patch(&path(&[&"openid-providers", &openid_provider])?, &body).await
    }
}
