//! `entitlement.export-token`: the latest state of what a local server hosts, to be carried there (EXP-3, EXP-6).

use std::collections::BTreeMap;
use std::sync::Arc;

use chancery_domain::{
    Action, Actor, EntitlementId, ExportSession, Invalid, Key, LocalServerId, Period, Quantity, Refusal, Wish,
    check_split,
};
use chancery_store::export_session;

use super::Exported;
use super::command::{locked_with_catalog, write};
use super::export::{reached, server_of};
use crate::hosting::{Here, Issued, check_first_secret, issue};
use crate::local_server::check_period;
use crate::vendor_keys::VendorKeys;
use crate::{Change, Context, Error, System};

/// What is wanted of the next token. What is not said stays as the session has it.
#[derive(Clone, Debug)]
pub struct NextToken {
    /// Of which entitlement.
    pub entitlement: EntitlementId,
    /// For which local server; it need not be named where only one hosts some of it.
    pub server: Option<LocalServerId>,
    /// How many seats.
    pub seats: Option<Quantity>,
    /// How much of counted features; those that are not named stay as they are.
    pub features: BTreeMap<Key, Quantity>,
    /// How long a delegation lasts.
    pub delegation: Option<Period>,
}

/// Makes the next token of a session, as often as it is asked for: each suffices without those before it. Its delegation begins anew.
/// Also for a server whose own license has ended: it goes on when that is renewed.
///
/// # Errors
/// `NotPermitted` for a contact whose vendor does not let contacts export; `NotFound`; `Invalid` for a server that has no session of it,
/// or where it must be named, and for features that are not split; `Refused` for a server that was lost, for more than is free, and
/// where a delegation has no period; `NoSigningKey`; the database's.
pub async fn export_token(system: &System, context: &Context, input: NextToken) -> Result<Exported, Error> {
    let vendor = context.permit(Action::ExportEntitlementToken)?.vendor();
    let (keys, actor, id) = (system.vendor_keys(vendor).await?, context.actor().clone(), input.entitlement);
    let act = move |change: &mut Change<'_, '_>| next(change, &keys, &actor, &input);
    let issued = locked_with_catalog(system, context, Action::ExportEntitlementToken, id, act).await?;
    Exported::of(context, issued)
}

fn next(
    change: &mut Change<'_, '_>,
    keys: &Arc<VendorKeys>,
    actor: &Actor,
    input: &NextToken,
) -> Result<Issued, Error> {
    let before = reached(change, actor, input.entitlement)?;
    check_period(actor, input.delegation)?;
    let sessions = export_session::of_entitlement(change.tx, before.vendor, before.id)?;
    let session = pick(sessions.into_iter().filter(ExportSession::is_open), input.server)?;
    let (server, _) = server_of(change, &before, session.server)?;
    if server.lost.is_some() {
        return Err(Refusal::ServerLost { server: server.id }.into());
    }
    check_split(&before, &input.features)?;
    check_first_secret(change, &before, server.id)?;
    let here = Here::of(change.tx, &before, change.now)?;
    let (was, mut session) = (session.clone(), session);
    let wish = wished(&session, input);
    if wish != session.wish {
        session.change_wish(wish, &before, here.used, &here.counters, change.now)?;
    }
    let share = session.next_share(&before, here.used, &here.counters, change.now)?;
    let mut after = before.clone();
    let signed = issue(change, keys, &server, &after, &mut session, share)?;
    change.write_session(&was, &session, None)?;
    change.rehost(&mut after)?;
    let after = write(change, &before, after)?;
    Issued::of(change, (session, signed), server, after)
}

fn wished(session: &ExportSession, input: &NextToken) -> Wish {
    let mut wish = session.wish.clone();
    wish.seats = input.seats.or(wish.seats);
    wish.features.extend(input.features.iter().map(|(key, amount)| (key.clone(), *amount)));
    wish.delegation = input.delegation.or(wish.delegation);
    wish
}

/// The session that is meant: that of the server, or the only one.
///
/// # Errors
/// `Invalid` where there is none, or where it must be said.
pub(super) fn pick(
    sessions: impl Iterator<Item = ExportSession>,
    server: Option<LocalServerId>,
) -> Result<ExportSession, Error> {
    let mut meant: Vec<ExportSession> = sessions.filter(|one| server.is_none_or(|id| one.server == id)).collect();
    let wrong = |invalid, detail: &str| Err(Error::invalid("localServerId", invalid, detail));
    match (meant.pop(), meant.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => wrong(Invalid::Required, "several local servers host some of it: say which is meant"),
        (None, _) if server.is_some() => wrong(Invalid::Unknown, "this local server hosts nothing of it"),
        (None, _) => wrong(Invalid::Unknown, "no local server hosts anything of it"),
    }
}
