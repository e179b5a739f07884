//! What a vendor publishes: its keys, and the trust bundle that products are built with (KEY-4).

use chancery_domain::{Action, Actor, Timestamp, Vendor, VendorId};
use chancery_store::Aggregate;
use chancery_token::Jwks;

use crate::signing_key::Authority;
use crate::{Change, Context, Error, System};

/// The vendor's public keys, each with its certificate.
///
/// # Errors
/// `NotFound` for an unknown vendor.
pub async fn jwks(system: &System, vendor: VendorId) -> Result<Jwks, Error> {
    let keys = system.vendor_keys(vendor).await?;
    let root = Jwks::default().with(keys.root.clone(), None);
    Ok(keys.published.iter().fold(root, |all, (jwk, certificate)| all.with(jwk.clone(), certificate.clone())))
}

/// The vendor's trust bundle, as its root signed it last: it is signed anew with each change of the vendor's keys, and when this
/// server is reached under an address that no bundle names yet. Where the root is not here for that, the last one must do (KEY-1).
///
/// # Errors
/// `NotFound` for an unknown vendor.
pub async fn trust_bundle(
    system: &System,
    vendor: VendorId,
    clock: Timestamp,
    seed: [u8; 32],
) -> Result<String, Error> {
    let keys = system.vendor_keys(vendor).await?;
    if let Some(local) = &keys.local {
        return Ok(local.bundle().to_owned());
    }
    let url = system.workshop().url;
    if let Some(bundle) = keys.bundle(&url) {
        return Ok(bundle.clone());
    }
    if let Err(error) = sign(system, &keys.vendor, clock, seed).await {
        tracing::warn!(detail = error.private(), %vendor, "no trust bundle names this server's address");
    }
    let keys = system.vendor_keys(vendor).await?;
    keys.bundle(&url).or_else(|| keys.any_bundle()).cloned().ok_or(Error::NotFound)
}

async fn sign(system: &System, vendor: &Vendor, clock: Timestamp, seed: [u8; 32]) -> Result<(), Error> {
    let now = system.vendor_now(vendor, clock).await?;
    let context = Context::new(Actor::Operator { vendor: vendor.id }, now, seed);
    let workshop = system.workshop();
    let act = move |change: &mut Change<'_, '_>| Authority::of(change, &workshop)?.publish(change);
    system.change(&context, Action::RenewSigningKey, Aggregate::Vendor(vendor.id), act).await?;
    system.load_keys().await
}
