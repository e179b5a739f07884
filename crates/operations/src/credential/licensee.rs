//! Licensee numbers: who shows one claims a seat of any order of the licensee (LIC-1, AUTO-1).

use chancery_domain::{
    Actor, Invalid, Licensee, LicenseeNumber, Name, Product, ProductId, Selector, Timestamp, Vendor,
};
use chancery_store::{ReadTx, licensee, product, vendor};

use super::{Authenticated, Claimant, Lead};
use crate::licensee::NewLicensee;
use crate::{Error, System};

/// What a number leads to.
struct Found {
    vendor: Vendor,
    product: Product,
    /// Nobody, if the number is new and the product takes newcomers.
    licensee: Option<Licensee>,
}

/// Who shows a number.
pub(super) async fn claimant(
    system: &System,
    number: &str,
    name: Option<Name>,
    which: Selector<ProductId>,
    clock: Timestamp,
) -> Result<Claimant, Error> {
    let number = LicenseeNumber::new(number).map_err(wrong)?;
    let per_day = system.automatic_licensees_per_day();
    system
        .store()
        .read(move |tx| {
            let Found { vendor, product, licensee } = find(tx, &number, &which)?;
            let (lead, actor, orders) = match licensee {
                Some(Licensee { id, customer, product, vendor, .. }) => {
                    let orders = licensee::orders(tx, customer, product)?;
                    (Lead::Licensee(id), Actor::Licensee { id, vendor }, orders)
                }
                None => {
                    let new = NewLicensee { number: number.clone(), name: name.clone(), per_day };
                    let actor = Actor::Newcomer { product: product.id, vendor: vendor.id };
                    (Lead::Newcomer(new), actor, Vec::new())
                }
            };
            let caller = Authenticated { actor, now: clock, vendor };
            Ok::<_, Error>(Claimant { caller, product, lead, orders })
        })
        .await
        .map(|claimant| claimant.at(system.now(clock)))
}

fn wrong(invalid: Invalid) -> Error {
    Error::invalid("credential.number", invalid, "give the licensee's number: 1 to 100 characters, and not its id")
}

/// A product's key may be several vendors': the number tells whose. Of several whose products take newcomers, it tells nothing.
fn find(tx: &mut ReadTx<'_>, number: &LicenseeNumber, which: &Selector<ProductId>) -> Result<Found, Error> {
    let mut takes = product::find_anywhere(tx, which)?;
    takes.retain(Product::takes_licensee_numbers);
    // Also for a product that nobody has: it looks like one that takes no numbers.
    if takes.is_empty() {
        return Err(Error::CredentialNotAvailableHere);
    }
    let named = Selector::Name(number.to_string());
    let mut known = None;
    for (at, product) in takes.iter().enumerate() {
        let found = licensee::find(tx, product.vendor, &named)?;
        known = found.filter(|found| found.product == product.id).map(|found| (at, found));
        if known.is_some() {
            break;
        }
    }
    let (product, licensee) = match known {
        Some((at, licensee)) => (takes.swap_remove(at), Some(licensee)),
        None => (newcomers(tx, takes, &named)?, None),
    };
    let vendor = vendor::find(tx, product.vendor)?.ok_or(Error::NotFound)?;
    Ok(Found { vendor, product, licensee })
}

/// The product that takes a newcomer of this number.
fn newcomers(
    tx: &mut ReadTx<'_>,
    mut products: Vec<Product>,
    named: &Selector<chancery_domain::LicenseeId>,
) -> Result<Product, Error> {
    products.retain(|product| product.licensee_auto_create);
    let (Some(product), true) = (products.pop(), products.is_empty()) else { return Err(Error::NotFound) };
    // The number is that of a licensee of another product.
    if licensee::find(tx, product.vendor, named)?.is_some() {
        return Err(Error::NotFound);
    }
    Ok(product)
}
