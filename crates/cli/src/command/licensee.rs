//! `chancery licensee`: customers' standings with products.

use chancery_api_types::management::{SetLicenseeSecret, UpdateLicensee};
use chancery_api_types::wire::{CustomerRef, LicenseeNumberText, LicenseeRef, ProductRef, Secret};
use clap::{Args, Subcommand};

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::secret::Source;
use crate::session::Session;
use crate::values::MetadataEdit;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the licensees
    List(List),
    /// Show a licensee
    Get(Which),
    /// Give a licensee another number
    Update(Update),
    /// Set a licensee's secret, or another one
    SetSecret(SetSecret),
    /// Forget a licensee's secret
    ResetSecret(Which),
}

/// A licensee.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its id or number
    licensee: LicenseeRef,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only this customer's: its id or ref
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<CustomerRef>,
    /// Only those of this product: its id or key
    #[arg(long, value_name = "PRODUCT")]
    product: Option<ProductRef>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    which: Which,
    /// Its number, unique within the vendor
    #[arg(long)]
    number: Option<LicenseeNumberText>,
    #[command(flatten)]
    metadata: MetadataEdit,
}

#[derive(Debug, Args)]
pub(crate) struct SetSecret {
    #[command(flatten)]
    which: Which,
    /// The secret; from @FILE or - (standard input) it is in no list of processes
    #[arg(
        long,
        value_name = "SECRET|@FILE|-",
        env = "CHANCERY_SECRET",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    secret: Source,
}

impl Which {
    fn path(&self) -> Result<String, Failure> {
        path(&[&"licensees", &self.licensee])
    }

    fn secret(&self) -> Result<String, Failure> {
        path(&[&"licensees", &self.licensee, &"secret"])
    }
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(session).await,
            Self::Get(which) => session.show(&which.path()?).await,
            Self::Update(update) => {
                let body = UpdateLicensee { metadata: update.metadata.value()?, number: update.number };
                session.patch(&update.which.path()?, &body).await
            }
            Self::SetSecret(set) => {
                let body = SetLicenseeSecret { secret: Secret(set.secret.read()?) };
                session.post(&set.which.secret()?, &body).await
            }
            Self::ResetSecret(which) => {
                session
                    .delete(&which.secret()?, format!("The licensee {} has no secret any more.", which.licensee))
                    .await
            }
        }
    }
}

impl List {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let filters = [
            ("customerId", self.customer.map(|which| which.to_string())),
            ("productId", self.product.map(|which| which.to_string())),
        ];
        let columns = ["id", "number", "customerId", "productId", "secretMode", "secretSet"];
        self.list.print(session, &path(&[&"licensees"])?, &filters, &columns).await
    }
}
