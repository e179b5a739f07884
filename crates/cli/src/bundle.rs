//! Trust bundles, as they are fetched and read (KEY-4).

use chancery_client::Product;
use serde::Deserialize;

use crate::Failure;
use crate::api::Api;

#[derive(Deserialize)]
struct Published {
    token: String,
}

/// Fetches the bundle of a vendor; of the only one, if none is named.
pub(crate) async fn fetch(api: &Api, vendor: Option<&str>) -> Result<String, Failure> {
    let path = match vendor {
        Some(vendor) => format!("/vendors/{}/.well-known/trust-bundle", crate::api::escaped(vendor)),
        None => "/.well-known/trust-bundle".to_owned(),
    };
    let published: Published = api.get(&path).await?;
    Ok(published.token)
}

/// Whose bundle it is. It is opened for it: root, certificates, revocations.
pub(crate) fn vendor(bundle: &str) -> Result<String, Failure> {
    // The SDK opens a bundle for a product; any will do.
    let product = Product::new("prod_00000000000000000000000000", bundle).map_err(Failure::from)?;
    Ok(product.trust().vendor_name().to_owned())
}
