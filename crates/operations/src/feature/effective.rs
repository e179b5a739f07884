//! `feature.read`, of all that hold at a place (CAT-1).

use std::collections::BTreeMap;

use chancery_domain::{Action, FeatureDefinition, FeatureValue, Key, Level, Scope, VendorId};
use chancery_store::{List, PageRequest, ReadTx, feature};

use super::FeatureView;
use crate::{Context, Error, Place, System, place};

/// A page of the features that hold at a product or an edition, wherever they are defined.
///
/// # Errors
/// `NotFound` for the place; the database's.
pub async fn effective(
    system: &System,
    context: &Context,
    place: Place,
    page: PageRequest,
) -> Result<List<FeatureView>, Error> {
    let permit = context.permit(Action::ReadFeature)?;
    system
        .store()
        .read(move |tx| {
            let scope = place.scope(tx, &permit)?;
            let lists = place::outwards(scope).map(|level| feature::list(tx, &permit, level, &page));
            let lists = lists.collect::<Result<Vec<_>, _>>()?;
            let values = values(tx, permit.vendor(), scope)?;
            let merged = place::merge(lists, &page, |definition| definition.id.to_string());
            Ok(merged.map(|definition| view(definition, scope, &values)))
        })
        .await
}

fn view(definition: FeatureDefinition, scope: Scope, values: &BTreeMap<Key, (Level, FeatureValue)>) -> FeatureView {
    let own = (definition.scope.level(), definition.value);
    let (value_level, value) = values.get(&definition.key).copied().unwrap_or(own);
    FeatureView { definition, scope, value, value_level }
}

/// The values that hold at a place, with the levels that give them.
pub(crate) fn values(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
) -> Result<BTreeMap<Key, (Level, FeatureValue)>, Error> {
    let granted = match scope {
        Scope::Edition(product, edition) => feature::effective(tx, vendor, product, edition)?,
        Scope::Product(product) => feature::effective_for_product(tx, vendor, product)?,
        // No level is farther: the definitions' own values hold.
        Scope::Global => Vec::new(),
    };
    Ok(granted.into_iter().map(|granted| (granted.key, granted.catalog)).collect())
}
