//! `edition.update`.

use std::collections::BTreeMap;

use chancery_domain::{
    Action, AttributeValue, Edition, EditionId, FeatureValue, Key, Metadata, Name, ProductId, Scope, Selector,
};
use chancery_store::{Aggregate, edition};

use super::values::Values;
use super::{EditionView, check_not_built_in, get};
use crate::{Context, Error, System};

/// New values for some members of an edition. An absent one stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are those of the edition's members")]
pub struct EditionEdit {
    pub name: Option<Name>,
    pub key: Option<Key>,
    /// Values of features; those that are not named stay.
    pub features: BTreeMap<Key, FeatureValue>,
    /// Values of attributes; those that are not named stay, `None` falls back to the next level's.
    pub attributes: BTreeMap<Key, Option<AttributeValue>>,
    pub metadata: Option<Metadata>,
}

impl EditionEdit {
    fn apply(&self, edition: &mut Edition) {
        if let Some(name) = &self.name {
            edition.name = name.clone();
        }
        if let Some(key) = &self.key {
            edition.key = key.clone();
        }
        if let Some(metadata) = &self.metadata {
            edition.metadata = metadata.clone();
        }
    }
}

/// Changes an edition. What was sold already keeps what it was sold with (CAT-3).
///
/// # Errors
/// `NotFound`; `AlreadyExists` for a key that is taken; `Invalid` with all values that cannot be taken; the database's.
pub async fn update(
    system: &System,
    context: &Context,
    product: Selector<ProductId>,
    which: Selector<EditionId>,
    edit: EditionEdit,
) -> Result<EditionView, Error> {
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    system
        .change(context, Action::UpdateEdition, aggregate, move |change| {
            let edition = get(change.tx, change.permit, &product, &which)?;
            let before = EditionView::of(change.tx, edition)?;
            change.expect_version(&before)?;
            let mut edition = before.edition.clone();
            let scope = Scope::Edition(edition.product, edition.id);
            let values = Values::check(change, scope, &edit.features, &edit.attributes)?;
            edit.apply(&mut edition);
            if edition.key != before.edition.key {
                check_not_built_in(&edition)?;
                let named = Selector::Name(edition.key.to_string());
                if edition::find(change.tx, edition.vendor, Some(edition.product), &named)?.is_some() {
                    return Err(Error::AlreadyExists { field: "key" });
                }
            }
            edition.updated = change.now;
            edition::update(change.tx, change.permit, &edition)?;
            values.give(change, scope)?;
            let after = EditionView::of(change.tx, edition)?;
            change.record(after.edition.id, Some(&before), Some(&after))?;
            Ok(after)
        })
        .await
}
