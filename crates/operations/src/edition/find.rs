//! `edition.read`, of one.

use std::collections::BTreeMap;

use chancery_domain::{
    Action, AttributeValue, Edition, EditionId, Fact, Facts, FeatureValue, Key, Level, Permit, ProductId, Scope,
    Selector, fact,
};
use chancery_store::{ReadTx, edition};

use crate::{Context, Error, System, attribute, feature, product};

/// An edition with the values that it gives itself (CAT-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionView {
    /// The edition.
    pub edition: Edition,
    /// Its own values of features, and of those that it defines.
    pub features: BTreeMap<Key, FeatureValue>,
    /// Its own values of attributes, and of those that it defines.
    pub attributes: BTreeMap<Key, AttributeValue>,
}

impl EditionView {
    pub(crate) fn of(tx: &mut ReadTx<'_>, edition: Edition) -> Result<Self, Error> {
        let scope = Scope::Edition(edition.product, edition.id);
        let features = feature::values(tx, edition.vendor, scope)?.into_iter();
        let attributes = attribute::values(tx, edition.vendor, scope)?.into_iter();
        Ok(Self {
            features: features.filter(|(_, (level, _))| *level == Level::Edition).map(|(k, (_, v))| (k, v)).collect(),
            attributes: attributes
                .filter(|(_, (level, _))| *level == Level::Edition)
                .filter_map(|(key, (_, value))| Some((key, value?)))
                .collect(),
            edition,
        })
    }
}

impl Facts for EditionView {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = self.edition.facts();
        facts.push(fact("features", list(&self.features)));
        facts.push(fact("attributes", list(&self.attributes)));
        facts
    }
}

fn list(values: &BTreeMap<Key, impl ToString>) -> String {
    values.iter().map(|(key, value)| format!("{key}={}", value.to_string())).collect::<Vec<_>>().join(", ")
}

/// One edition of a product of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(
    system: &System,
    context: &Context,
    product: Selector<ProductId>,
    which: Selector<EditionId>,
) -> Result<EditionView, Error> {
    let permit = context.permit(Action::ReadEdition)?;
    system
        .store()
        .read(move |tx| {
            let edition = get(tx, &permit, &product, &which)?;
            EditionView::of(tx, edition)
        })
        .await
}

/// The edition, or that there is none.
pub(crate) fn get(
    tx: &mut ReadTx<'_>,
    permit: &Permit,
    product: &Selector<ProductId>,
    which: &Selector<EditionId>,
) -> Result<Edition, Error> {
    let product = product::get(tx, permit, product)?;
    edition::find(tx, permit.vendor(), Some(product.id), which)?.ok_or(Error::NotFound)
}
