//! `local.entitlement.import`: what was carried from the vendor is hosted here from now on (EXP-3, EXP-4, EXP-5).

use std::sync::Arc;

use chancery_domain::{
    Action, Applied, Change as Difference, Entitlement, FeatureType, GrantedFeature, ImportFacts, ImportState,
    ImportStep, Key, Leaving, Vendor, check_import,
};
use chancery_store::closed_session::{self, ClosedSessionRow};
use chancery_store::hosted_entitlement::{self, Forgotten, HostedRow};
use chancery_store::{Aggregate, applied_token, entitlement, lease_serial, usage, vendor};
use chancery_token::hash::from_base64url;
use chancery_token::{Export, Recipient, TokenError, carried};

use super::HostedView;
use super::upsert::Around;
use crate::entitlement::{adopt, reset};
use crate::hosting::{Unpacked, unpack};
use crate::local::here::{Here, changed, learn, row};
use crate::receipt::fact;
use crate::{Change, Context, Error, Rehearsal, Remembered, System};

/// What became of an import.
#[derive(Clone, Debug)]
pub struct ImportedEntitlement {
    /// The entitlement, as it is now.
    pub view: HostedView,
    /// Whether it was not here before.
    pub created: bool,
    /// What changed, of which record.
    pub changes: Vec<(String, Difference)>,
    /// Who lost a seat: the first [`Rehearsal::MOST`].
    pub leaving: Vec<Leaving>,
    /// How many did.
    pub leaving_count: u64,
    /// The token's issue date is before that of the one applied last: one of the vendor's clocks erred. It is applied all the same.
    pub issue_date_ran_back: bool,
}

/// Imports an export token, as it was carried (TOK-6), in one transaction: the entitlement is created or updated, surplus seats leave
/// (SEAT-8). A refusal changes nothing.
///
/// # Errors
/// `Token`; `Refused` for a token that was applied, or is overtaken or forked (EXP-4); `LocalServerNotActive` on another machine; the
/// database's.
pub async fn import(system: &System, context: &Context, token: &str) -> Result<ImportedEntitlement, Error> {
    context.permit(Action::ImportHosted)?;
    let here = Here::of(system, context).await?;
    let now = context.now();
    let refused = |error| Error::Token { error, now };
    let text = carried::read(token).map_err(refused)?;
    let export = here.state.trust().open_export(&text, &here.keys.opening(), now).map_err(refused)?;
    // Sealed to this server's key, but is the word for it?
    if export.delegation.server != here.state.server() || export.delegation.kid != here.keys.issuing()?.kid() {
        return Err(refused(TokenError::WrongRecipient(Recipient::Server)));
    }
    let unpacked = unpack(&export, now).map_err(refused)?;
    let aggregates = vec![Aggregate::Vendor(unpacked.order.vendor), Aggregate::Order(unpacked.order.id)];
    let issued = export.claims.issued.at;
    let importing = Arc::new(Importing { export, unpacked });
    let done = system.change(context, Action::ImportHosted, aggregates, move |change| importing.run(change)).await?;
    system.saw(issued);
    system.load_keys().await?;
    if done.issue_date_ran_back {
        tracing::warn!(entitlement = %done.view.view.entitlement.id, "the issue date of a token ran back");
    }
    Ok(done)
}

/// A token that was opened.
struct Importing {
    export: Export,
    unpacked: Unpacked,
}

impl Importing {
    fn run(&self, change: &mut Change<'_, '_>) -> Result<ImportedEntitlement, Error> {
        let (facts, id) = (self.facts(change)?, self.unpacked.entitlement.id);
        let hosted = hosted_entitlement::find(change.tx, id)?;
        let step = check_import(&self.state(change, hosted.as_ref())?, &facts)?;
        change.watch();
        Around { change: &mut *change, follows: step.issue_date_ran_back }.upsert(&self.unpacked)?;
        let before = entitlement::find(change.tx, change.permit.vendor(), id)?;
        let after = match &before {
            Some(before) => self.update(change, before)?,
            None => self.insert(change)?,
        };
        change.record(id, before.as_ref(), Some(&after))?;
        self.keep(change, &step, hosted.as_ref())?;
        let view = HostedView::load(change.tx, change.permit, id, change.now)?;
        let (created, issue_date_ran_back) = (before.is_none(), step.issue_date_ran_back);
        let Rehearsal { changes, leaving, leaving_count } = change.watched();
        Ok(ImportedEntitlement { view, created, changes, leaving, leaving_count, issue_date_ran_back })
    }

    fn facts(&self, change: &Change<'_, '_>) -> Result<ImportFacts, Error> {
        let claims = &self.export.claims;
        let malformed = || Error::Token { error: chancery_token::Fault::Claims.into(), now: change.now };
        let prev = claims
            .prev
            .as_deref()
            .map(|text| from_base64url(text).and_then(|bytes| bytes.try_into().ok()).ok_or_else(malformed));
        Ok(ImportFacts {
            session: claims.session,
            number: claims.number,
            seq: claims.seq,
            prev: prev.transpose()?,
            issued: claims.issued.at,
        })
    }

