//! The vendor between the wire and the domain.

use chancery_api_types::management::{UpdateVendor, Vendor};
use chancery_operations::vendor::VendorEdit;

pub(super) fn edit(body: UpdateVendor) -> VendorEdit {
    VendorEdit { offline_request_age: body.offline_request_age.map(Into::into), contact_exports: body.contact_exports }
}

pub(super) fn vendor(vendor: chancery_domain::Vendor) -> Vendor {
    Vendor {
        id: vendor.id.into(),
        sandbox: vendor.is_sandbox(),
        name: vendor.name.into(),
        offline_request_age: vendor.offline_request_age.into(),
        contact_exports: vendor.contact_exports,
        created: vendor.created.into(),
        updated: vendor.updated.into(),
    }
}
