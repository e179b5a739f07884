//! `order.read`, of the activation codes alone.

use chancery_domain::{Action, ActivationCode, OrderId, Selector};
use chancery_store::{List, PageRequest, activation_code};

use crate::order::get;
use crate::{Context, Error, System};

/// A page of an order's activation codes, revoked ones among them; never the codes themselves.
///
/// # Errors
/// `NotFound` for an unknown order; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    which: Selector<OrderId>,
    page: PageRequest,
) -> Result<List<ActivationCode>, Error> {
    let permit = context.permit(Action::ReadOrder)?;
    system
        .store()
        .read(move |tx| {
            let order = get(tx, &permit, &which)?.id;
            Ok(cut(activation_code::of_order(tx, order)?, &page))
        })
        .await
}

/// An order has few codes, so the page is cut out of all of them.
fn cut(mut codes: Vec<ActivationCode>, page: &PageRequest) -> List<ActivationCode> {
    if page.descending {
        codes.reverse();
    }
    if let Some(after) = &page.after {
        codes.retain(|code| {
            let id = code.id.to_string();
            if page.descending { id < *after } else { id > *after }
        });
    }
    let limit = usize::from(page.limit);
    let more = codes.len() > limit;
    codes.truncate(limit);
    let next = codes.last().filter(|_| more).map(|code| code.id.to_string());
    List { items: codes, next }
}
