//! `POST /catalog/import`.

use axum::extract::State;
use chancery_api_types::management::CatalogImport;
use chancery_operations::{Error, catalog};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{file, wire};
use crate::App;
use crate::extract::{Caller, Document};
use crate::problem::{Answer, internal};
use crate::reply::Json;

/// How to import.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// Only say what would be done, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Makes the catalog be as a file wants it. What the file leaves out stays; all its errors are told at once, with their
/// lines.
#[utoipa::path(
    post, path = "/catalog/import", tag = "catalog", operation_id = "importCatalog", params(ImportQuery),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 200, body = CatalogImport))
)]
pub(super) async fn import_catalog(
    State(app): State<App>,
    caller: Caller<ImportQuery>,
    document: Document,
) -> Answer<Json<CatalogImport>> {
    let ImportQuery { dry_run } = caller.query;
    let (context, text) = caller.changes(document.into_body()?);
    // A large file takes its time, which no other request should wait for.
    let parsed = tokio::task::spawn_blocking(move || file::parse(&text)).await;
    let file::Parsed { input, lines } = parsed.map_err(|error| internal(&format!("a catalog file: {error}")))?;
    match catalog::import(app.system(), &context, input, dry_run).await {
        Ok(report) => Ok(Json(wire::report(report, dry_run, &lines))),
        Err(Error::Invalid(faults)) => Err(wire::problem(faults, &lines).into()),
        Err(other) => Err(other.into()),
    }
}
