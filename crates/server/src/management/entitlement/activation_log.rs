//! `GET /entitlements/{entitlement}/activation-log`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::ActivationLogEntry;
use chancery_api_types::wire::{EntitlementIdText, SeatIdText, TimestampText};
use chancery_domain::EntitlementId;
use chancery_operations::{LogFilter, activation};

use crate::App;
use crate::extract::{At, Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;
use crate::show;

list_query! {
    /// Which entries are listed.
    LogQuery by EntryNumber {
        /// Only of this seat id.
        #[param(value_type = Option<SeatIdText>)]
        seat_id: Option<SeatIdText>,
        /// From this instant on.
        #[param(value_type = Option<TimestampText>)]
        from: Option<TimestampText>,
        /// Before this instant.
        #[param(value_type = Option<TimestampText>)]
        until: Option<TimestampText>,
    }
}

/// Lists what happened to the seats of an entitlement, denials among it.
#[utoipa::path(
    get, path = "/entitlements/{entitlement}/activation-log", tag = "entitlements", operation_id = "listActivationLog",
    params(("entitlement" = EntitlementIdText, Path, description = "Its id"), LogQuery),
    responses((status = 200, body = Page<ActivationLogEntry>))
)]
pub(super) async fn list_activation_log(
    State(app): State<App>,
    caller: Caller<LogQuery>,
    At(id): At<EntitlementId>,
) -> Answer<Many<ActivationLogEntry>> {
    log(&app, caller, id).await
}

/// The same, for the local server's API too.
pub(crate) async fn log(app: &App, caller: Caller<LogQuery>, id: EntitlementId) -> Answer<Many<ActivationLogEntry>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let filter = LogFilter {
        seat_id: query.seat_id.map(|seat| seat.to_string()),
        from: query.from.map(|instant| instant.0),
        until: query.until.map(|instant| instant.0),
    };
    let list = activation::log(app.system(), &context, id, filter, page).await?;
    Ok(Many::of(list, show::log_entry))
}
