//! Features, as definitions.

use std::collections::BTreeMap;

use chancery_domain::{
    FeatureDefinition, FeatureId, FeatureKind, FeatureType, FeatureValue, FieldError, Invalid, Key, Metadata, Name,
    Overdraft, Permit, Scope, SetValue, UsageReset,
};
use chancery_store::{StoreError, WriteTx, feature};

use super::super::{Definitions, EditionContent, FeatureMembers, Given, ImportKind, Item, ProductContent, Values};
use super::Draft;
use super::definition::{Birth, Definition};

impl Definition for FeatureDefinition {
    type Id = FeatureId;
    type Members = FeatureMembers;
    type Value = FeatureValue;
    type Literal = FeatureValue;

    const KIND: ImportKind = ImportKind::Feature;
    const NOUN: &'static str = "feature";
    const PRODUCT_VALUES: &'static str = "featureValues";
    const EDITION_VALUES: &'static str = "features";

    fn id(&self) -> FeatureId {
        self.id
    }

    fn key(&self) -> &Key {
        &self.key
    }

    fn scope(&self) -> Scope {
        self.scope
    }

    fn decide(
        draft: &mut Draft<'_>,
        path: &str,
        key: &Key,
        members: &FeatureMembers,
        before: Option<&Self>,
        birth: Birth<FeatureId>,
    ) -> Option<Self> {
        let feature_type = draft.need(&members.feature_type, before.map(|one| one.kind.feature_type()), path, "type");
        let value = draft.need(&members.value, before.map(|one| one.value), path, "value");
        let feature_type = feature_type?;
        if let Some(before) = before.filter(|before| before.kind.feature_type() != feature_type) {
            let standing = before.kind.feature_type();
            let right =
                format!("the feature {key} is of type {standing}, and stays so: values of it are set; use a new key");
            draft.fault(format!("{path}.type"), Invalid::NotAllowed, right);
            return None;
        }
        let kind = kind(draft, path, feature_type, members, before);
        let value = fitting(draft, path, feature_type, value);
        // A key is a name that is short enough.
        let called = Name::new(key.as_str()).ok()?;
        let base = before.cloned().unwrap_or_else(|| {
            let Birth { id, vendor, scope, now } = birth;
            let (key, name, metadata) = (key.clone(), called, Metadata::default());
            Self { id, vendor, scope, key, name, kind, value, metadata, created: now, updated: now }
        });
        let (name, metadata) = (members.name.or(base.name.clone()), members.metadata.or(base.metadata.clone()));
        Some(Self { name, metadata, kind, value, updated: birth.now, ..base })
    }

    fn check(&self, literal: &FeatureValue, path: &str) -> Result<FeatureValue, FieldError> {
        let wrong = |invalid| FieldError::new(path, invalid, right(&self.key, self.kind.feature_type()));
        self.kind.check(*literal).map_err(wrong)
    }

    fn insert(&self, tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError> {
        feature::insert(tx, permit, self)
    }

    fn update(&self, tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError> {
        feature::update(tx, permit, self)
    }

    fn set_value(
        id: FeatureId,
        scope: Scope,
        value: FeatureValue,
        tx: &mut WriteTx<'_>,
        permit: &Permit,
    ) -> Result<(), StoreError> {
        feature::set_value(tx, permit, &SetValue { definition: id, scope, value })
    }

    fn items(definitions: &Definitions) -> &[Item<Key, FeatureMembers>] {
        &definitions.features
    }

    fn given(values: &Values) -> &[Given<FeatureValue>] {
        &values.features
    }

    fn of_product(content: &ProductContent) -> (&[Self], &BTreeMap<Key, FeatureValue>) {
        (&content.features, &content.feature_values)
    }

    fn of_edition(content: &EditionContent) -> (&[Self], &BTreeMap<Key, FeatureValue>) {
        (&content.features, &content.feature_values)
    }
}

fn kind(
    draft: &mut Draft<'_>,
    path: &str,
    feature_type: FeatureType,
    members: &FeatureMembers,
    before: Option<&FeatureDefinition>,
) -> FeatureKind {
    let overdraft = members.overdraft.or(before.map_or(Overdraft::None, |one| one.kind.overdraft()));
    let reset = members.usage_reset.or(before.map_or(UsageReset::Never, |one| one.kind.usage_reset()));
    if feature_type == FeatureType::Bool && overdraft != Overdraft::None {
        let right = "a bool feature has no overdraft: leave it out";
        draft.fault(format!("{path}.overdraft"), Invalid::NotAllowed, right);
    }
    if feature_type != FeatureType::UsageCount && reset != UsageReset::Never {
        let right = "only a usageCount feature has a counter to reset: leave it out";
        draft.fault(format!("{path}.usageReset"), Invalid::NotAllowed, right);
    }
    FeatureKind::new(feature_type, overdraft, reset).unwrap_or(match feature_type {
        FeatureType::Bool => FeatureKind::Bool,
        FeatureType::UsageCount => FeatureKind::UsageCount(overdraft, reset),
        FeatureType::ElementPool => FeatureKind::ElementPool(overdraft),
    })
}

/// A value of the right type. Where there is none, which is then among the faults, any one: the type alone decides what
/// editions may say.
fn fitting(draft: &mut Draft<'_>, path: &str, feature_type: FeatureType, value: Option<FeatureValue>) -> FeatureValue {
    let is_bool = feature_type == FeatureType::Bool;
    match value {
        Some(value) if matches!(value, FeatureValue::Bool(_)) == is_bool => return value,
        Some(_) => draft.fault(format!("{path}.value"), Invalid::BadFormat, wanted(feature_type)),
        None => draft.complete = false,
    }
    if is_bool { FeatureValue::Bool(false) } else { FeatureValue::Count(None) }
}

fn right(key: &Key, feature_type: FeatureType) -> String {
    format!("the feature {key} is of type {feature_type}: {}", wanted(feature_type))
}

fn wanted(feature_type: FeatureType) -> String {
    match feature_type {
        FeatureType::Bool => "give true or false".to_owned(),
        _ => "give a whole number, or \"unlimited\"".to_owned(),
    }
}
