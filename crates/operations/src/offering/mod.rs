//! Offerings: what is sold.

mod create;
mod delete;
mod find;
mod list;
mod parts;
mod update;

pub use create::{NewOffering, create};
pub use delete::delete;
pub(crate) use find::get;
pub use find::{OfferingView, find};
pub use list::{OfferingQuery, list};
pub use update::{OfferingEdit, PolicyEdit, update};

use chancery_domain::Selector;

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for OfferingView {
    fn facts(&self) -> String {
        self.offering.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let offering = get(change.tx, change.permit, &Selector::Id(fact(facts)?))?;
        Self::of(change.tx, offering)
    }
}
