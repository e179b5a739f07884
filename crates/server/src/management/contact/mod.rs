//! `/customers/{customer}/contacts`.

mod create;
mod delete;
mod get;
mod list;
mod remove_password;
mod set_password;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints of contacts.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_contact, list::list_contacts))
        .routes(routes!(set_password::set_contact_password, remove_password::remove_contact_password))
        .routes(routes!(get::get_contact, update::update_contact, delete::delete_contact))
}
