//! The lines of a new order: which offering each grants, and whether its terms go with the offering's plan.

use chancery_domain::{
    CatalogSnapshot, FieldError, Invalid, LicenseStart, OfferingId, OrderItem, Permit, Selector, Sku, fits_a_lease,
};
use chancery_store::{ReadTx, snapshot};

use crate::Error;

/// The most lines of an order.
pub const MOST_ITEMS: usize = 100;

/// One line of a new order: an offering by its SKU, or by its id or SKU.
#[derive(Clone, Debug, Default)]
pub struct NewItem {
    /// The offering's SKU.
    pub sku: Option<Sku>,
    /// The same, or the offering's id. Only one of both is given.
    pub offering: Option<Selector<OfferingId>>,
    /// What differs from the offering.
    pub terms: OrderItem,
}

/// What the catalog says of each line. What is wrong is added to `errors`, all of it at once.
pub(super) fn read(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    items: &[NewItem],
    errors: &mut Vec<FieldError>,
) -> Result<Vec<CatalogSnapshot>, Error> {
    if items.is_empty() || items.len() > MOST_ITEMS {
        let invalid = if items.is_empty() { Invalid::Required } else { Invalid::OutOfRange };
        errors.push(FieldError::new("items", invalid, format!("give 1 to {MOST_ITEMS} items")));
        return Ok(Vec::new());
    }
    let mut granted = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        granted.extend(read_one(tx, permit, i, item, errors)?);
    }
    Ok(granted)
}

fn read_one(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    i: usize,
    item: &NewItem,
    errors: &mut Vec<FieldError>,
) -> Result<Option<CatalogSnapshot>, Error> {
    let mut wrong = |member: &str, invalid, detail: &str| {
        errors.push(FieldError::new(format!("items[{i}].{member}"), invalid, detail));
    };
    let (member, which) = match (&item.sku, &item.offering) {
        (Some(sku), None) => ("sku", Selector::Name(sku.to_string())),
        (None, Some(which)) => ("offeringId", which.clone()),
        (None, None) => {
            wrong("sku", Invalid::Required, "give the SKU or the id of an offering");
            return Ok(None);
        }
        (Some(_), Some(_)) => {
            wrong("offeringId", Invalid::NotAllowed, "give either sku or offeringId");
            return Ok(None);
        }
    };
    let found = snapshot::load(tx, permit.vendor(), &which)?;
    match &found {
        Some(catalog) if !fits_a_lease(&catalog.features, &catalog.attributes) => {
            wrong(member, Invalid::TooLong, "its features and attributes together are too long for a lease");
        }
        None => wrong(member, Invalid::Unknown, "there is no such offering"),
        Some(catalog) => match (catalog.plan.license_start, item.terms.start) {
            (LicenseStart::Custom, None) => wrong("start", Invalid::Required, "its plan starts at a date of the order"),
            (start, Some(_)) if start != LicenseStart::Custom => {
                let detail = format!("leave it out: its plan starts by {start}, not at a date of the order");
                wrong("start", Invalid::NotAllowed, &detail);
            }
            _ => {}
        },
    }
    Ok(found)
}
