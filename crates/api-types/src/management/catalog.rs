//! What an import of a catalog did, or would do (CAT-4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Change;

/// What an import did; with `?dryRun=true`, what it would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatalogImport {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// Everything in the file, in its order.
    pub changes: Vec<CatalogChange>,
}

/// What becomes of one thing in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CatalogChange {
    /// What is done.
    pub action: CatalogAction,
    /// What it is.
    pub kind: CatalogKind,
    /// By what it is known: its key, SKU or name; of what belongs to a product or edition, with theirs before it, as in
    /// `acme-cad/pro`.
    pub key: String,
    /// What changes in it.
    pub changes: Vec<Change>,
}

/// What an import does to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CatalogAction {
    /// It is new.
    Create,
    /// It changes.
    Update,
    /// It is as the file says already.
    Unchanged,
}

/// Kinds of things in a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum CatalogKind {
    Product,
    Feature,
    Attribute,
    Edition,
    Plan,
    Offering,
}
