//! Making a vendor, with its keys and its first API key (KEY-1…3, MAN-1).

use std::collections::BTreeSet;

use chancery_domain::{
    Action, Actor, ApiKey, KeyHolder, KeyPurpose, KeyScope, Name, Timestamp, Vendor, VendorId, VendorMode,
};
use chancery_store::{Aggregate, Outcome, vendor};
use chancery_token::Entropy;

use super::built_in::create_built_in;
use crate::signing_key::{Authority, Halves};
use crate::vendor_keys::SECRET_PURPOSE;
use crate::{Change, Context, Error, System, api_key};

/// A vendor to be made.
#[derive(Clone, Debug)]
pub struct NewVendor {
    /// Its name.
    pub name: Name,
    /// Whether it is a sandbox.
    pub sandbox: bool,
    /// The secret of its first API key, if it was chosen beforehand: `apik_…_…`.
    pub admin_key: Option<String>,
}

/// Makes a vendor: root key, issuing keys, receiving key, secret, and an API key for everything. Returns the API key, which is shown only now.
///
/// # Errors
/// `AlreadyExists` for a name that is taken; the database's.
pub async fn create(
    system: &System,
    now: Timestamp,
    seed: [u8; 32],
    input: NewVendor,
) -> Result<(Vendor, String), Error> {
    let mut entropy = Entropy::labelled(&seed, "vendor");
    let id: VendorId = entropy.id(now);
    let mode = if input.sandbox { VendorMode::Sandbox { ahead: 0 } } else { VendorMode::Live };
    let offline_request_age = Vendor::OFFLINE_REQUEST_AGE;
    let made =
        Vendor { id, name: input.name, mode, offline_request_age, contact_exports: false, created: now, updated: now };
    let context = Context::new(Actor::Operator { vendor: id }, now, seed);
    let permit = context.permit(Action::CreateVendor)?;
    let secret = entropy.bytes::<32>();
    let wrapped = system.kek().wrap(SECRET_PURPOSE, &id.to_string(), &secret, entropy.bytes())?;
    let (key, secret) = first_key(&made, input.admin_key.as_deref(), now, &mut entropy)?;

    let (vendor, workshop) = (made.clone(), system.workshop());
    let work = move |tx: &mut chancery_store::WriteTx<'_>| {
        if vendor::all(tx)?.iter().any(|other| other.name == vendor.name) {
            return Err(Error::AlreadyExists { field: "name" });
        }
        let mut change = Change::new(tx, &permit, &context);
        vendor::insert(change.tx, &permit, &vendor, &wrapped)?;
        let authority = Authority::found(&mut change, &workshop, &vendor)?;
        for purpose in [KeyPurpose::Issuing, KeyPurpose::Lasting, KeyPurpose::Receiving] {
            let key = Halves::fresh(&mut change, purpose)?;
            authority.install(&mut change, &key, purpose)?;
        }
        authority.publish(&mut change)?;
        chancery_store::api_key::insert(change.tx, &permit, &key)?;
        change.record(vendor.id, None, Some(&vendor))?;
        create_built_in(&mut change, vendor.id)?;
        change.record(key.id, None, Some(&key))?;
        Ok(Outcome::Done(()))
    };
    system.store().write(Aggregate::Vendor(id), work).await?;
    system.load_keys().await?;
    Ok((made, secret))
}

/// The first API key, for everything.
pub(crate) fn first_key(
    vendor: &Vendor,
    chosen: Option<&str>,
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<(ApiKey, String), Error> {
    let (id, secret) = match chosen {
        Some(chosen) => (api_key::id_of(chosen)?, chosen.to_owned()),
        None => api_key::generate(now, entropy),
    };
    let name = Name::new("admin").map_err(Error::internal)?;
    let key = ApiKey {
        id,
        vendor: vendor.id,
        name,
        holder: KeyHolder::System(BTreeSet::from([KeyScope::Admin])),
        expires: None,
        hash: api_key::hash(&secret),
        last_used: None,
        created: now,
    };
    Ok((key, secret))
}
