//! `attribute.update`.

use chancery_domain::{
    Action, AttributeDefinition, AttributeId, AttributeType, AttributeValue, Invalid, Metadata, Name, Selector,
};
use chancery_store::{Aggregate, attribute};

use super::check;
use super::find::get;
use crate::{Context, Error, Place, System};

/// New values for some members of an attribute's definition. An absent one stays; the inner `None` is an explicit null.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, clippy::option_option, reason = "the names are those of the definition's members")]
pub struct AttributeEdit {
    pub name: Option<Name>,
    /// Given, it must be the one that the attribute has: set values are of it.
    pub attribute_type: Option<AttributeType>,
    pub value: Option<Option<AttributeValue>>,
    pub metadata: Option<Metadata>,
}

impl AttributeEdit {
    fn apply(&self, definition: &mut AttributeDefinition) -> Result<(), Error> {
        let attribute_type = definition.attribute_type;
        if self.attribute_type.is_some_and(|wanted| wanted != attribute_type) {
            let right = format!("this attribute is a {attribute_type}, and stays one: define another");
            return Err(Error::invalid("type", Invalid::NotAllowed, right));
        }
        if let Some(value) = &self.value {
            let checked = value.as_ref().map(|value| check(attribute_type, value, "value"));
            definition.value = checked.transpose().map_err(|error| Error::Invalid(vec![error]))?;
        }
        if let Some(name) = &self.name {
            definition.name = name.clone();
        }
        if let Some(metadata) = &self.metadata {
            definition.metadata = metadata.clone();
        }
        Ok(())
    }
}

/// Changes a definition at the place where it stands. What was sold already keeps what it was sold with (CAT-3).
///
/// # Errors
/// `NotFound`, also for an attribute that is defined elsewhere; `Invalid`; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<AttributeId>,
    edit: AttributeEdit,
) -> Result<AttributeDefinition, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateAttribute, aggregate, move |change| {
            let before = get(change.tx, change.permit, &place, &which)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            edit.apply(&mut after)?;
            after.updated = change.now;
            attribute::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
