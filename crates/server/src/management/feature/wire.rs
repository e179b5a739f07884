//! Features between the wire and the domain.

use chancery_api_types::management::{CreateFeature, EffectiveFeature, Feature, UpdateFeature};
use chancery_domain::{FeatureDefinition, Overdraft, UsageReset};
use chancery_operations::feature::{FeatureEdit, FeatureView, NewFeature};

pub(super) fn new_feature(body: CreateFeature) -> NewFeature {
    NewFeature {
        key: body.key.0,
        name: body.name.map(|text| text.0),
        feature_type: body.feature_type.0,
        value: body.value.into(),
        overdraft: body.overdraft.map_or(Overdraft::None, Into::into),
        usage_reset: body.usage_reset.map_or(UsageReset::Never, |text| text.0),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn edit(body: UpdateFeature) -> FeatureEdit {
    FeatureEdit {
        name: body.name.map(|text| text.0),
        feature_type: None,
        value: body.value.map(Into::into),
        overdraft: body.overdraft.map(Into::into),
        usage_reset: body.usage_reset.map(|text| text.0),
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn feature(definition: FeatureDefinition) -> Feature {
    Feature {
        id: definition.id.into(),
        level: definition.scope.level().into(),
        product_id: definition.scope.product().map(Into::into),
        edition_id: definition.scope.edition().map(Into::into),
        key: definition.key.into(),
        name: definition.name.into(),
        feature_type: definition.kind.feature_type().into(),
        value: definition.value.into(),
        overdraft: definition.kind.overdraft().into(),
        usage_reset: definition.kind.usage_reset().into(),
        metadata: definition.metadata.into(),
        created: definition.created.into(),
        updated: definition.updated.into(),
    }
}

pub(super) fn effective(view: FeatureView) -> EffectiveFeature {
    let FeatureView { definition, value, value_level, .. } = view;
    EffectiveFeature {
        id: definition.id.into(),
        key: definition.key.into(),
        name: definition.name.into(),
        feature_type: definition.kind.feature_type().into(),
        value: value.into(),
        overdraft: definition.kind.overdraft().into(),
        usage_reset: definition.kind.usage_reset().into(),
        level: definition.scope.level().into(),
        value_level: value_level.into(),
        metadata: definition.metadata.into(),
        created: definition.created.into(),
        updated: definition.updated.into(),
    }
}
