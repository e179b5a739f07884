//! `attribute.read`, of all that hold at a place (CAT-1).

use std::collections::BTreeMap;

use chancery_domain::{Action, AttributeDefinition, AttributeValue, Key, Level, Scope, VendorId};
use chancery_store::{List, PageRequest, ReadTx, attribute};

use super::AttributeView;
use crate::{Context, Error, Place, System, place};

/// A page of the attributes that hold at a product or an edition, wherever they are defined.
///
/// # Errors
/// `NotFound` for the place; the database's.
pub async fn effective(
    system: &System,
    context: &Context,
    place: Place,
    page: PageRequest,
) -> Result<List<AttributeView>, Error> {
    let permit = context.permit(Action::ReadAttribute)?;
    system
        .store()
        .read(move |tx| {
            let scope = place.scope(tx, &permit)?;
            let lists = place::outwards(scope).map(|level| attribute::list(tx, &permit, level, &page));
            let lists = lists.collect::<Result<Vec<_>, _>>()?;
            let values = values(tx, permit.vendor(), scope)?;
            let merged = place::merge(lists, &page, |definition| definition.id.to_string());
            Ok(merged.map(|definition| view(definition, scope, &values)))
        })
        .await
}

fn view(
    definition: AttributeDefinition,
    scope: Scope,
    values: &BTreeMap<Key, (Level, Option<AttributeValue>)>,
) -> AttributeView {
    let own = (definition.scope.level(), definition.value.clone());
    let (value_level, value) = values.get(&definition.key).cloned().unwrap_or(own);
    AttributeView { definition, scope, value, value_level }
}

/// The values that hold at a place, with the levels that give them.
pub(crate) fn values(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
) -> Result<BTreeMap<Key, (Level, Option<AttributeValue>)>, Error> {
    let granted = match scope {
        Scope::Edition(product, edition) => attribute::effective(tx, vendor, product, edition)?,
        Scope::Product(product) => attribute::effective_for_product(tx, vendor, product)?,
        // No level is farther: the definitions' own values hold.
        Scope::Global => Vec::new(),
    };
    Ok(granted.into_iter().map(|granted| (granted.key, granted.catalog)).collect())
}
