//! `attribute.delete`.

use chancery_domain::{
    Action, AttributeDefinition, AttributeId, AttributeValue, Fact, Facts, Selector, SetValue, fact,
};
use chancery_store::{Aggregate, attribute};

use super::find::get;
use crate::{Context, Error, Place, System, place};

/// Deletes a definition at the place where it stands, with the values that are set for it. What was sold already keeps its copy
/// (CAT-3).
///
/// # Errors
/// `NotFound`, also for an attribute that is defined elsewhere; the database's.
pub async fn delete(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<AttributeId>,
) -> Result<(), Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::DeleteAttribute, aggregate, move |change| {
            let definition = get(change.tx, change.permit, &place, &which)?;
            change.expect_version(&definition)?;
            let values = attribute::values_of(change.tx, definition.vendor, definition.id)?;
            attribute::delete(change.tx, change.permit, definition.id)?;
            change.record(definition.id, Some(&Whole(definition, values)), None)
        })
        .await
}

/// A definition with all that goes with it, for the audit.
struct Whole(AttributeDefinition, Vec<SetValue<AttributeId, AttributeValue>>);

impl Facts for Whole {
    fn facts(&self) -> Vec<Fact> {
        let values: Vec<_> = self.1.iter().map(|set| format!("{}={}", place::subject(set.scope), set.value)).collect();
        let mut facts = self.0.facts();
        facts.push(fact("values", values.join(", ")));
        facts
    }
}
