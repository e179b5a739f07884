//! `activation-code.revoke`.

use chancery_domain::{Action, ActivationCode, ActivationCodeId, OrderId, Selector};
use chancery_store::activation_code;

use crate::order::{OrderView, get_present, target};
use crate::{Context, Error, System};

/// Revokes a code: it is as good as unknown from then on. Activations that it led to go on. Revoking again changes
/// nothing.
///
/// # Errors
/// `NotFound`; `Refused` while the order is deleted; the database's.
pub async fn revoke(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    id: ActivationCodeId,
) -> Result<(), Error> {
    let (aggregate, which) = target(system, context, Action::RevokeActivationCode, which).await?;
    system
        .change(context, Action::RevokeActivationCode, aggregate, move |change| {
            let order = get_present(change.tx, change.permit, &which)?;
            let view = OrderView::of(change.tx, order, change.now)?;
            change.expect_version(&view)?;
            let order = view.order.id;
            let before = activation_code::find(change.tx, order, id)?.ok_or(Error::NotFound)?;
            let after = ActivationCode { revoked: before.revoked.or(Some(change.now)), ..before.clone() };
            activation_code::update(change.tx, change.permit, &after)?;
            change.record(order, Some(&before), Some(&after))
        })
        .await
}
