//! `chancery order create`.

use chancery_api_types::management::{CreateOrder, CreateOrderItem};
use chancery_api_types::wire::{
    ContactIdText, CustomerRef, EmptyList, OfferingRef, ReferenceText, TimestampText, Zero,
};
use clap::Args;

use crate::Failure;
use crate::api::path;
use crate::codes::CodesArgs;
use crate::session::Session;
use crate::values::{MetadataArgs, quantity};

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Who buys, by its id or ref
    #[arg(long)]
    customer: CustomerRef,
    /// Its name in the vendor's other systems, unique within the vendor
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<ReferenceText>,
    /// What is bought: an offering's SKU or id, with `=N` for another number of seats; can be given several times
    #[arg(long = "item", value_name = "OFFERING[=SEATS]", required = true, value_parser = item)]
    items: Vec<CreateOrderItem>,
    /// When the items start, for plans with licenseStart `custom`
    #[arg(long, value_name = "INSTANT")]
    start: Option<TimestampText>,
    /// When the items' maintenance ends, if not as the offerings say
    #[arg(long, value_name = "INSTANT")]
    maintenance_end: Option<TimestampText>,
    #[command(flatten)]
    codes: CodesArgs,
    /// A contact who may act on it; can be given several times
    #[arg(long = "contact", value_name = "ID")]
    contacts: Vec<ContactIdText>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

/// `SKU`, or `SKU=10` for 10 seats. Only digits after the last `=` are a number of seats: a SKU may have one too.
pub(super) fn item(text: &str) -> Result<CreateOrderItem, String> {
    let (offering, seats) = match text.rsplit_once('=') {
        Some((offering, seats)) if !seats.is_empty() && seats.bytes().all(|byte| byte.is_ascii_digit()) => {
            (offering, Some(quantity(seats)?))
        }
        _ => (text, None),
    };
    Ok(CreateOrderItem { offering_id: Some(OfferingRef::from(offering)), seats, ..CreateOrderItem::default() })
}

impl Create {
    pub(super) async fn run(self, session: &Session) -> Result<(), Failure> {
        let (start, maintenance_end) = (self.start, self.maintenance_end);
        let body = CreateOrder {
            metadata: self.metadata.value()?,
            customer_id: self.customer,
            reference: self.reference,
            items: self.items.into_iter().map(|item| CreateOrderItem { start, maintenance_end, ..item }).collect(),
            activation_codes: self.codes.value()?,
            license_keys: Zero,
            contacts: self.contacts,
            dual_use: EmptyList,
        };
        session.post(&path(&[&"orders"])?, &body).await?;
        session.printer.note("Keep the activation codes: they are not shown again.");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_an_offering_and_perhaps_seats() {
        let seats =
            |text| item(text).map(|item| (item.offering_id.unwrap().to_string(), item.seats.map(|n| n.0.get())));
        assert_eq!(seats("CAD-PRO"), Ok(("CAD-PRO".to_owned(), None)));
        assert_eq!(seats("CAD-PRO=25"), Ok(("CAD-PRO".to_owned(), Some(25))));
        assert_eq!(seats("A=B"), Ok(("A=B".to_owned(), None)));
        assert_eq!(seats("A=B=3"), Ok(("A=B".to_owned(), Some(3))));
        assert!(seats("CAD=9007199254740992").is_err());
    }
}
