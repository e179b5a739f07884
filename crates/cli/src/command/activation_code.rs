//! `chancery activation-code`: the codes that lead to an order (LIC-2).

use chancery_api_types::management::{ActivationCodes, CreateActivationCodes};
use chancery_api_types::wire::{ActivationCodeIdText, OrderRef, Secret};
use clap::Subcommand;

use super::managed::Verbs;
use crate::api::path;
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
        /// How many to make
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
        codes: u32,
        /// A code of the vendor's own, instead of new ones; can be given several times
        #[arg(long = "code", value_name = "CODE", conflicts_with = "codes")]
        own_codes: Vec<String>,
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
    },
}

impl Verbs for Verb {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Create { order, codes, own_codes } => create(session, &order, codes, own_codes).await,
            Self::List { order, list } => {
                let path = path(&[&"orders", &order, &"activation-codes"])?;
                list.print(session, &path, &[], &["id", "lastGroup", "revoked", "created"]).await
            }
            Self::Revoke { activation_code, order } => {
                let path = path(&[&"orders", &order, &"activation-codes", &activation_code])?;
                session.delete(&path, format!("Revoked the code {activation_code}.")).await
            }
        }
    }
}

async fn create(session: &Session, order: &OrderRef, codes: u32, own: Vec<String>) -> Result<(), Failure> {
    let own: Vec<Secret> = own.into_iter().map(Secret).collect();
    let activation_codes = if own.is_empty() { ActivationCodes::Make(codes) } else { ActivationCodes::Own(own) };
    let path = path(&[&"orders", order, &"activation-codes"])?;
    let made: Node = session.api.post(&path, &CreateActivationCodes { activation_codes }).await?;
    let items = made.get("items").map_or(&[][..], Node::items);
    session.printer.result(&made, |_| render::table(items, &["id", "code"]));
    session.printer.note("Keep the codes: they are not shown again.");
    Ok(())
}
