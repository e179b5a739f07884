//! `catalog.export`.

use chancery_domain::Action;

use super::{CatalogContent, content};
use crate::{Context, Error, System};

/// The whole catalog of the caller's vendor (CAT-4).
///
/// # Errors
/// The database's.
pub async fn export(system: &System, context: &Context) -> Result<CatalogContent, Error> {
    let permit = context.permit(Action::ExportCatalog)?;
    system.store().read(move |tx| content::load(tx, &permit)).await
}
