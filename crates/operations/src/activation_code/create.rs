//! `activation-code.create`.

use chancery_domain::{Action, OrderId, Selector};

use super::{Codes, OrderCodes, insert, read};
use crate::order::{OrderView, get_present, target};
use crate::{Context, Error, System};

/// Adds activation codes to an order. They are shown only in this reply.
///
/// # Errors
/// `NotFound`; `Refused` while the order is deleted; `Invalid` for too many, too short, repeated or known codes; the database's.
pub async fn create(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    wanted: Codes,
) -> Result<OrderCodes, Error> {
    let (aggregate, which) = target(system, context, Action::CreateActivationCode, which).await?;
    system
        .change(context, Action::CreateActivationCode, aggregate, move |change| {
            let order = get_present(change.tx, change.permit, &which)?;
            let view = OrderView::of(change.tx, order, change.now)?;
            change.expect_version(&view)?;
            let order = view.order.id;
            let mut errors = Vec::new();
            let codes = read(change, &wanted, &mut errors)?;
            if !errors.is_empty() {
                return Err(errors.into());
            }
            Ok(OrderCodes { order, codes: insert(change, order, codes)? })
        })
        .await
}
