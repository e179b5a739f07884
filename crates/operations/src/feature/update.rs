//! `feature.update`.

use chancery_domain::{
    Action, FeatureDefinition, FeatureId, FeatureType, FeatureValue, Invalid, Metadata, Name, Overdraft, Selector,
    UsageReset,
};
use chancery_store::{Aggregate, feature};

use super::create::kind;
use super::find::get;
use crate::{Context, Error, Place, System};

/// New values for some members of a feature's definition. An absent one stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the definition's members")]
pub struct FeatureEdit {
    pub name: Option<Name>,
    /// Given, it must be the one that the feature has: set values are of it.
    pub feature_type: Option<FeatureType>,
    pub value: Option<FeatureValue>,
    pub overdraft: Option<Overdraft>,
    pub usage_reset: Option<UsageReset>,
    pub metadata: Option<Metadata>,
}

impl FeatureEdit {
    fn apply(&self, definition: &mut FeatureDefinition) -> Result<(), Error> {
        let feature_type = definition.kind.feature_type();
        if self.feature_type.is_some_and(|wanted| wanted != feature_type) {
            let right = format!("this feature is a {feature_type}, and stays one: define another");
            return Err(Error::invalid("type", Invalid::NotAllowed, right));
        }
        let overdraft = self.overdraft.unwrap_or(definition.kind.overdraft());
        let reset = self.usage_reset.unwrap_or(definition.kind.usage_reset());
        let value = self.value.unwrap_or(definition.value);
        (definition.kind, definition.value) = kind(feature_type, overdraft, reset, value)?;
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
/// `NotFound`, also for a feature that is defined elsewhere; `Invalid`; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    place: Place,
    which: Selector<FeatureId>,
    edit: FeatureEdit,
) -> Result<FeatureDefinition, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateFeature, aggregate, move |change| {
            let before = get(change.tx, change.permit, &place, &which)?;
            change.expect_version(&before)?;
            let mut after = before.clone();
            edit.apply(&mut after)?;
            after.updated = change.now;
            feature::update(change.tx, change.permit, &after)?;
            change.record(after.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
