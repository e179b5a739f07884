//! Editions: sets of feature and attribute values.

mod create;
mod delete;
mod find;
mod list;
mod update;
mod values;

pub use create::{NewEdition, create};
pub use delete::delete;
pub(crate) use find::get;
pub use find::{EditionView, find};
pub use list::list;
pub use update::{EditionEdit, update};

use chancery_domain::{Edition, EditionId, Refusal, Selector};
use chancery_store::edition;

use crate::receipt::fact;
use crate::{Change, Error, Remembered};

impl Remembered for EditionView {
    fn facts(&self) -> String {
        self.edition.id.to_string()
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let id: Selector<EditionId> = Selector::Id(fact(facts)?);
        let edition = edition::find(change.tx, change.permit.vendor(), None, &id)?.ok_or(Error::NotFound)?;
        Self::of(change.tx, edition)
    }
}

/// Checks that an edition is none that every vendor has from the first: those stay as they are called.
fn check_not_built_in(edition: &Edition) -> Result<(), Refusal> {
    if edition.id == EditionId::of_local_server(edition.vendor) { Err(Refusal::BuiltIn) } else { Ok(()) }
}
