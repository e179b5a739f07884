//! `local-server.declare-lost`: a local server will never report or return anything (LLS-4).

use chancery_domain::{Action, DeclaredLost, ExportSession, LocalServer, LocalServerId, Reason};
use chancery_store::activation;

use super::LocalServerView;
use super::hosted::{sessions, with_hosted, write};
use crate::activation::Release;
use crate::entitlement::{self, present};
use crate::{Change, Context, Error, System};

/// Declares a local server lost: what it hosted is held until its delegations end, or free at once, also what is held since it was
/// returned; counted features that it had are taken for spent. The seat of its own license is released in the same way, so that another
/// server may have it. Again changes nothing, unless what is held is freed by it.
///
/// # Errors
/// `NotFound`; `Rehearsed`; the database's.
pub async fn declare_lost(
    system: &System,
    context: &Context,
    id: LocalServerId,
    reason: Reason,
    free: bool,
) -> Result<LocalServerView, Error> {
    let act = move |change: &mut Change<'_, '_>, before: LocalServer| {
        change.expect_version(&before)?;
        let mut server = before.clone();
        if before.lost.is_none() {
            let lost = DeclaredLost { since: change.now, reason: Some(reason.clone()) };
            server = write(change, &before, LocalServer { lost: Some(lost), ..before.clone() })?;
        }
        for session in sessions(change, &before, free)? {
            lose(change, session, &reason, free)?;
        }
        if let Some(license) = activation::find(change.tx, before.vendor, before.activation)? {
            change.release(license, &Release { free, reason: Some(reason.clone()) })?;
        }
        LocalServerView::of(change.tx, server, change.now)
    };
    with_hosted(system, context, Action::DeclareLocalServerLost, id, act).await
}

fn lose(change: &mut Change<'_, '_>, session: ExportSession, reason: &Reason, free: bool) -> Result<(), Error> {
    let before = present(change, session.entitlement)?;
    // Of what ended long ago nothing is held any more: it stays as it ended.
    if !session.is_open() && before.hosting.holds().iter().all(|hold| hold.session != session.id) {
        return Ok(());
    }
    let (was, mut session, mut after) = (session.clone(), session, before.clone());
    let spent = session.lose(&before, free, change.now)?;
    change.count_spent(&before, &spent)?;
    change.write_session(&was, &session, Some(reason))?;
    change.rehost(&mut after)?;
    entitlement::write(change, &before, after)?;
    Ok(())
}
