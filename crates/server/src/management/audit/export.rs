//! `GET /audit/export`: any number of rows, in constant memory.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chancery_api_types::csv;
use chancery_api_types::wire::{NameText, TimestampText};
use chancery_operations::audit::{self, AuditExport};
use chancery_operations::{AuditEntry, AuditFilter};
use futures_util::stream::try_unfold;
use http::HeaderMap;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::wire;
use crate::App;
use crate::extract::Caller;
use crate::problem::{Answer, internal};

/// In which form the rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ExportFormat {
    /// One JSON object on each line (<https://jsonlines.org>).
    #[default]
    Jsonl,
    /// A table with a header.
    Csv,
}

/// Which changes are exported, and in which form.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// The form. Default: `jsonl`.
    #[param(inline)]
    #[serde(default)]
    format: ExportFormat,
    /// Only this action, such as `entitlement.renew`.
    #[param(value_type = Option<String>)]
    action: Option<NameText>,
    /// Only what was done to this: an id.
    #[param(value_type = Option<String>)]
    subject: Option<NameText>,
    /// Only what this one did: the id of an API key or an activation, or `operator`.
    #[param(value_type = Option<String>)]
    actor: Option<NameText>,
    /// From this instant on.
    #[param(value_type = Option<TimestampText>)]
    from: Option<TimestampText>,
    /// Before this instant.
    #[param(value_type = Option<TimestampText>)]
    until: Option<TimestampText>,
}

/// Exports the changes that were made, and who made them, the oldest first: any number of rows, as a stream. A reply that is
/// cut off is no whole export: the chunked body then lacks its end, which clients report as an error.
#[utoipa::path(
    get, path = "/audit/export", tag = "audit", operation_id = "exportAudit",
    params(ExportQuery),
    responses(
        (status = 200, content((String = "application/jsonl"), (String = "text/csv")),
         description = "The rows. In CSV a cell that a spreadsheet would take for a formula has a `'` before it.")
    )
)]
pub(super) async fn export_audit(State(app): State<App>, caller: Caller<ExportQuery>) -> Answer<Response> {
    let (context, query) = caller.asks();
    let format = query.format;
    let filter = AuditFilter {
        action: query.action.map(|text| text.to_string()),
        subject: query.subject.map(|text| text.to_string()),
        actor: query.actor.map(|text| text.to_string()),
        from: query.from.map(|instant| instant.0),
        until: query.until.map(|instant| instant.0),
    };
    let day: String = context.now().to_string().chars().take(10).collect();
    let mut export = audit::export(&context, filter)?;
    // What fails at once is a problem, as everywhere; what fails later can only cut the body off.
    let first = export.next(app.system()).await?.unwrap_or_default();
    let begun = format.header() + &format.rows(first);
    let headers = headers(format, &day).ok_or_else(|| internal("a header of an export cannot be written"))?;
    Ok((headers, body(app, export, format, begun)).into_response())
}

fn body(app: App, export: AuditExport, format: ExportFormat, begun: String) -> Body {
    let state = (app, export, Some(begun));
    Body::from_stream(try_unfold(state, move |(app, mut export, begun)| async move {
        if let Some(begun) = begun {
            return Ok(Some((Bytes::from(begun), (app, export, None))));
        }
        match export.next(app.system()).await {
            Ok(None) => Ok(None),
            Ok(Some(entries)) => Ok(Some((Bytes::from(format.rows(entries)), (app, export, None)))),
            Err(error) => {
                tracing::error!(error = error.private(), "an export of the audit was cut off");
                Err(io::Error::other("the export was cut off"))
            }
        }
    }))
}

fn headers(format: ExportFormat, day: &str) -> Option<HeaderMap> {
    let (kind, extension) = match format {
        ExportFormat::Jsonl => ("application/jsonl", "jsonl"),
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
    };
    let disposition = format!("attachment; filename=\"audit-{day}.{extension}\"");
    let headers = [(CONTENT_TYPE, kind.parse().ok()?), (CONTENT_DISPOSITION, disposition.parse().ok()?)];
    Some(HeaderMap::from_iter(headers))
}

impl ExportFormat {
    fn header(self) -> String {
        let columns = ["id", "time", "actor", "action", "subject", "address", "requestId", "changes"];
        match self {
            Self::Jsonl => String::new(),
            Self::Csv => csv::write(columns),
        }
    }

    fn rows(self, entries: Vec<AuditEntry>) -> String {
        entries.into_iter().map(|entry| self.row(entry)).collect()
    }

    fn row(self, entry: AuditEntry) -> String {
        let entry = wire::entry(entry);
        match self {
            Self::Jsonl => serde_json::to_string(&entry).unwrap_or_default() + "\n",
            Self::Csv => {
                let changes = serde_json::to_string(&entry.changes).unwrap_or_default();
                let (id, time) = (entry.id.to_string(), entry.time.to_string());
                let (address, request_id) = (entry.address.unwrap_or_default(), entry.request_id.unwrap_or_default());
                let cells = [&id, &time, &entry.actor, &entry.action, &entry.subject, &address, &request_id, &changes];
                let cells = cells.map(|cell| csv::guarded(cell));
                csv::write(cells.iter().map(AsRef::as_ref))
            }
        }
    }
}
