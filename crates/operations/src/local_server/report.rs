//! `local-server.report`: what a local server uses was carried here (EXP-6).

use std::sync::Arc;

use chancery_domain::{Action, Actor, ExportSession, ExportSessionId, LocalServer, LocalServerId, ServerReport};
use chancery_store::export_session;
use chancery_token::{ReportedSession, UsageReport};

use super::LocalServerView;
use super::hosted::{with_hosted, write};
use super::reach::reached_customer;
use crate::entitlement::{self, present};
use crate::hosting::{self, SessionView, open_report, take_secret};
use crate::receipt::fact;
use crate::{Change, Context, Error, Remembered, System};

/// What became of a usage report.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The server.
    pub view: LocalServerView,
    /// The sessions of which it told, as they are now.
    pub sessions: Vec<SessionView>,
    /// Whether this report, or a newer one, was taken before: nothing was changed.
    pub already_done: bool,
}

/// Takes a usage report, as it was carried (TOK-6): the tokens that the server applied are acknowledged by it, so that those before
/// them count no more. Of sessions that have ended, or that are not on record, nothing is taken.
///
/// # Errors
/// `NotPermitted` for a contact whose vendor does not let contacts carry reports; `Token`; `NotFound`; the database's.
pub async fn report(system: &System, context: &Context, token: &str) -> Result<Reported, Error> {
    context.permit(Action::ReportLocalServer)?;
    let opened = Arc::new(open_report(system, context, token).await?);
    let (actor, id) = (context.actor().clone(), opened.server);
    let act = move |change: &mut Change<'_, '_>, server: LocalServer| take(change, &actor, server, &opened);
    with_hosted(system, context, Action::ReportLocalServer, id, act).await
}

fn take(
    change: &mut Change<'_, '_>,
    actor: &Actor,
    before: LocalServer,
    report: &UsageReport,
) -> Result<Reported, Error> {
    if reached_customer(change.tx, actor)?.is_some_and(|customer| customer != before.customer) {
        return Err(Error::NotFound);
    }
    change.expect_version(&before)?;
    let already_done = before.reported.as_ref().is_some_and(|last| report.report_seq <= last.seq);
    let mut server = before.clone();
    if !already_done {
        for told in &report.sessions {
            acknowledge(change, &before, told, report)?;
        }
        let reported = ServerReport {
            seq: report.report_seq,
            at: report.issued.at,
            log_rows: report.log.rows,
            log_hash: report.log.hash.clone(),
        };
        server = write(change, &before, LocalServer { reported: Some(reported), ..before.clone() })?;
    }
    let ids: Vec<ExportSessionId> = report.sessions.iter().map(|told| told.session).collect();
    Reported::of(change, server, &ids, already_done)
}

fn acknowledge(
    change: &mut Change<'_, '_>,
    server: &LocalServer,
    told: &ReportedSession,
    report: &UsageReport,
) -> Result<(), Error> {
    let Some(mut session) = found(change, server.id, told.session)? else { return Ok(()) };
    if session.entitlement != told.entitlement || !session.is_open() {
        return Ok(());
    }
    let now = change.now;
    let before = present(change, session.entitlement)?;
    let usage = hosting::usage(&told.usage, report.issued.at).map_err(|error| Error::Token { error, now })?;
    let usage = change.bounded(&before, session.id, usage)?;
    let was = session.clone();
    if session.acknowledge(told.seq, usage, now) {
        let mut after = before.clone();
        take_secret(change, &before, told.usage.licensee_secret.as_ref())?;
        change.write_session(&was, &session, None)?;
        change.rehost(&mut after)?;
        entitlement::write(change, &before, after)?;
    }
    Ok(())
}

/// A session of the server: of another's it has nothing to say.
fn found(
    change: &mut Change<'_, '_>,
    server: LocalServerId,
    id: ExportSessionId,
) -> Result<Option<ExportSession>, Error> {
    let session = export_session::find(change.tx, change.permit.vendor(), id)?;
    Ok(session.filter(|session| session.server == server))
}

impl Reported {
    fn of(
        change: &mut Change<'_, '_>,
        server: LocalServer,
        ids: &[ExportSessionId],
        already_done: bool,
    ) -> Result<Self, Error> {
        let mut sessions = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(session) = found(change, server.id, *id)? else { continue };
            match present(change, session.entitlement) {
                Ok(entitlement) => sessions.push(SessionView::of(change.tx, session, &entitlement, change.now)?),
                // It was purged, and the session is remembered.
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { view: LocalServerView::of(change.tx, server, change.now)?, sessions, already_done })
    }
}

impl Remembered for Reported {
    fn facts(&self) -> String {
        let sessions: Vec<String> = self.sessions.iter().map(|view| view.session.id.to_string()).collect();
        format!("{} {} {}", self.view.server.id, self.already_done, sessions.join(","))
    }

    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, already, sessions] = parts[..] else { return Err(Error::internal("a receipt of another form")) };
        let view = LocalServerView::load(change.tx, change.permit, fact(id)?, change.now)?;
        let ids = sessions.split(',').filter(|id| !id.is_empty()).map(fact).collect::<Result<Vec<_>, _>>()?;
        Self::of(change, view.server, &ids, fact(already)?)
    }
}
