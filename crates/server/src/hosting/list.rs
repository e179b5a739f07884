//! `GET /local-servers`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::LocalServer;
use chancery_api_types::wire::CustomerRef;
use chancery_operations::local_server;

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// Which local servers are listed.
    LocalServerQuery by ItemId {
        /// Only this customer's: its id or ref.
        #[param(value_type = Option<CustomerRef>)]
        customer_id: Option<CustomerRef>,
    }
}

/// Lists the local servers; for a contact those of its customer.
#[utoipa::path(
    get, path = "/local-servers", tag = "local-servers", operation_id = "listLocalServers", params(LocalServerQuery),
    responses((status = 200, body = Page<LocalServer>))
)]
pub(super) async fn list_local_servers(
    State(app): State<App>,
    caller: Caller<LocalServerQuery>,
) -> Answer<Many<LocalServer>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let customer = query.customer_id.map(|which| which.0);
    let list = local_server::list(app.system(), &context, customer, page).await?;
    Ok(Many::of(list, wire::local_server))
}
