//! What features and attributes have in common: both are defined at a place and given values at nearer ones (CAT-1).

use std::collections::BTreeMap;
use std::fmt::Display;

use chancery_domain::{Facts, FieldError, Id, Key, Permit, Scope, Timestamp, VendorId};
use chancery_store::{StoreError, WriteTx};

use super::super::{Definitions, EditionContent, Given, ImportKind, Item, ProductContent, Values};
use super::Draft;

/// The place and time of a definition that is new.
#[derive(Clone, Copy)]
pub(super) struct Birth<I> {
    pub(super) id: I,
    pub(super) vendor: VendorId,
    pub(super) scope: Scope,
    pub(super) now: Timestamp,
}

/// A definition of either kind.
pub(super) trait Definition: Facts + Clone + 'static {
    type Id: Id;
    type Members;
    type Value: Clone + PartialEq + Display + 'static;
    type Literal;

    const KIND: ImportKind;
    /// What the reader calls it.
    const NOUN: &'static str;
    /// The member under which a product gives values to it.
    const PRODUCT_VALUES: &'static str;
    /// The member under which an edition does.
    const EDITION_VALUES: &'static str;

    fn id(&self) -> Self::Id;
    fn key(&self) -> &Key;
    fn scope(&self) -> Scope;

    /// The definition as the file wants it; nothing if it cannot be so, which is then among the faults.
    fn decide(
        draft: &mut Draft<'_>,
        path: &str,
        key: &Key,
        members: &Self::Members,
        before: Option<&Self>,
        birth: Birth<Self::Id>,
    ) -> Option<Self>;

    /// Checks a value against the type.
    fn check(&self, literal: &Self::Literal, path: &str) -> Result<Self::Value, FieldError>;

    fn insert(&self, tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError>;
    fn update(&self, tx: &mut WriteTx<'_>, permit: &Permit) -> Result<(), StoreError>;
    fn set_value(
        id: Self::Id,
        scope: Scope,
        value: Self::Value,
        tx: &mut WriteTx<'_>,
        permit: &Permit,
    ) -> Result<(), StoreError>;

    fn items(definitions: &Definitions) -> &[Item<Key, Self::Members>];
    fn given(values: &Values) -> &[Given<Self::Literal>];
    fn of_product(content: &ProductContent) -> (&[Self], &BTreeMap<Key, Self::Value>);
    fn of_edition(content: &EditionContent) -> (&[Self], &BTreeMap<Key, Self::Value>);
}
