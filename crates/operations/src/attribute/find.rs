//! `attribute.read`, of one.

use chancery_domain::{
    Action, AttributeDefinition, AttributeId, AttributeValue, Level, Permit, Scope, Selector, VendorId, nearest,
};
use chancery_store::{ReadTx, attribute};

use crate::{Change, Context, Error, Place, Remembered, System, place};

/// An attribute as it holds at a place of the catalog (CAT-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeView {
    /// Its definition, at this place or a farther one.
    pub definition: AttributeDefinition,
    /// The place.
    pub scope: Scope,
    /// The value that holds here; nothing where no level gives one.
    pub value: Option<AttributeValue>,
    /// The level that gives it.
    pub value_level: Level,
}

impl AttributeView {
    /// What holds of a definition at a place that it covers.
    pub(super) fn of(tx: &mut ReadTx<'_>, definition: AttributeDefinition, scope: Scope) -> Result<Self, Error> {
        let set = attribute::values_of(tx, definition.vendor, definition.id)?;
        let nearer =
            set.into_iter().filter(|set| set.scope.covers(scope)).map(|set| (set.scope.level(), Some(set.value)));
        let (value_level, value) = nearest((definition.scope.level(), definition.value.clone()), nearer);
        Ok(Self { definition, scope, value, value_level })
    }
}

impl Remembered for AttributeView {
    fn facts(&self) -> String {
        place::facts(self.definition.id, self.scope)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (id, scope) = place::recall(facts)?;
        let definition = covering(change.tx, change.permit.vendor(), scope, &Selector::Id(id))?;
        Self::of(change.tx, definition, scope)
    }
}

/// One attribute as it holds at a place, wherever it is defined.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<AttributeId>,
) -> Result<AttributeView, Error> {
    let permit = context.permit(Action::ReadAttribute)?;
    system
        .store()
        .read(move |tx| {
            let scope = place.scope(tx, &permit)?;
            let definition = covering(tx, permit.vendor(), scope, &which)?;
            AttributeView::of(tx, definition, scope)
        })
        .await
}

/// The definition that stands exactly at a place, or that there is none.
pub(super) fn get(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    place: &Place,
    which: &Selector<AttributeId>,
) -> Result<AttributeDefinition, Error> {
    let scope = place.scope(tx, permit)?;
    attribute::find(tx, permit.vendor(), scope, which)?.ok_or(Error::NotFound)
}

/// The definition that holds for a place, there or farther, or that there is none.
pub(super) fn covering(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
    which: &Selector<AttributeId>,
) -> Result<AttributeDefinition, Error> {
    if let Selector::Name(key) = which {
        return attribute::find_covering(tx, vendor, scope, key)?.ok_or(Error::NotFound);
    }
    for level in place::outwards(scope) {
        if let Some(definition) = attribute::find(tx, vendor, level, which)? {
            return Ok(definition);
        }
    }
    Err(Error::NotFound)
}
