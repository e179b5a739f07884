//! `licensee.read`, of many.

use chancery_domain::{Action, CustomerId, Invalid, Licensee, ProductId, Selector};
use chancery_store::{List, PageRequest, ReadTx, customer, licensee, product};

use crate::{Context, Error, System};

/// Which licensees to list; what is nothing leaves all.
#[derive(Clone, Debug, Default)]
pub struct LicenseeFilter {
    /// Those of this customer.
    pub customer: Option<Selector<CustomerId>>,
    /// Those of this product.
    pub product: Option<Selector<ProductId>>,
}

/// A page of the caller's vendor's licensees.
///
/// # Errors
/// `Invalid` for an unknown customer or product; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    filter: LicenseeFilter,
    page: PageRequest,
) -> Result<List<Licensee>, Error> {
    let permit = context.permit(Action::ReadLicensee)?;
    system
        .store()
        .read(move |tx| {
            let filter = resolve(tx, permit.vendor(), &filter)?;
            Ok(licensee::list(tx, &permit, &filter, &page)?)
        })
        .await
}

fn resolve(
    tx: &mut ReadTx<'_>,
    vendor: chancery_domain::VendorId,
    filter: &LicenseeFilter,
) -> Result<licensee::LicenseeFilter, Error> {
    let customer = match &filter.customer {
        None => None,
        Some(which) => {
            let unknown = || Error::invalid("customerId", Invalid::Unknown, "there is no such customer");
            Some(customer::find(tx, vendor, which)?.ok_or_else(unknown)?.id)
        }
    };
    let product = match &filter.product {
        None => None,
        Some(which) => {
            let unknown = || Error::invalid("productId", Invalid::Unknown, "there is no such product");
            Some(product::find(tx, vendor, which)?.ok_or_else(unknown)?.id)
        }
    };
    Ok(licensee::LicenseeFilter { customer, product })
}
