//! Attributes, as definitions.

use std::collections::BTreeMap;

use chancery_domain::{
    AttributeDefinition, AttributeId, AttributeType, AttributeValue, FieldError, Invalid, Key, Metadata, Name, Permit,
    Scope, SetValue,
};
use chancery_store::{StoreError, WriteTx, attribute};

use super::super::{
    AttributeLiteral, AttributeMembers, Definitions, EditionContent, Given, ImportKind, Item, ProductContent, Values,
};
use super::Draft;
use super::definition::{Birth, Definition};

impl Definition for AttributeDefinition {
    type Id = AttributeId;
    type Members = AttributeMembers;
    type Value = AttributeValue;
    type Literal = AttributeLiteral;

    const KIND: ImportKind = ImportKind::Attribute;
    const NOUN: &'static str = "attribute";
    const PRODUCT_VALUES: &'static str = "attributeValues";
    const EDITION_VALUES: &'static str = "attributes";

    fn id(&self) -> AttributeId {
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
        members: &AttributeMembers,
        before: Option<&Self>,
        birth: Birth<AttributeId>,
    ) -> Option<Self> {
        let attribute_type = draft.need(&members.attribute_type, before.map(|one| one.attribute_type), path, "type")?;
        if let Some(before) = before.filter(|before| before.attribute_type != attribute_type) {
            let standing = before.attribute_type;
            let right =
                format!("the attribute {key} is of type {standing}, and stays so: values of it are set; use a new key");
            draft.fault(format!("{path}.type"), Invalid::NotAllowed, right);
            return None;
        }
        let given = members.value.given().map(|literal| check(key, attribute_type, literal, &format!("{path}.value")));
        // With a fault nothing is imported; the type alone decides what editions may say.
        let given = given.transpose().unwrap_or_else(|fault| {
            draft.faults.push(fault);
            None
        });
        // A key is a name that is short enough.
        let called = Name::new(key.as_str()).ok()?;
        let base = before.cloned().unwrap_or_else(|| {
            let Birth { id, vendor, scope, now } = birth;
            let (key, name, metadata) = (key.clone(), called, Metadata::default());
            Self { id, vendor, scope, key, name, attribute_type, value: None, metadata, created: now, updated: now }
        });
        let (name, metadata) = (members.name.or(base.name.clone()), members.metadata.or(base.metadata.clone()));
        Some(Self { name, metadata, value: given.or(base.value), updated: birth.now, ..base })
    }

    fn check(&self, literal: &AttributeLiteral, path: &str) -> Result<AttributeValue, FieldError> {
        check(&self.key, self.attribute_type, literal, path)
    }

    fn insert(&self, tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError> {
        attribute::insert(tx, permit, self)
    }

    fn update(&self, tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError> {
        attribute::update(tx, permit, self)
    }

    fn set_value(
        id: AttributeId,
        scope: Scope,
        value: AttributeValue,
        tx: &mut WriteTx<'_>,
        permit: &Permit,
    ) -> Result<(), StoreError> {
        attribute::set_value(tx, permit, &SetValue { definition: id, scope, value })
    }

    fn items(definitions: &Definitions) -> &[Item<Key, AttributeMembers>] {
        &definitions.attributes
    }

    fn given(values: &Values) -> &[Given<AttributeLiteral>] {
        &values.attributes
    }

    fn of_product(content: &ProductContent) -> (&[Self], &BTreeMap<Key, AttributeValue>) {
        (&content.attributes, &content.attribute_values)
    }

    fn of_edition(content: &EditionContent) -> (&[Self], &BTreeMap<Key, AttributeValue>) {
        (&content.attributes, &content.attribute_values)
    }
}

fn check(
    key: &Key,
    attribute_type: AttributeType,
    literal: &AttributeLiteral,
    path: &str,
) -> Result<AttributeValue, FieldError> {
    let written = literal.only.is_none_or(|only| only == attribute_type);
    let checked = if written { attribute_type.check(literal.text.as_str()) } else { Err(Invalid::BadFormat) };
    checked.map_err(|invalid| {
        let wanted = match attribute_type {
            AttributeType::String => "give a text in quotes",
            AttributeType::Number => "give a number without an exponent, such as -1.5",
            AttributeType::Date => "give a day, such as 2026-11-21",
        };
        FieldError::new(path, invalid, format!("the attribute {key} is of type {attribute_type}: {wanted}"))
    })
}
