//! Licensees that come by themselves: customer, licensee and order out of a number that nobody had (AUTO-1).

use std::net::IpAddr;

use chancery_domain::{
    CatalogSnapshot, Customer, LicenseStart, LicenseeNumber, Metadata, Name, Order, OrderId, OrderItem, Product,
    Refusal, fits_a_lease,
};
use chancery_store::{customer, licensee, offering, order, snapshot};

use super::ensure::make;
use crate::order::grant;
use crate::{Change, Error};

/// How many licensees may come by themselves from one address on one day, unless the server is told otherwise.
pub const PER_DAY: u32 = 20;

/// A day in microseconds.
pub(super) const DAY: i64 = 86_400_000_000;

/// A licensee that is to come by itself.
#[derive(Clone, Debug)]
pub struct NewLicensee {
    /// The number that it introduces itself by.
    pub number: LicenseeNumber,
    /// What the customer is called; else by the number.
    pub name: Option<Name>,
    /// How many may come from one address on one day.
    pub per_day: u32,
}

/// Makes customer, licensee and order, with all that the product offers to newcomers. The vendor is locked, so nobody else makes
/// them meanwhile. Whatever refuses the call later undoes all of it.
///
/// # Errors
/// `NotFound` if the product does not take newcomers any more; `NoAutomaticOffering`; `RateLimited`; the database's.
pub(crate) fn create_automatic(
    change: &mut Change<'_, '_>,
    product: &Product,
    new: &NewLicensee,
) -> Result<OrderId, Error> {
    let product = crate::product::get(change.tx, change.permit, &product.id.into())?;
    if !product.licensee_auto_create {
        return Err(Error::NotFound);
    }
    let offers = offers(change, &product)?;
    if offers.is_empty() {
        return Err(Refusal::NoAutomaticOffering.into());
    }
    count(change, new.per_day)?;
    let customer = insert_customer(change, new)?;
    make(change, customer.id, &product, new.number.clone())?.ok_or(Error::NotFound)?;
    let order = insert_order(change, &customer)?;
    // A plan that starts at a date of the order starts now: there is nobody who could have given another.
    let now = change.now;
    let terms = |catalog: &CatalogSnapshot| {
        let start = (catalog.plan.license_start == LicenseStart::Custom).then_some(now);
        OrderItem { start, ..OrderItem::default() }
    };
    let lines = offers.into_iter().map(|catalog| (terms(&catalog), catalog)).collect();
    grant(change, &order, &customer, lines)?;
    Ok(order.id)
}

/// What the catalog says of the offerings of a product that are marked `automatic`. One whose features do not fit a lease is no
/// offer: nobody could activate it.
fn offers(change: &mut Change<'_, '_>, product: &Product) -> Result<Vec<CatalogSnapshot>, Error> {
    let mut offers = Vec::new();
    for id in offering::automatic(change.tx, product.vendor, product.id)? {
        offers.extend(snapshot::load(change.tx, product.vendor, &id.into())?);
    }
    offers.retain(|catalog| fits_a_lease(&catalog.features, &catalog.attributes));
    Ok(offers)
}

/// Counts the newcomer against its address's day.
fn count(change: &mut Change<'_, '_>, most: u32) -> Result<(), Error> {
    let now = change.now.as_micros();
    let address = change.origin().address.as_deref().map(network).unwrap_or_default();
    if licensee::count_automatic(change.tx, change.permit, &address, now.div_euclid(DAY), most)? {
        return Ok(());
    }
    let seconds = (DAY - now.rem_euclid(DAY)).div_euclid(1_000_000) + 1;
    Err(Error::RateLimited { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) })
}

/// What is counted as one address: of IPv6 the network, because a single machine has its whole network's addresses.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

fn insert_customer(change: &mut Change<'_, '_>, new: &NewLicensee) -> Result<Customer, Error> {
    let by_number = || Name::new(new.number.as_str()).map_err(Error::internal);
    let customer = Customer {
        id: change.id(),
        vendor: change.permit.vendor(),
        name: new.name.clone().map_or_else(by_number, Ok)?,
        reference: None,
        disabled: None,
        deletion: None,
        contacts: Vec::new(),
        notes: String::new(),
        metadata: Metadata::default(),
        created: change.now,
        updated: change.now,
    };
    customer::insert(change.tx, change.permit, &customer)?;
    change.record(customer.id, None, Some(&customer))?;
    Ok(customer)
}

fn insert_order(change: &mut Change<'_, '_>, customer: &Customer) -> Result<Order, Error> {
    let order = Order {
        id: change.id(),
        vendor: change.permit.vendor(),
        customer: customer.id,
        reference: None,
        deletion: None,
        customer_deletion: None,
        contacts: Vec::new(),
        metadata: Metadata::default(),
        created: change.now,
        updated: change.now,
    };
    order::insert(change.tx, change.permit, &order)?;
    change.record(order.id, None, Some(&order))?;
    Ok(order)
}
