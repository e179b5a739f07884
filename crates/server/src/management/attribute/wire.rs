//! Attributes between the wire and the domain.

use chancery_api_types::management::{Attribute, CreateAttribute, EffectiveAttribute, UpdateAttribute};
use chancery_domain::AttributeDefinition;
use chancery_operations::attribute::{AttributeEdit, AttributeView, NewAttribute};

pub(super) fn new_attribute(body: CreateAttribute) -> NewAttribute {
    NewAttribute {
        key: body.key.0,
        name: body.name.map(|text| text.0),
        attribute_type: body.attribute_type.0,
        value: body.value.map(|text| text.0),
        metadata: body.metadata.map(Into::into).unwrap_or_default(),
    }
}

pub(super) fn edit(body: UpdateAttribute) -> AttributeEdit {
    AttributeEdit {
        name: body.name.map(|text| text.0),
        attribute_type: None,
        value: body.value.map(|text| text.0),
        metadata: body.metadata.map(Into::into),
    }
}

pub(super) fn attribute(definition: AttributeDefinition) -> Attribute {
    Attribute {
        id: definition.id.into(),
        level: definition.scope.level().into(),
        product_id: definition.scope.product().map(Into::into),
        edition_id: definition.scope.edition().map(Into::into),
        key: definition.key.into(),
        name: definition.name.into(),
        attribute_type: definition.attribute_type.into(),
        value: definition.value.map(Into::into),
        metadata: definition.metadata.into(),
        created: definition.created.into(),
        updated: definition.updated.into(),
    }
}

pub(super) fn effective(view: AttributeView) -> EffectiveAttribute {
    let AttributeView { definition, value, value_level, .. } = view;
    EffectiveAttribute {
        id: definition.id.into(),
        key: definition.key.into(),
        name: definition.name.into(),
        attribute_type: definition.attribute_type.into(),
        value: value.map(Into::into),
        level: definition.scope.level().into(),
        value_level: value_level.into(),
        metadata: definition.metadata.into(),
        created: definition.created.into(),
        updated: definition.updated.into(),
    }
}
