//! Attributes: definitions at the levels of the catalog, and the values that nearer levels give them (CAT-1).

mod create;
mod delete;
mod effective;
mod find;
mod list;
mod remove;
mod remove_value;
mod set_value;
mod update;
mod value;

pub use create::{NewAttribute, create};
pub use delete::delete;
pub use effective::effective;
pub(crate) use effective::values;
pub use find::{AttributeView, find};
pub use list::list;
pub use remove::remove;
pub use remove_value::remove_value;
pub use set_value::set_value;
pub use update::{AttributeEdit, update};
pub(crate) use value::{check, give};

use chancery_domain::{AttributeDefinition, Selector};
use chancery_store::attribute;

use crate::{Change, Error, Remembered, place};

impl Remembered for AttributeDefinition {
    fn facts(&self) -> String {
        place::facts(self.id, self.scope)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (id, scope) = place::recall(facts)?;
        attribute::find(change.tx, change.permit.vendor(), scope, &Selector::Id(id))?.ok_or(Error::NotFound)
    }
}
