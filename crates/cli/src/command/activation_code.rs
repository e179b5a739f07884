//! `chancery activation-code`: the codes that lead to an order (LIC-2).

use chancery_api_types::management::CreateActivationCodes;
use chancery_api_types::wire::{ActivationCodeIdText, OrderRef};
use clap::Subcommand;

use super::managed::Verbs;
use crate::api::path;
use crate::codes::CodesArgs;
use crate::dry_run::DryRunArgs;
use crate::listing::ListArgs;
use crate::node::Node;
use crate::session::Session;
use crate::{Failure, render};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Add codes to an order; they are shown now, and never again
    Create {
        /// The order, by its id or ref
        #[arg(long)]
        order: OrderRef,
        #[command(flatten)]
        codes: CodesArgs,
    },
    /// List the codes of an order, by their last groups
    List {
        /// The order, by its id or ref
        #[arg(long)]
        order: OrderRef,
        #[command(flatten)]
        list: ListArgs,
    },
    /// Revoke a code; activations that it led to go on
    Revoke {
        /// Its id
        activation_code: ActivationCodeIdText,
        /// The order, by its id or ref
        #[arg(long)]
        order: OrderRef,
        #[command(flatten)]
        dry_run: DryRunArgs,
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create { order, codes } => create(session, &order, codes).await,
            Self::List { order, list } => {
                let path = path(&[&"orders", &order, &"activation-codes"])?;
                list.print(session, &path, &[], &["id", "lastGroup", "revoked", "created"]).await
            }
            Self::Revoke { activation_code, order, dry_run } => {
                let path = path(&[&"orders", &order, &"activation-codes", &activation_code])?;
                session.delete(&dry_run.of(&path), format!("Revoked the code {activation_code}.")).await
            }
        }
    }
}

async fn create(session: &Session, order: &OrderRef, codes: CodesArgs) -> Result<(), Failure> {
    let activation_codes = codes.value()?;
    let path = path(&[&"orders", order, &"activation-codes"])?;
    let made: Node = session.api.post(&path, &CreateActivationCodes { activation_codes }).await?;
    let items = made.get("items").map_or(&[][..], Node::items);
    session.printer.result(&made, |_| render::table(items, &["id", "code"]));
    session.printer.note("Keep the codes: they are not shown again.");
    Ok(())
}
