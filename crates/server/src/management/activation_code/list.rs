//! `GET /orders/{order}/activation-codes`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::ActivationCode;
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::activation_code;

use super::wire;
use crate::App;
use crate::extract::{At, Caller, PlainListQuery};
use crate::problem::Answer;
use crate::reply::Many;

/// Lists the activation codes of an order, revoked ones among them, without the codes themselves.
#[utoipa::path(
    get, path = "/orders/{order}/activation-codes", tag = "orders", operation_id = "listActivationCodes",
    params(("order" = OrderRef, Path, description = "Its id or ref"), PlainListQuery),
    responses((status = 200, body = Page<ActivationCode>))
)]
pub(super) async fn list_activation_codes(
    State(app): State<App>,
    caller: Caller<PlainListQuery>,
    At(which): At<Selector<OrderId>>,
) -> Answer<Many<ActivationCode>> {
    let (context, mut query) = caller.asks();
    let list = activation_code::list(app.system(), &context, which, query.page()).await?;
    Ok(Many::of(list, wire::record))
}
