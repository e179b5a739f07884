//! `local-server.read`, of one.

use chancery_domain::{Action, LocalServerId};

use super::LocalServerView;
use super::reach::reached_customer;
use crate::{Context, Error, System};

/// One local server of the caller's vendor; for a contact, of its customer.
///
/// # Errors
/// `NotPermitted`; `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: LocalServerId) -> Result<LocalServerView, Error> {
    let permit = context.permit(Action::ReadLocalServer)?;
    let (now, actor) = (context.now(), context.actor().clone());
    system
        .store()
        .read(move |tx| {
            let customer = reached_customer(tx, &actor)?;
            let found = LocalServerView::load(tx, &permit, id, now)?;
            let reached = customer.is_none_or(|customer| customer == found.server.customer);
            if reached { Ok(found) } else { Err(Error::NotFound) }
        })
        .await
}