    /// What is recorded of the tokens before it.
    fn state(&self, change: &mut Change<'_, '_>, hosted: Option<&HostedRow>) -> Result<ImportState, Error> {
        let claims = &self.export.claims;
        let closed = closed_session::of_entitlement(change.tx, self.unpacked.entitlement.id)?;
        Ok(ImportState {
            applied: applied_token::find(change.tx, &claims.issued.id)?,
            current: hosted.map(|row| Applied {
                session: row.session,
                number: row.number,
                seq: row.seq,
                hash: row.hash,
                issued: row.issued,
            }),
            closed: closed.iter().map(|row| row.number).max(),
            session_closed: closed.iter().any(|row| row.session == claims.session),
        })
    }

    fn insert(&self, change: &mut Change<'_, '_>) -> Result<Entitlement, Error> {
        let new = self.unpacked.entitlement.clone();
        entitlement::insert(change.tx, change.permit, &new)?;
        Ok(new)
    }

    /// What was used stays used; who is too many leaves, by force: here nobody can ask first (SEAT-8).
    fn update(&self, change: &mut Change<'_, '_>, before: &Entitlement) -> Result<Entitlement, Error> {
        let mut after = Entitlement { counter: before.counter, ..self.unpacked.entitlement.clone() };
        for key in usage::of_entitlement(change.tx, after.id)?.into_keys() {
            if kind(before, &key) != kind(&after, &key) {
                usage::forget_holdings(change.tx, after.id, &key)?;
                reset(change, &after, &key)?;
            }
        }
        if after.concurrency != before.concurrency {
            adopt(change, after.id, after.concurrency)?;
        }
        change.fit_seats(&mut after, before.seat_limit(), true)?;
        entitlement::update(change.tx, change.permit, &after)?;
        Ok(after)
    }

    /// Remembers the token, and the session that it ends.
    fn keep(&self, change: &mut Change<'_, '_>, step: &ImportStep, before: Option<&HostedRow>) -> Result<(), Error> {
        let (claims, e, now) = (&self.export.claims, &self.unpacked.entitlement, change.now);
        if let Some((session, number)) = step.closes {
            let closed = ClosedSessionRow { session, entitlement: e.id, number, closed: now, token: None };
            closed_session::insert(change.tx, change.permit, &closed)?;
        }
        let (row, same) = (row(change)?, before.filter(|row| row.session == claims.session));
        // The same token may have been imported before: what was leased by it then is forgotten with it (EXP-9).
        let forgotten = row.restored.map(|noticed| Forgotten { noticed, seats: e.seats.get() });
        let hosted = HostedRow {
            entitlement: e.id,
            order: e.order,
            session: claims.session,
            number: claims.number,
            seq: claims.seq,
            hash: self.export.hash,
            issued: claims.issued.at,
            delegation: claims.delegation.clone(),
            since: same.map_or(now, |row| row.since),
            imported: now,
            forgotten,
        };
        hosted_entitlement::put(change.tx, change.permit, &hosted)?;
        applied_token::insert(change.tx, change.permit, &claims.issued.id, now)?;
        lease_serial::begin(change.tx, change.permit, e.id, row.epoch)?;
        let trust = learn(change, &row, claims.revocations.as_deref(), claims.issued.at)?;
        // What this process knew of the vendor's keys when it opened the token may be less than is known here (KEY-5).
        trust.open_delegation(&claims.delegation, now).map_err(|error| Error::Token { error, now })?;
        self.name_vendor(change)?;
        changed(change)
    }

    fn name_vendor(&self, change: &mut Change<'_, '_>) -> Result<(), Error> {
        let before = vendor::find(change.tx, change.permit.vendor())?.ok_or(Error::NotFound)?;
        let after = Vendor { name: self.unpacked.vendor_name.clone(), ..before.clone() };
        vendor::update_name(change.tx, change.permit, &after.name)?;
        change.record(after.id, Some(&before), Some(&after))
    }
}

fn kind(e: &Entitlement, key: &Key) -> Option<FeatureType> {
    let found: Option<&GrantedFeature> = e.features.iter().find(|feature| feature.key == *key);
    found.map(|feature| feature.kind.feature_type())
}

impl Remembered for ImportedEntitlement {
    fn facts(&self) -> String {
        format!("{} {} {}", self.view.view.entitlement.id, self.created, self.issue_date_ran_back)
    }

    /// What changed, and who left, is not told again: it is in the audit.
    fn recall(change: &mut Change<'_, '_>, facts: &str, _: Option<String>) -> Result<Self, Error> {
        let parts: Vec<&str> = facts.split(' ').collect();
        let [id, created, ran_back] = parts[..] else { return Err(Error::internal("a receipt of another form")) };
        let view = HostedView::load(change.tx, change.permit, fact(id)?, change.now)?;
        let (created, issue_date_ran_back) = (fact(created)?, fact(ran_back)?);
        let (changes, leaving, leaving_count) = (Vec::new(), Vec::new(), 0);
        Ok(Self { view, created, changes, leaving, leaving_count, issue_date_ran_back })
    }
}
