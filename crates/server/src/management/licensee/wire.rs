//! Licensees between the wire and the domain.

use chancery_api_types::management::{Licensee, UpdateLicensee};
use chancery_operations::licensee::LicenseeEdit;

pub(super) fn edit(body: UpdateLicensee) -> LicenseeEdit {
    LicenseeEdit { number: body.number.map(|text| text.0), metadata: body.metadata.map(Into::into) }
}

pub(super) fn licensee(licensee: chancery_domain::Licensee) -> Licensee {
    Licensee {
        id: licensee.id.into(),
        number: licensee.number.into(),
        customer_id: licensee.customer.into(),
        product_id: licensee.product.into(),
        secret_mode: licensee.secret_mode.into(),
        secret_set: licensee.secret.is_some(),
        secret_since: licensee.secret.map(|secret| secret.since.into()),
        metadata: licensee.metadata.into(),
        created: licensee.created.into(),
        updated: licensee.updated.into(),
    }
}
