//! `local.report`: what is used of all that is hosted here, signed, for a person to carry to the vendor (EXP-6).

use chancery_domain::{Action, Fact, Facts, Timestamp, fact};
use chancery_store::local_server::{self, LocalServerRow, LogHeadRow};
use chancery_store::{Aggregate, ReadTx, entitlement, hosted_entitlement};
use chancery_token::hash::{base64url, sha256};
use chancery_token::{Entropy, LogHead, ReportedSession, ReportedUsage, UsageReportClaims};

use super::entitlement::measure;
use super::here::{Here, row};
use super::license::Made;
use crate::{Change, Context, Error, System};

/// So many rows of the log are read at a time.
const AT_ONCE: u64 = 1_000;

/// Makes a report of now. It acknowledges the tokens that were applied, and tells what is used.
///
/// # Errors
/// `NotFound` on an authority; `LocalServerNotActive` on another machine; `NoSigningKey` if the trust bundle has no key to seal to; the
/// database's.
pub async fn report(system: &System, context: &Context) -> Result<String, Error> {
    context.permit(Action::ReportLocal)?;
    let (here, read) = (Here::of(system, context).await?, read_on(system).await?);
    let seed = context.entropy("usage report").bytes::<32>();
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let make = system.change(context, Action::ReportLocal, aggregate, move |change| {
        let (mut entropy, vendor) = (Entropy::new(seed), here.vendor_key(change.now)?);
        let row = row(change)?;
        let (server, report_seq) = (row.server, next(&row, change.now));
        // Another report that was made meanwhile has told the log too, as far as it had read it.
        let known = local_server::log_head(change.tx)?;
        let head = if known == read.from { read.to.clone() } else { known };
        local_server::set_reported(change.tx, change.permit, report_seq, &head)?;
        change.record(server, Some(&Reported(row.report_seq)), Some(&Reported(report_seq)))?;
        let claims = UsageReportClaims {
            issued: here.issued(change.now, &mut entropy),
            audience: vendor.kid().to_owned(),
            server,
            says: ReportedUsage {
                report_seq,
                sessions: sessions(change, row.proof)?,
                log: LogHead { rows: head.rows, hash: base64url(&head.hash) },
            },
        };
        Ok(Made(claims.seal(here.keys.issuing()?, &vendor, &mut entropy)?))
    });
    let Made(token) = make.await?;
    Ok(token)
}

/// The number of the next report: at least one more for each second since the server was set up, because a database that was restored
/// has forgotten some reports, and the vendor takes none that is older than one it has (SAFE-3).
fn next(row: &LocalServerRow, now: Timestamp) -> u64 {
    let seconds = now.as_micros().saturating_sub(row.created.as_micros()) / 1_000_000;
    (row.report_seq + 1).max(u64::try_from(seconds).unwrap_or_default() + 1)
}

struct Reported(u64);

impl Facts for Reported {
    fn facts(&self) -> Vec<Fact> {
        vec![fact("reportSeq", self.0)]
    }
}

fn sessions(change: &mut Change<'_, '_>, proof: Timestamp) -> Result<Vec<ReportedSession>, Error> {
    let mut sessions = Vec::new();
    for hosted in hosted_entitlement::all(change.tx)? {
        let found = entitlement::find(change.tx, change.permit.vendor(), hosted.entitlement)?;
        let entitlement = found.ok_or(Error::NotFound)?;
        sessions.push(ReportedSession {
            session: hosted.session,
            entitlement: hosted.entitlement,
            seq: hosted.seq,
            usage: measure(change.tx, &entitlement, &hosted, (change.now, proof))?,
        });
    }
    Ok(sessions)
}

/// How far the log was told, and how far it is read now.
struct Read {
    from: LogHeadRow,
    to: LogHeadRow,
}

/// Goes on with the hash over the activation log, row by row: a later log that does not go through this one is another's. That is done
/// some rows at a time, and before the report's transaction: the log may be long, and nobody waits for it.
async fn read_on(system: &System) -> Result<Read, Error> {
    let store = system.store();
    let look = |tx: &mut ReadTx<'_>| Ok::<_, Error>((local_server::log_head(tx)?, local_server::log_end(tx)?));
    let (from, last) = store.read(look).await?;
    // Of rows that may still come before others, the next report tells.
    let last = if store.settle_journal().await? { last } else { from.seq };
    let mut to = from.clone();
    loop {
        let after = to.seq;
        let next = move |tx: &mut ReadTx<'_>| Ok::<_, Error>(local_server::log_between(tx, after, last, AT_ONCE)?);
        let rows = store.read(next).await?;
        if rows.is_empty() {
            return Ok(Read { from, to });
        }
        for (seq, text) in rows {
            to = LogHeadRow { seq, rows: to.rows + 1, hash: sha256(&[&to.hash, text.as_bytes()]) };
        }
    }
}
