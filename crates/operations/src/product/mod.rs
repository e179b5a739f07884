//! Products.

mod create;
mod delete;
mod find;
mod list;
mod update;

pub use create::{NewProduct, create};
pub use delete::delete;
pub use find::find;
pub(crate) use find::get;
pub use list::list;
pub use update::{ProductEdit, update};

use chancery_domain::{Product, ProductId, Refusal, Selector, VendorId};

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for Product {
    fn facts(&self) -> String {
        self.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        get(change.tx, change.permit, &Selector::Id(fact(facts)?))
    }
}

/// Checks that a product is none that every vendor has from the first (LLS-2): those stay as they are called.
pub(crate) fn check_not_built_in(vendor: VendorId, product: ProductId) -> Result<(), Refusal> {
    if product == ProductId::of_local_server(vendor) { Err(Refusal::BuiltIn) } else { Ok(()) }
}
