//! `chancery product`: what is sold, in editions, with defaults for its leases.

mod create;
mod update;

use chancery_api_types::wire::ProductRef;
use clap::Subcommand;

use super::managed::Verbs;
use crate::Failure;
use crate::api::path;
use crate::listing::ListArgs;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a product
    Create(Box<create::Create>),
    /// List the products
    List(ListArgs),
    /// Show a product
    Get {
        /// Its id or key
        product: ProductRef,
    },
    /// Change a product; what was sold already keeps what it was sold with
    Update(Box<update::Update>),
    /// Delete a product that nothing refers to
    Delete {
        /// Its id or key
        product: ProductRef,
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::List(list) => {
                list.print(session, &path(&[&"products"])?, &[], &["id", "key", "name", "leasePeriod"]).await
            }
            Self::Get { product } => session.show(&path(&[&"products", &product])?).await,
            Self::Update(update) => update.run(session).await,
            Self::Delete { product } => {
                session.delete(&path(&[&"products", &product])?, format!("Deleted the product {product}.")).await
            }
        }
    }
}
