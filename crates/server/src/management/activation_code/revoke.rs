//! `DELETE /orders/{order}/activation-codes/{activationCode}`.

use axum::extract::State;
use chancery_api_types::wire::{ActivationCodeIdText, OrderRef};
use chancery_domain::{ActivationCodeId, OrderId, Selector};
use chancery_operations::activation_code;

use crate::App;
use crate::extract::{At, Body, Caller, DryRun, Nothing};
use crate::problem::Answer;
use crate::reply::{Done, Rehearsed};

/// Revokes an activation code: nothing is activated by it any more.
#[utoipa::path(
    delete, path = "/orders/{order}/activation-codes/{activationCode}", tag = "orders",
    operation_id = "revokeActivationCode",
    params(
        ("order" = OrderRef, Path, description = "The order's id or ref"),
        ("activationCode" = ActivationCodeIdText, Path, description = "Its id"),
        DryRun
    ),
    responses((status = 204))
)]
pub(super) async fn revoke_activation_code(
    State(app): State<App>,
    caller: Caller<DryRun>,
    At((which, id)): At<(Selector<OrderId>, ActivationCodeId)>,
    body: Body<Nothing>,
) -> Answer<Rehearsed<Done>> {
    let (context, Nothing {}, _) = caller.rehearses(body);
    let revoked = activation_code::revoke(app.system(), &context, which, id).await;
    Rehearsed::of(revoked, |()| Done)
}
