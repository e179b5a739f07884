//! `local-server.read`, of many.

use chancery_domain::{Action, CustomerId, Invalid, Selector};
use chancery_store::{List, PageRequest, customer, local_servers};

use super::LocalServerView;
use super::reach::reached_customer;
use crate::{Context, Error, System};

/// A page of the caller's vendor's local servers; of one customer's, if it is named, and for a contact of its own.
///
/// # Errors
/// `NotPermitted`; `Invalid` for a customer that there is not; the database's.
pub async fn list(
    system: &System,
    context: &Context,
    customer: Option<Selector<CustomerId>>,
    page: PageRequest,
) -> Result<List<LocalServerView>, Error> {
    let permit = context.permit(Action::ReadLocalServer)?;
    let (now, actor) = (context.now(), context.actor().clone());
    system
        .store()
        .read(move |tx| {
            let reached = reached_customer(tx, &actor)?;
            let wanted = match &customer {
                Some(which) => Some(customer::find(tx, permit.vendor(), which)?.ok_or_else(unknown)?.id),
                None => reached,
            };
            if reached.is_some() && wanted != reached {
                return Err(unknown());
            }
            let List { items, next } = local_servers::list(tx, &permit, wanted, &page)?;
            let items =
                items.into_iter().map(|server| LocalServerView::of(tx, server, now)).collect::<Result<_, _>>()?;
            Ok::<_, Error>(List { items, next })
        })
        .await
}

fn unknown() -> Error {
    Error::invalid("customerId", Invalid::Unknown, "there is no such customer")
}
