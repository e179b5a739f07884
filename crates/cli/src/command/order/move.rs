//! `chancery order move`.

use chancery_api_types::management::MoveOrder;
use chancery_api_types::wire::{ContactIdText, CustomerRef, OrderRef};
use clap::Args;

use crate::Failure;
use crate::api::path;
use crate::dry_run::DryRunArgs;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Move {
    /// Its id or ref
    order: OrderRef,
    /// Whose it becomes, by its id or ref
    #[arg(long)]
    customer: CustomerRef,
    /// A contact there who may act on it; can be given several times [default: none]
    #[arg(long = "contact", value_name = "ID")]
    contacts: Vec<ContactIdText>,
    #[command(flatten)]
    dry_run: DryRunArgs,
}

impl Move {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let path = self.dry_run.of(&path(&[&"orders", &self.order, &"move"])?);
        let contacts = (!self.contacts.is_empty()).then_some(self.contacts);
        session.post(&path, &MoveOrder { customer_id: self.customer, contacts }).await
    }
}
