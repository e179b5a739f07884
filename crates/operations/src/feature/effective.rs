//! `feature.read`, of all that hold at a place (CAT-1).

use chancery_domain::{Action, GrantedFeature, Scope, Selector, VendorId};
use chancery_store::{List, PageRequest, ReadTx, feature};

use super::FeatureView;
use super::find::covering;
use crate::{Context, Error, Place, System, place};

/// A page, by key, of the features that hold at a product or an edition, wherever they are defined.
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
            let holding = holding(tx, permit.vendor(), scope)?;
            let List { items, next } = place::page(holding, &page, |granted| granted.key.as_str());
            let items = items.into_iter().map(|granted| view(tx, permit.vendor(), scope, &granted));
            Ok(List { items: items.collect::<Result<_, Error>>()?, next })
        })
        .await
}

fn holding(tx: &mut ReadTx<'_>, vendor: VendorId, scope: Scope) -> Result<Vec<GrantedFeature>, Error> {
    Ok(match scope {
        Scope::Edition(product, edition) => feature::effective(tx, vendor, product, edition)?,
        Scope::Product(product) => feature::effective_for_product(tx, vendor, product)?,
        // Below no product nothing gives a value: the definitions are all, and `list` tells them.
        Scope::Global => Vec::new(),
    })
}

fn view(
    tx: &mut ReadTx<'_>,
    vendor: VendorId,
    scope: Scope,
    granted: &GrantedFeature,
) -> Result<FeatureView, Error> {
    let definition = covering(tx, vendor, scope, &Selector::Name(granted.key.to_string()))?;
    Ok(FeatureView { definition, scope, value: granted.value(), value_level: granted.value_level() })
}
