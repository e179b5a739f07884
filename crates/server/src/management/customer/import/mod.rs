//! `POST /customers/import`.

mod columns;
mod rows;
mod wire;

use axum::extract::State;
use chancery_api_types::management::CustomersImport;
use chancery_operations::{Error, customer};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::extract::{Caller, Csv, Document};
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

/// Makes the customers be as a table (CSV) says. They are found by their refs; what the table leaves out stays; all its
/// errors are told at once, with their rows and columns, and then nothing is changed. At most 1000 rows.
#[utoipa::path(
    post, path = "/customers/import", tag = "customers", operation_id = "importCustomers", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = CustomersImport))
)]
pub(super) async fn import_customers(
    State(app): State<App>,
    caller: Caller<ImportQuery>,
    document: Document<Csv>,
) -> Answer<Json<CustomersImport>> {
    let ImportQuery { dry_run } = caller.query;
    let (context, text) = caller.changes(document.into_body()?);
    // A large file takes its time, which no other request should wait for.
    let parsed = tokio::task::spawn_blocking(move || rows::parse(&text)).await;
    let table = parsed.map_err(|error| internal(&format!("a table of customers: {error}")))?.map_err(wire::refused)?;
    match customer::import(app.system(), &context, table, dry_run).await {
        Ok(report) => Ok(Json(wire::report(report, dry_run))),
        Err(Error::Invalid(faults)) => Err(wire::problem(faults).into()),
        Err(other) => Err(other.into()),
    }
}
