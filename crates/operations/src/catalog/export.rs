//! `catalog.export`.

use chancery_domain::Action;

use super::content::{self, CatalogContent, EditionContent, ProductContent};
use crate::vendor::is_as_built_in;
use crate::{Context, Error, System};

/// The whole catalog of the caller's vendor (CAT-4). The product that every vendor has from the first is part of it once the vendor has
/// made something of its own of it.
///
/// # Errors
/// The database's.
pub async fn export(system: &System, context: &Context) -> Result<CatalogContent, Error> {
    let permit = context.permit(Action::ExportCatalog)?;
    let mut catalog = system.store().read(move |tx| content::load(tx, &permit)).await?;
    catalog.products.retain(|one| !is_untouched(one));
    Ok(catalog)
}

fn is_untouched(content: &ProductContent) -> bool {
    let ProductContent { product, feature_values, attribute_values, features, attributes, editions } = content;
    let nothing =
        feature_values.is_empty() && attribute_values.is_empty() && features.is_empty() && attributes.is_empty();
    let editions_say_nothing = editions.iter().all(|one| {
        let EditionContent { feature_values, attribute_values, features, attributes, .. } = one;
        feature_values.is_empty() && attribute_values.is_empty() && features.is_empty() && attributes.is_empty()
    });
    let editions: Vec<_> = editions.iter().map(|one| &one.edition).collect();
    nothing && editions_say_nothing && is_as_built_in(product, &editions)
}
