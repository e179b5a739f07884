//! Accounts: a contact of an order claims a seat of it, by a password or by what the vendor's OpenID provider says (LIC-1).

use chancery_domain::{
    Actor, ContactId, Email, Issuer, OpenIdProvider, OrderId, Product, ProductId, Selector, Timestamp, Vendor,
};
use chancery_store::login::{self, Login};
use chancery_store::{ReadTx, openid_provider, product, vendor};

use super::{Authenticated, Claimant, Lead};
use crate::{Error, System, Unauthenticated, password};

/// What an OpenID provider said, once its token was found genuine.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The registration by which the token was checked.
    pub provider: OpenIdProvider,
    /// The value of its subject claim: a contact's address.
    pub subject: String,
}

/// A product, its vendor, and those of the vendor's contacts who may be meant.
struct Account {
    vendor: Vendor,
    product: Product,
    logins: Vec<Login>,
}

/// Who shows a name and a password. An unknown name and a wrong password look alike, in text and in time (API-2).
pub(super) async fn by_password(
    system: &System,
    (username, given): (&str, &str),
    which: Selector<ProductId>,
    clock: Timestamp,
) -> Result<Claimant, Error> {
    let email = Email::new(username).ok();
    let mut accounts = system.store().read(move |tx| accounts(tx, email.as_ref(), &which)).await?;
    let logins = accounts.iter_mut().flat_map(|account| &mut account.logins);
    let hashes = logins.map(|login| login.password.take()).collect();
    let mut right = password::matching(given, hashes).await?.into_iter();
    for account in &mut accounts {
        account.logins.retain(|_| right.next() == Some(true));
    }
    accounts.retain(|account| !account.logins.is_empty());
    let account = accounts.into_iter().next().ok_or(Error::Unauthenticated(Unauthenticated::Invalid))?;
    claimant(system, account, clock).await
}

/// Who shows a token of an OpenID provider that was found genuine.
pub(super) async fn by_identity(
    system: &System,
    identity: &Identity,
    which: Selector<ProductId>,
    clock: Timestamp,
) -> Result<Claimant, Error> {
    let Identity { provider, subject } = identity.clone();
    let accounts = system
        .store()
        .read(move |tx| {
            // The registration may have been removed since the token was checked.
            if openid_provider::find(tx, provider.vendor, provider.id)?.is_none_or(|now| now != provider) {
                return Err(Error::Unauthenticated(Unauthenticated::Invalid));
            }
            let mut all = accounts(tx, Email::new(&subject).ok().as_ref(), &which)?;
            all.retain(|account| account.vendor.id == provider.vendor && !account.logins.is_empty());
            Ok(all)
        })
        .await?;
    let account = accounts.into_iter().next().ok_or(Error::Unauthenticated(Unauthenticated::Invalid))?;
    claimant(system, account, clock).await
}

/// The registrations of an issuer at the vendors who have this product: a product's key may be several vendors'.
///
/// # Errors
/// The database's.
pub async fn openid_providers(
    system: &System,
    issuer: &Issuer,
    which: Selector<ProductId>,
) -> Result<Vec<OpenIdProvider>, Error> {
    let issuer = issuer.clone();
    system
        .store()
        .read(move |tx| {
            let mut found = Vec::new();
            for product in product::find_anywhere(tx, &which)? {
                found.extend(openid_provider::of_issuer(tx, product.vendor, issuer.as_str())?);
            }
            Ok::<_, Error>(found)
        })
        .await
}

/// Nobody has what is no address.
fn accounts(tx: &mut ReadTx<'_>, email: Option<&Email>, which: &Selector<ProductId>) -> Result<Vec<Account>, Error> {
    let mut accounts = Vec::new();
    for product in product::find_anywhere(tx, which)? {
        let logins = email.map(|email| login::by_email(tx, product.vendor, email)).transpose()?.unwrap_or_default();
        let vendor = vendor::find(tx, product.vendor)?.ok_or(Error::NotFound)?;
        accounts.push(Account { vendor, product, logins });
    }
    Ok(accounts)
}

/// One person may be a contact of several customers: all their orders are open.
async fn claimant(system: &System, account: Account, clock: Timestamp) -> Result<Claimant, Error> {
    let Account { vendor, product, logins } = account;
    let contacts: Vec<ContactId> = logins.iter().map(|login| login.contact).collect();
    let first = *contacts.first().ok_or(Error::NotFound)?;
    let (asked, id) = (contacts.clone(), product.id);
    let orders = system.store().read(move |tx| orders(tx, &asked, id)).await?;
    let now = vendor.now(system.now(clock));
    let actor = Actor::Contact { id: first, vendor: vendor.id };
    let caller = Authenticated { actor, vendor, now };
    Ok(Claimant { caller, product, lead: Lead::Contacts(contacts), orders })
}

/// The orders on which any of these contacts may claim something of a product, sorted.
pub(super) fn orders(tx: &mut ReadTx<'_>, contacts: &[ContactId], product: ProductId) -> Result<Vec<OrderId>, Error> {
    let mut all = Vec::new();
    for contact in contacts {
        all.extend(login::orders(tx, *contact, product)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
