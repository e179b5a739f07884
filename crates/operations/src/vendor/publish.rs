//! What a vendor publishes: its keys, and the trust bundle that products are built with (KEY-4).

use std::collections::BTreeMap;

use chancery_domain::{Timestamp, VendorId};
use chancery_token::{BundleClaims, BundleVendor, Entropy, Issued, Jwks, RevocationClaims};

use crate::{Error, System};

/// The vendor's public keys, each with its certificate.
///
/// # Errors
/// `NotFound` for an unknown vendor.
pub async fn jwks(system: &System, vendor: VendorId) -> Result<Jwks, Error> {
    let keys = system.vendor_keys(vendor).await?;
    let root = Jwks::default().with(keys.root.clone(), None);
    Ok(keys.published.iter().fold(root, |all, (jwk, certificate)| all.with(jwk.clone(), Some(certificate.clone()))))
}

/// The vendor's trust bundle, signed by its root.
///
/// # Errors
/// `NotFound` for an unknown vendor, or one whose root was removed.
pub async fn trust_bundle(
    system: &System,
    vendor: VendorId,
    clock: Timestamp,
    seed: [u8; 32],
) -> Result<String, Error> {
    let keys = system.vendor_keys(vendor).await?;
    let now = system.vendor_now(&keys.vendor, clock).await?;
    let root = keys.root_key.as_deref().ok_or(Error::NotFound)?;
    let mut entropy = Entropy::labelled(&seed, "bundle");
    let sandbox = keys.vendor.is_sandbox();
    let mut issued = || Issued::new(vendor, now, entropy.token_id(), sandbox);
    let revocations = RevocationClaims { issued: issued(), number: 0, revoked: Vec::new() }.sign(root)?;
    let urls = system.public_url().map(|url| ("api".to_owned(), url.to_owned()));
    let bundle = BundleClaims {
        issued: issued(),
        vendor: BundleVendor { id: vendor, name: keys.vendor.name.to_string() },
        root: keys.root.clone(),
        certificates: keys.published.iter().map(|(_, certificate)| certificate.clone()).collect(),
        revocations,
        urls: BTreeMap::from_iter(urls),
    };
    Ok(bundle.sign(root)?)
}
