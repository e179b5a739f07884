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

use chancery_domain::{Product, Selector};

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
