//! `local.rebind`: the vendor lets a local server go on at another machine (EXP-10).

use chancery_domain::{Action, MachineIdentity};
use chancery_store::{Aggregate, applied_token, local_server};
use chancery_token::{Recipient, TokenError, carried};

use super::here::{Here, changed, learn, row};
use super::move_to::Bound;
use super::{LocalStatus, status};
use crate::{Context, Error, System};

/// Applies a rebind token, as it was carried (TOK-6): it names the machine on which this runs. It is good once.
///
/// # Errors
/// `NotFound` on an authority; `Token`, also for a token for another machine; the database's.
pub async fn rebind(system: &System, context: &Context, token: &str) -> Result<LocalStatus, Error> {
    context.permit(Action::RebindLocal)?;
    let here = Here::anywhere(system, context).await?;
    let now = context.now();
    let refused = move |error| Error::Token { error, now };
    let text = carried::read(token).map_err(refused)?;
    let opened = here.state.trust().open_rebind(&text, &here.keys.opening(), now).map_err(refused)?;
    if opened.server != here.state.server() {
        return Err(refused(TokenError::WrongRecipient(Recipient::Server)));
    }
    let machine: Option<MachineIdentity> = opened.machine.parse().ok();
    let machine = machine.filter(|machine| machine.is_same(system.machine()));
    let machine = machine.ok_or_else(|| refused(TokenError::WrongRecipient(Recipient::Device)))?;
    let (id, issued) = (opened.issued.id.clone(), opened.issued.at);
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let bind = system.change(context, Action::RebindLocal, aggregate, move |change| {
        if applied_token::find(change.tx, &id)?.is_some() {
            return Err(refused(TokenError::Replayed));
        }
        let row = row(change)?;
        applied_token::insert(change.tx, change.permit, &id, change.now)?;
        let after = Bound { machine: machine.to_string(), moved: false };
        local_server::bind(change.tx, change.permit, &after.machine, after.moved)?;
        change.record(row.server, Some(&Bound::of(&row)), Some(&after))?;
        learn(change, &row, None, issued)?;
        changed(change)
    });
    bind.await?;
    system.saw(issued);
    system.load_keys().await?;
    status(system, context).await
}
