//! What of local servers a caller reaches: a vendor's system all, a contact those of its customer, where the vendor lets contacts
//! export.

use chancery_domain::{Access, Actor, CustomerId, Group, Invalid, KeyScope, NotPermitted, OrderId, Period, VendorId};
use chancery_store::{ReadTx, customer, order, vendor};

use crate::Error;

/// Checks that the caller may export what an order granted, and carry what comes of it.
///
/// # Errors
/// `NotPermitted` for a contact whose vendor does not let contacts do it; `NotFound` for one that the order does not name, as if there
/// were no such order (API-2); the database's.
pub(crate) fn check_reach(tx: &mut ReadTx<'_>, actor: &Actor, id: OrderId) -> Result<(), Error> {
    let Actor::Contact { id: contact, vendor } = actor else { return Ok(()) };
    check_contact_exports(tx, *vendor)?;
    let named = order::find(tx, *vendor, &id.into())?.is_some_and(|order| order.contacts.contains(contact));
    if named { Ok(()) } else { Err(Error::NotFound) }
}

/// Checks that the caller may say how long a delegation lasts, and so how much may be lost with a server (TOK-8): that is the vendor's
/// to say.
///
/// # Errors
/// `Invalid` for a contact who says it.
pub(crate) fn check_period(actor: &Actor, delegation: Option<Period>) -> Result<(), Error> {
    if matches!(actor, Actor::Contact { .. }) && delegation.is_some() {
        let detail = "how long a delegation lasts is the vendor's to say: leave it out";
        return Err(Error::invalid("delegationPeriod", Invalid::NotAllowed, detail));
    }
    Ok(())
}

/// The customer whose servers the caller reaches; nothing: all.
///
/// # Errors
/// `NotPermitted`; `NotFound` for a contact that is gone; the database's.
pub(crate) fn reached_customer(tx: &mut ReadTx<'_>, actor: &Actor) -> Result<Option<CustomerId>, Error> {
    let Actor::Contact { id, vendor } = actor else { return Ok(None) };
    check_contact_exports(tx, *vendor)?;
    let customer = customer::find_by_contact(tx, *vendor, *id)?.ok_or(Error::NotFound)?;
    Ok(Some(customer.id))
}

fn check_contact_exports(tx: &mut ReadTx<'_>, id: VendorId) -> Result<(), Error> {
    let allowed = vendor::find(tx, id)?.is_some_and(|vendor| vendor.contact_exports);
    let needed = KeyScope::Group(Group::Entitlements, Access::Write);
    if allowed { Ok(()) } else { Err(NotPermitted { needed }.into()) }
}
