//! The product that every vendor has from the first: the local server, which customers run and license like any other (LLS-2).

use chancery_domain::{
    DeviceKeys, Edition, EditionId, Key, LOCAL_SERVER_EDITION_KEY, LOCAL_SERVER_KEY, Metadata, Name, Period, Policy,
    Product, ProductId, SecretMode, Timestamp, VendorId,
};
use chancery_store::{edition, product};

use crate::edition::EditionView;
use crate::{Change, Error};

/// Makes the vendor's product `local-server` with its edition.
pub(super) fn create_built_in(change: &mut Change<'_, '_>, vendor: VendorId) -> Result<(), Error> {
    let (product, edition) = (local_server(vendor, change.now)?, standard(vendor, change.now)?);
    product::insert(change.tx, change.permit, &product)?;
    change.record(product.id, None, Some(&product))?;
    edition::insert(change.tx, change.permit, &edition)?;
    let view = EditionView::of(change.tx, edition)?;
    change.record(view.edition.id, None, Some(&view))
}

/// Whether a product is the built-in one, with its edition, and both are what they were made as.
pub(crate) fn is_as_built_in(product: &Product, editions: &[&Edition]) -> bool {
    let (vendor, at) = (product.vendor, product.created);
    let is_product = local_server(vendor, at).is_ok_and(|made| made == Product { updated: at, ..product.clone() });
    let is_edition =
        |edition: &Edition| standard(vendor, at).is_ok_and(|made| made == Edition { updated: at, ..edition.clone() });
    is_product && matches!(editions, [edition] if is_edition(edition))
}

/// A server is licensed as long as its entitlement lasts, unless the vendor sells it otherwise: where it runs nobody carries it
/// anything without need. It always has keys.
fn local_server(vendor: VendorId, at: Timestamp) -> Result<Product, Error> {
    Ok(Product {
        id: ProductId::of_local_server(vendor),
        vendor,
        name: Name::new("Local server").map_err(Error::internal)?,
        key: Key::new(LOCAL_SERVER_KEY).map_err(Error::internal)?,
        policy: Policy { offline_lease_period: Some(Period::Unlimited), ..Policy::default() },
        device_keys: DeviceKeys::Required,
        secret_mode: SecretMode::Disabled,
        licensee_auto_create: false,
        metadata: Metadata::default(),
        created: at,
        updated: at,
    })
}

fn standard(vendor: VendorId, at: Timestamp) -> Result<Edition, Error> {
    Ok(Edition {
        id: EditionId::of_local_server(vendor),
        vendor,
        product: ProductId::of_local_server(vendor),
        name: Name::new("Standard").map_err(Error::internal)?,
        key: Key::new(LOCAL_SERVER_EDITION_KEY).map_err(Error::internal)?,
        metadata: Metadata::default(),
        created: at,
        updated: at,
    })
}
