//! Who claims a seat: from a credential to the orders whose entitlements may serve it (LIC-1).

use chancery_domain::{
    ActivationCodeId, ContactId, LicenseeId, Name, OrderId, Product, ProductId, Selector, Timestamp,
};
use chancery_store::{Aggregate, ReadTx, activation_code as codes, licensee as licensees};

use super::{Authenticated, Identity, activation_code, contact, licensee};
use crate::licensee::{NewLicensee, create_automatic};
use crate::{Change, Error, System};

/// What a product shows to claim a seat.
#[derive(Clone)]
pub enum Credential {
    /// An activation code.
    ActivationCode(String),
    /// A licensee's number.
    Licensee {
        /// The number.
        number: String,
        /// What the customer is called, if the licensee comes by itself.
        name: Option<Name>,
    },
    /// A contact's address and password.
    Password {
        /// The address.
        username: String,
        /// The password.
        password: String,
    },
    /// What the vendor's OpenID provider says of a contact.
    Identity(Identity),
}

/// Who claims: what a credential leads to.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// Who asks, and the vendor's now.
    pub caller: Authenticated,
    /// The product.
    pub product: Product,
    /// What leads to the orders. It is asked again when they are locked.
    pub lead: Lead,
    /// The orders to which it led when the credential was read, sorted.
    pub orders: Vec<OrderId>,
}

/// What leads to the orders of a claim.
#[derive(Clone, Debug)]
pub enum Lead {
    /// An activation code, to its one order.
    Code(OrderId, ActivationCodeId),
    /// A licensee, to all orders by which its customer has something of its product.
    Licensee(LicenseeId),
    /// One person's contacts, to all orders that name any of them and have something of the product.
    Contacts(Vec<ContactId>),
    /// A number that nobody has yet, to an order that is made with the claim (AUTO-1).
    Newcomer(NewLicensee),
}

/// Where a lead leads once everything is locked.
pub(crate) enum Led {
    /// To these orders, sorted.
    To(Vec<OrderId>),
    /// To an order that was just made. Whatever refuses the claim undoes it.
    ToNew(OrderId),
    /// Elsewhere than is locked: to these orders, by this lead.
    Elsewhere(Lead, Vec<OrderId>),
}

impl Led {
    /// To orders that must be locked for it.
    fn of(lead: Lead, orders: Vec<OrderId>, locked: &[OrderId]) -> Self {
        let all_locked = orders.iter().all(|order| locked.contains(order));
        if all_locked { Self::To(orders) } else { Self::Elsewhere(lead, orders) }
    }
}

impl Claimant {
    /// The same claimant at the server's now.
    pub(super) fn at(mut self, now: Timestamp) -> Self {
        self.caller.now = self.caller.vendor.now(now);
        self
    }
}

impl Lead {
    /// What must be locked for a claim on these orders.
    pub(crate) fn locks(&self, product: &Product, orders: &[OrderId]) -> Vec<Aggregate> {
        match self {
            Self::Code(..) | Self::Licensee(_) | Self::Contacts(_) => {
                orders.iter().copied().map(Aggregate::Order).collect()
            }
            Self::Newcomer(_) => vec![Aggregate::Vendor(product.vendor)],
        }
    }

    /// Tells the store what [`Self::follow`] will ask, where that is known already.
    pub(crate) fn announce(&self, tx: &mut ReadTx<'_>) -> Result<(), Error> {
        match self {
            Self::Code(order, code) if tx.announces() => Ok(codes::announce(tx, *order, *code)?),
            _ => Ok(()),
        }
    }

    /// Where it leads now that these orders are locked.
    pub(crate) fn follow(
        &self,
        change: &mut Change<'_, '_>,
        product: &Product,
        locked: &[OrderId],
    ) -> Result<Led, Error> {
        let id = match self {
            // It may have been revoked while the claim waited for the order's lock: then it is as good as unknown.
            Self::Code(order, code) => {
                let found = codes::find(change.tx, *order, *code)?.filter(|code| code.revoked.is_none());
                return found.map(|code| Led::To(vec![code.order])).ok_or(Error::ActivationCodeUnknown);
            }
            Self::Contacts(contacts) => {
                let orders = contact::orders(change.tx, contacts, product.id)?;
                return Ok(Led::of(self.clone(), orders, locked));
            }
            Self::Licensee(id) => Selector::Id(*id),
            Self::Newcomer(new) => Selector::Name(new.number.to_string()),
        };
        match (self, licensees::find(change.tx, product.vendor, &id)?) {
            (Self::Newcomer(new), None) => Ok(Led::ToNew(create_automatic(change, product, new)?)),
            (_, Some(found)) if found.product == product.id => {
                let orders = licensees::orders(change.tx, found.customer, found.product)?;
                Ok(Led::of(Self::Licensee(found.id), orders, locked))
            }
            _ => Err(Error::NotFound),
        }
    }
}

/// Finds out who claims, and which product is meant. A product's key may be several vendors': the credential tells whose.
///
/// # Errors
/// `ActivationCodeUnknown`; `ProductNotInOrder` for a code that exists with a product that does not; `NotFound` for an unknown licensee;
/// `CredentialNotAvailableHere` for a product that takes no licensee numbers, and for accounts on a local server; `Unauthenticated` for accounts that are none; the
/// database's.
pub async fn claimant(
    system: &System,
    credential: &Credential,
    which: Selector<ProductId>,
    clock: Timestamp,
) -> Result<Claimant, Error> {
    // Contacts stay with the vendor (LIC-1).
    if system.local().is_some() && matches!(credential, Credential::Password { .. } | Credential::Identity(_)) {
        return Err(Error::CredentialNotAvailableHere);
    }
    match credential {
        Credential::ActivationCode(code) => activation_code::claimant(system, code, which, clock).await,
        Credential::Licensee { number, name } => licensee::claimant(system, number, name.clone(), which, clock).await,
        Credential::Password { username, password } => {
            contact::by_password(system, (username, password), which, clock).await
        }
        Credential::Identity(identity) => contact::by_identity(system, identity, which, clock).await,
    }
}
