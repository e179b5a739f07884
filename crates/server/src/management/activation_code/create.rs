//! `POST /orders/{order}/activation-codes`.

use axum::extract::State;
use chancery_api_types::Page;
use chancery_api_types::management::{ActivationCode, CreateActivationCodes};
use chancery_api_types::wire::OrderRef;
use chancery_domain::{OrderId, Selector};
use chancery_operations::activation_code;

use super::wire;
use crate::App;
use crate::extract::{At, Body, Caller};
use crate::problem::Answer;
use crate::reply::Created;

/// Adds activation codes to an order. The codes themselves are in this reply alone.
#[utoipa::path(
    post, path = "/orders/{order}/activation-codes", tag = "orders", operation_id = "createActivationCode",
    params(("order" = OrderRef, Path, description = "Its id or ref")), request_body = CreateActivationCodes,
    responses((status = 201, body = Page<ActivationCode>), (status = 409, description = "already_exists"))
)]
pub(super) async fn create_activation_code(
    State(app): State<App>,
    caller: Caller,
    At(which): At<Selector<OrderId>>,
    body: Body<CreateActivationCodes>,
) -> Answer<Created<Page<ActivationCode>>> {
    let (context, body) = caller.changes(body);
    let made = activation_code::create(app.system(), &context, which, wire::codes(body.activation_codes)).await?;
    let items = made.codes.into_iter().map(wire::code).collect();
    Ok(Created::part(Page { items, next_cursor: None }))
}
