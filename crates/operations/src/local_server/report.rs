//! `local-server.report`: what a local server uses was carried here (EXP-6).

use std::collections::BTreeMap;
use std::sync::Arc;

use chancery_domain::{
    Action, Actor, ExportSession, ExportSessionId, LocalServer, LocalServerId, Refusal, ServerReport, Timestamp,
};
use chancery_store::export_session;
use chancery_token::{ReportedSession, TokenError, UsageReport};

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
    /// The sessions of which it told and that stand, as they are now.
    pub sessions: Vec<SessionView>,
    /// Whether this report was taken before: nothing was changed.
    pub already_done: bool,
}

/// Takes a usage report, as it was carried (TOK-6): the tokens that the server applied are acknowledged by it, so that those before
/// them count no more. Of sessions that have ended, or that are not on record, nothing is taken.
///
/// # Errors
/// `NotPermitted` for a contact whose vendor does not let contacts carry reports; `Token`; `Refused` with `ReportSuperseded` for one that
/// is older than what is known; `NotFound`; the database's.
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
    let reported = reported(report).map_err(|error| Error::Token { error, now: change.now })?;
    let already_done = before.reported.as_ref().is_some_and(|last| *last == reported);
    if let Some(last) = before.reported.as_ref().filter(|last| !already_done && reported.seq <= last.seq) {
        return Err(Refusal::ReportSuperseded { seq: reported.seq, taken: last.seq, at: last.at }.into());
    }
    // A log that has become shorter is that of a database that was set back (EXP-9).
    let cut = before.reported.as_ref().is_some_and(|last| reported.log_rows < last.log_rows);
    // What is on record is looked up in what is told: a report that tells of a thousand sessions, or of one a thousand times, costs no more.
    let told: BTreeMap<ExportSessionId, &ReportedSession> =
        report.says.sessions.iter().map(|told| (told.session, told)).collect();
    let open = export_session::of_server(change.tx, before.vendor, before.id)?;
    let mut server = before.clone();
    if !already_done {
        for session in &open {
            if let Some(told) = told.get(&session.id) {
                acknowledge(change, session, told, (report.issued.at, cut))?;
            }
        }
        server = write(change, &before, LocalServer { reported: Some(reported), ..before.clone() })?;
    }
    let ids: Vec<ExportSessionId> = open.iter().map(|one| one.id).filter(|id| told.contains_key(id)).collect();
    Reported::of(change, server, &ids, already_done)
}

fn reported(report: &UsageReport) -> Result<ServerReport, TokenError> {
    Ok(ServerReport {
        seq: hosting::number(report.says.report_seq)?,
        at: report.issued.at,
        log_rows: hosting::number(report.says.log.rows)?,
        log_hash: report.says.log.hash.clone(),
    })
}

/// Takes what the server said at an instant of a session, with a log that was cut short or not.
fn acknowledge(
    change: &mut Change<'_, '_>,
    was: &ExportSession,
    told: &ReportedSession,
    (at, cut): (Timestamp, bool),
) -> Result<(), Error> {
    if was.entitlement != told.entitlement {
        return Ok(());
    }
    let (now, mut session) = (change.now, was.clone());
    let before = present(change, session.entitlement)?;
    let usage = hosting::usage(told, at).map_err(|error| Error::Token { error, now })?;
    let went_back = usage.seq < session.acknowledged;
    let older = if went_back {
        // It may apply again what it has forgotten.
        export_session::tokens_of(change.tx, session.id, usage.seq..session.acknowledged, now)?
    } else {
        Vec::new()
    };
    let usage = session.believe(&before, usage, (&older, cut), now);
    let usage = change.bounded(&before, session.id, usage)?;
    if went_back {
        session.went_back(usage, now);
    } else {
        session.acknowledge(usage, now);
    }
    let mut after = before.clone();
    take_secret(change, &before, told.usage.licensee_secret.as_ref())?;
    change.write_session(was, &session, None)?;
    change.rehost(&mut after)?;
    entitlement::write(change, &before, after)?;
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
