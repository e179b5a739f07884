//! `entitlement.import`: what a local server hosted comes back, with its word (EXP-7) or without (LLS-4).

use chancery_domain::{
    Action, Actor, Ending, Entitlement, EntitlementId, ExportSession, LocalServerId, Reason, Refusal, Usage,
};
use chancery_store::export_session;
use chancery_token::{ExportReturn, Recipient, TokenError};

use super::EntitlementView;
use super::command::{find, locked, write};
use super::export_token::pick;
use crate::hosting::{self, SessionView, open_return, take_secret};
use crate::local_server::check_reach;
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// What became of a session that was ended.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The entitlement.
    pub entitlement: EntitlementView,
    /// The session, with the usage that was told.
    pub session: SessionView,
    /// Whether it had ended already: the token was applied before.
    pub already_done: bool,
}

/// What is ended without a token.
#[derive(Clone, Debug)]
pub struct WithoutToken {
    /// At which local server; it need not be named where only one hosts some of it.
    pub server: Option<LocalServerId>,
    /// Why.
    pub reason: Reason,
    /// Whether the share is free at once, although the server may go on until its delegations end.
    pub free: bool,
}

/// Ends a session by the confirmation token of its server, as it was carried (TOK-6). Applying it twice changes nothing, and says so.
///
/// # Errors
/// `NotPermitted` for a contact whose vendor does not let contacts export; `Token`, also for a token of another entitlement, or by a
/// key that is no server's; `Refused` with `ExportSessionUnknown`; `NotFound`; the database's.
pub async fn import_return(
    system: &System,
    context: &Context,
    id: EntitlementId,
    token: &str,
) -> Result<Imported, Error> {
    context.permit(Action::ImportEntitlement)?;
    let opened = open_return(system, context, token).await?;
    let actor = context.actor().clone();
    let act = move |change: &mut Change<'_, '_>| give_back(change, &actor, id, &opened);
    locked(system, context, Action::ImportEntitlement, id, act).await
}

fn give_back(
    change: &mut Change<'_, '_>,
    actor: &Actor,
    id: EntitlementId,
    token: &ExportReturn,
) -> Result<Imported, Error> {
    let before = find(change, id)?;
    check_reach(change.tx, actor, before.order)?;
    change.expect_version(&before)?;
    let now = change.now;
    let refused = |error| Error::Token { error, now };
    if token.says.entitlement != id {
        return Err(refused(TokenError::WrongRecipient(Recipient::Entitlement)));
    }
    let usage = hosting::usage(&token.says, token.issued.at).map_err(refused)?;
    let mut session = session_of(change, token, &usage)?;
    if session.server != token.server {
        return Err(refused(TokenError::WrongRecipient(Recipient::Server)));
    }
    let mut after = before.clone();
    let already_done = matches!(session.ending, Some(Ending::Returned(_)));
    if !already_done {
        let was = session.clone();
        // It applies no token of the session again.
        let usage = session.believe(&before, usage, (&[], false), now);
        let usage = change.bounded(&before, session.id, usage)?;
        let spent = session.return_(usage, now)?;
        change.count_spent(&before, &spent)?;
        take_secret(change, &before, token.says.usage.licensee_secret.as_ref())?;
        change.write_session(&was, &session, None)?;
        change.rehost(&mut after)?;
        after = write(change, &before, after)?;
    }
    let view = EntitlementView::of(change.tx, after, now)?;
    Imported::of(change, session, view, already_done)
}

/// The session that is given back.
fn session_of(change: &mut Change<'_, '_>, token: &ExportReturn, usage: &Usage) -> Result<ExportSession, Error> {
    let id = token.says.session;
    let unknown = Refusal::ExportSessionUnknown { session: id, running: usage.running, until: usage.running_until };
    let session = export_session::find(change.tx, change.permit.vendor(), id)?.ok_or(unknown)?;
    Some(session).filter(|session| session.entitlement == token.says.entitlement).ok_or(Error::NotFound)
}

/// Ends a session without its server's word: what the server has is held until its delegations end, or free at once, and counted
/// features that it had are taken for spent (LLS-4). What is held already, also after a return, can so be freed too.
///
/// # Errors
/// `NotFound`; `Invalid` for a server that hosts nothing of it, or where it must be named; the database's.
pub async fn import_without_token(
    system: &System,
    context: &Context,
    id: EntitlementId,
    input: WithoutToken,
) -> Result<Imported, Error> {
    locked(system, context, Action::ReleaseExport, id, move |change| {
        let before = find(change, id)?;
        change.expect_version(&before)?;
        let sessions = export_session::of_entitlement(change.tx, before.vendor, id)?;
        let session = pick(endable(sessions, &before, &input).into_iter(), input.server)?;
        let (was, mut session, mut after) = (session.clone(), session, before.clone());
        let spent = session.lose(&before, input.free, change.now)?;
        change.count_spent(&before, &spent)?;
        change.write_session(&was, &session, Some(&input.reason))?;
        change.rehost(&mut after)?;
        let after = write(change, &before, after)?;
        let view = EntitlementView::of(change.tx, after, change.now)?;
        Imported::of(change, session, view, false)
    })
    .await
}

/// The sessions that may be meant: those that stand. Where none does, and what is held shall be free, the last of each server by which
/// something is held.
fn endable(mut sessions: Vec<ExportSession>, before: &Entitlement, input: &WithoutToken) -> Vec<ExportSession> {
    let stands = |one: &ExportSession| one.is_open() && input.server.is_none_or(|id| one.server == id);
    if sessions.iter().any(stands) || !input.free {
        sessions.retain(ExportSession::is_open);
        return sessions;
    }
    let is_held = |one: &ExportSession| before.hosting.holds().iter().any(|hold| hold.session == one.id);
    sessions.retain(is_held);
    let last =
        |one: &ExportSession| sessions.iter().all(|other| other.server != one.server || other.number <= one.number);
    sessions.iter().filter(|one| last(one)).cloned().collect()
}

impl Imported {
    fn of(
        change: &mut Change<'_, '_>,
        session: ExportSession,
        entitlement: EntitlementView,
        already_done: bool,
    ) -> Result<Self, Error> {
        let session = SessionView::of(change.tx, session, &entitlement.entitlement, change.now)?;
        Ok(Self { entitlement, session, already_done })
    }
}

impl Remembered for Imported {
    fn facts(&self) -> String {
        format!("{} {}", self.session.session.id, self.already_done)
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let (id, already) = facts.split_once(' ').ok_or_else(|| Error::internal("a receipt of another form"))?;
        let session = export_session::find(change.tx, change.permit.vendor(), fact(id)?)?.ok_or(Error::NotFound)?;
        let view = EntitlementView::load(change.tx, change.permit, session.entitlement, change.now)?;
        Self::of(change, session, view, fact(already)?)
    }
}
