//! Local servers and export sessions between the wire and the domain.

use std::collections::BTreeMap;

use chancery_api_types::management::{
    EntitlementHost, ExportEnding, ExportEntitlement, ExportEntitlementToken, ExportSession, ExportedEntitlement,
    ImportedEntitlement, LocalServer, LocalServerFeatureUsage, LocalServerUsage, ReportedLocalServer,
};
use chancery_api_types::wire::{KeyText, WireQuantity};
use chancery_domain::{Ending, EntitlementId, GiveBack, Key, Quantity, Usage};
use chancery_operations::entitlement::{Exported, Imported, NewExport, NextToken};
use chancery_operations::hosting::SessionView;
use chancery_operations::local_server::{LocalServerView, Reported};

use crate::show::quantity;

pub(super) fn new_export(entitlement: EntitlementId, body: ExportEntitlement) -> NewExport {
    NewExport {
        entitlement,
        server: body.local_server_id.0,
        seats: body.seats.map(Into::into),
        features: amounts(body.features),
        delegation: body.delegation_period.map(Into::into),
        give_back: body.give_back.map_or(GiveBack::AtOnce, |when| when.0),
    }
}

pub(super) fn next_token(entitlement: EntitlementId, body: ExportEntitlementToken) -> NextToken {
    NextToken {
        entitlement,
        server: body.local_server_id.map(|id| id.0),
        seats: body.seats.map(Into::into),
        features: amounts(body.features),
        delegation: body.delegation_period.map(Into::into),
    }
}

fn amounts(features: BTreeMap<KeyText, WireQuantity>) -> BTreeMap<Key, Quantity> {
    features.into_iter().map(|(key, amount)| (key.0, amount.into())).collect()
}

fn shown(features: &BTreeMap<Key, Quantity>) -> BTreeMap<KeyText, WireQuantity> {
    features.iter().map(|(key, amount)| (key.clone().into(), (*amount).into())).collect()
}

pub(super) fn exported(made: Exported) -> ExportedEntitlement {
    ExportedEntitlement { token: made.token, session: session(made.session) }
}

pub(super) fn imported(done: Imported) -> ImportedEntitlement {
    ImportedEntitlement { session: session(done.session), already_done: done.already_done }
}

pub(super) fn reported(done: Reported) -> ReportedLocalServer {
    ReportedLocalServer {
        local_server: local_server(done.view),
        sessions: done.sessions.into_iter().map(session).collect(),
        already_done: done.already_done,
    }
}

fn session(view: SessionView) -> ExportSession {
    let SessionView { session: s, seats_held, out_of_sync } = view;
    let latest = s.latest();
    ExportSession {
        id: s.id.into(),
        entitlement_id: s.entitlement.into(),
        local_server_id: s.server.into(),
        number: s.number,
        whole: s.is_whole(),
        seats: latest.map_or(Quantity::ZERO, |token| token.seats).into(),
        features: latest.map(|token| shown(&token.features)).unwrap_or_default(),
        seats_held: seats_held.into(),
        delegation_period: s.wish.delegation.map(Into::into),
        give_back: s.give_back.into(),
        seq: latest.map_or(0, |token| token.seq),
        acknowledged_seq: s.applied(),
        out_of_sync,
        exported: s.created.into(),
        last_token: latest.map_or(s.created, |token| token.issued).into(),
        delegation_end: latest.and_then(|token| token.until).map(Into::into),
        ended: s.ending.map(|ending| ending.at().into()),
        ending: s.ending.map(ending),
        last_report: s.reported.map(Into::into),
        usage: s.usage.as_ref().map(usage),
        created: s.created.into(),
        updated: s.updated.into(),
    }
}

/// A local server among an entitlement's hosts.
pub(crate) fn host(view: &SessionView) -> EntitlementHost {
    let SessionView { session, seats_held, out_of_sync } = view;
    let latest = session.latest();
    EntitlementHost {
        host: session.server.to_string(),
        seats: latest.filter(|_| session.is_open()).map_or(*seats_held, |token| token.seats).into(),
        seats_used: None,
        session_id: Some(session.id.into()),
        seats_held: Some((*seats_held).into()),
        features: latest.map(|token| shown(&token.features)),
        seq: latest.map(|token| token.seq),
        acknowledged_seq: Some(session.applied()),
        out_of_sync: Some(*out_of_sync),
        exported: Some(session.created.into()),
        last_token: latest.map(|token| token.issued.into()),
        ended: session.ending.map(|ending| ending.at().into()),
    }
}

const fn ending(ending: Ending) -> ExportEnding {
    match ending {
        Ending::Returned(_) => ExportEnding::Returned,
        Ending::Lost { free: false, .. } => ExportEnding::Lost,
        Ending::Lost { free: true, .. } => ExportEnding::Freed,
    }
}

fn usage(usage: &Usage) -> LocalServerUsage {
    let features = usage.features.iter().map(|feature| {
        let told = LocalServerFeatureUsage {
            used: feature.used.into(),
            since: feature.since.into(),
            held: feature.held.into(),
        };
        (feature.key.clone().into(), told)
    });
    LocalServerUsage {
        seats_used: quantity(usage.seats_used),
        running: quantity(usage.running),
        running_until: usage.running_until.map(Into::into),
        features: features.collect(),
        activations: quantity(usage.activations),
        denials: quantity(usage.denials),
    }
}

/// A local server, as its vendor and its customer's contacts see it.
pub(crate) fn local_server(view: LocalServerView) -> LocalServer {
    let LocalServerView { server: s, active, lease_expiry, entitlements, .. } = view;
    let report = s.reported.as_ref();
    LocalServer {
        id: s.id.into(),
        customer_id: s.customer.into(),
        activation_id: s.activation.into(),
        active,
        lease_expiry: lease_expiry.map(Into::into),
        lost: s.lost.is_some(),
        lost_since: s.lost.as_ref().map(|lost| lost.since.into()),
        last_report: report.map(|report| report.at.into()),
        log_rows: report.map(|report| report.log_rows),
        log_hash: report.map(|report| report.log_hash.clone()),
        entitlements: entitlements.into_iter().map(Into::into).collect(),
        machine: s.machine,
        key_thumbprint: s.keys.kid.to_string(),
        lost_reason: s.lost.and_then(|lost| lost.reason).map(Into::into),
        name: s.name.into(),
        created: s.created.into(),
        updated: s.updated.into(),
    }
}
