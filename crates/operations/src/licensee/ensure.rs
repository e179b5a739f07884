//! How a licensee comes into being: with its customer's first entitlement for the product.

use chancery_domain::{CustomerId, Licensee, LicenseeNumber, Metadata, Product, ProductId};
use chancery_store::licensee;

use crate::{Change, Error};

/// How many numbers are drawn before it is given up. Each has 40 random bits, so hardly ever a second is needed.
const DRAWS: usize = 8;

/// The customer's licensee for a product; a new one with a number that is made, if there is none. To be called whenever a customer
/// gets an entitlement, in its transaction.
pub(crate) fn ensure(change: &mut Change<'_, '_>, customer: CustomerId, product: ProductId) -> Result<Licensee, Error> {
    for _ in 0..DRAWS {
        if let Some(found) = licensee::of(change.tx, customer, product)? {
            return Ok(found);
        }
        let number = LicenseeNumber::generate(change.random());
        let product = crate::product::get(change.tx, change.permit, &product.into())?;
        if let Some(made) = make(change, customer, &product, number)? {
            return Ok(made);
        }
    }
    Err(Error::internal("no free licensee number was found"))
}

/// Makes a licensee, unless another call has just made one of the same customer and product, or of the same number.
pub(super) fn make(
    change: &mut Change<'_, '_>,
    customer: CustomerId,
    product: &Product,
    number: LicenseeNumber,
) -> Result<Option<Licensee>, Error> {
    let made = Licensee {
        id: change.id(),
        vendor: change.permit.vendor(),
        customer,
        product: product.id,
        secret_mode: product.secret_mode,
        number,
        secret: None,
        secret_cleared: None,
        metadata: Metadata::default(),
        created: change.now,
        updated: change.now,
    };
    if !licensee::insert(change.tx, change.permit, &made)? {
        return Ok(None);
    }
    change.record(made.id, None, Some(&made))?;
    Ok(Some(made))
}
