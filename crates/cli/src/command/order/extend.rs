//! `chancery order extend`.

use chancery_api_types::management::{CreateOrderItem, ExtendOrder};
use chancery_api_types::wire::{OrderRef, TimestampText};
use clap::Args;

use super::create::item;
use crate::Failure;
use crate::api::path;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Extend {
    /// Its id or ref
    order: OrderRef,
    /// What is bought: an offering's SKU or id, with `=N` for another number of seats; can be given several times
    #[arg(long = "item", value_name = "OFFERING[=SEATS]", required = true, value_parser = item)]
    items: Vec<CreateOrderItem>,
    /// When the items start, for plans with licenseStart `custom`
    #[arg(long, value_name = "INSTANT")]
    start: Option<TimestampText>,
    /// When the items' maintenance ends, if not as the offerings say
    #[arg(long, value_name = "INSTANT")]
    maintenance_end: Option<TimestampText>,
}

impl Extend {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let (start, maintenance_end) = (self.start, self.maintenance_end);
        let items = self.items.into_iter().map(|item| CreateOrderItem { start, maintenance_end, ..item }).collect();
        session.post(&path(&[&"orders", &self.order, &"extend"])?, &ExtendOrder { items }).await
    }
}
