//! `GET /offerings`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::Offering;
use chancery_api_types::wire::{EditionRef, PlanIdText, ProductRef};
use chancery_operations::offering::{self, OfferingQuery};

use super::wire;
use crate::App;
use crate::extract::{Caller, list_query};
use crate::problem::Answer;
use crate::reply::Many;

list_query! {
    /// The parameters of the list of offerings.
    OfferingsQuery by ItemId, metadata {
        /// Those that sell this product, by its id or key.
        product_id: Option<ProductRef>,
        /// Those that sell this edition, by its id or key.
        edition_id: Option<EditionRef>,
        /// Those that sell by this plan.
        plan_id: Option<PlanIdText>,
    }
}

/// Lists the offerings.
#[utoipa::path(
    get, path = "/offerings", tag = "offerings", operation_id = "listOfferings", params(OfferingsQuery),
    responses((status = 200, body = Page<Offering>))
)]
pub(super) async fn list_offerings(State(app): State<App>, caller: Caller<OfferingsQuery>) -> Answer<Many<Offering>> {
    let (context, mut query) = caller.asks();
    let page = query.page();
    let filter = OfferingQuery {
        product: query.product_id.map(|product| product.0),
        edition: query.edition_id.map(|edition| edition.0),
        plan: query.plan_id.map(|plan| plan.0),
    };
    let list = offering::list(app.system(), &context, filter, page).await?;
    Ok(Many::of(list, wire::offering))
}
