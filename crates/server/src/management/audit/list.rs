//! `GET /audit`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::AuditEntry;
use chancery_api_types::wire::{NameText, TimestampText};
use chancery_operations::{AuditFilter, audit};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which changes are listed.
    AuditQuery by EntryNumber {
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
}

/// Lists the changes that were made, and who made them.
#[utoipa::path(
    get, path = "/audit", tag = "audit", operation_id = "listAudit",
    params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>))
)]
pub(super) async fn list_audit(State(app): State<App>, caller: Caller<AuditQuery>) -> Answer<Many<AuditEntry>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let filter = AuditFilter {
        action: query.action.map(|text| text.to_string()),
        subject: query.subject.map(|text| text.to_string()),
        actor: query.actor.map(|text| text.to_string()),
        from: query.from.map(|instant| instant.0),
        until: query.until.map(|instant| instant.0),
    };
    let list = audit::list(app.system(), &context, filter, page).await?;
    Ok(Many::of(list, wire::entry))
}
