//! `entitlement.export`: an entitlement, or a share of it, goes to a local server (EXP-1, EXP-2).

use std::collections::BTreeMap;
use std::sync::Arc;

use chancery_domain::{
    Action, Actor, Entitlement, EntitlementId, Exporting, GiveBack, Invalid, Key, LocalServer, LocalServerId,
    NewSession, Period, ProductId, Quantity, ServerState, Wish, check_not_deleted, check_split,
};
use chancery_store::{export_session, local_servers};

use super::EntitlementView;
use super::command::{locked_with_catalog, write};
use crate::hosting::{Here, Issued, SessionRecord, SessionView, check_first_secret, issue, seal};
use crate::local_server::{LocalServerView, check_period, check_reach};
use crate::vendor_keys::VendorKeys;
use crate::{Change, Context, Error, System};

/// What goes where.
#[derive(Clone, Debug)]
pub struct NewExport {
    /// Of which entitlement.
    pub entitlement: EntitlementId,
    /// To which local server: an active one of the entitlement's customer.
    pub server: LocalServerId,
    /// How many seats; nothing: all of an entitlement whose seats nobody uses.
    pub seats: Option<Quantity>,
    /// How much of counted features; of the others all go with all seats, and none with a share.
    pub features: BTreeMap<Key, Quantity>,
    /// How long a delegation lasts; nothing: the entitlement's offline lease period.
    pub delegation: Option<Period>,
    /// When the share is the authority's again, once it was returned.
    pub give_back: GiveBack,
}

/// A token to be carried to a local server.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The token, sealed to the server.
    pub token: String,
    /// Its session.
    pub session: SessionView,
    /// The entitlement.
    pub entitlement: EntitlementView,
}

/// Begins an export session, and makes its first token. An entitlement that its first seat starts is started by it (ENT-3).
///
/// # Errors
/// `NotPermitted` for a contact whose vendor does not let contacts export; `NotFound`; `Invalid` for a server that the customer does
/// not have, for features that are not split, for a license of local servers, and for a contact who says how long a delegation lasts;
/// `Refused` for a server that is not active or was lost, an entitlement that cannot be used, more than is free, more than a token holds,
/// and a first licensee secret that two servers could be told; `NoSigningKey`; the database's.
pub async fn export(system: &System, context: &Context, input: NewExport) -> Result<Exported, Error> {
    let vendor = context.permit(Action::ExportEntitlement)?.vendor();
    let (keys, actor, id) = (system.vendor_keys(vendor).await?, context.actor().clone(), input.entitlement);
    let act = move |change: &mut Change<'_, '_>| begin(change, &keys, &actor, &input);
    let issued = locked_with_catalog(system, context, Action::ExportEntitlement, id, act).await?;
    Exported::of(context, issued)
}

impl Exported {
    pub(super) fn of(context: &Context, issued: Issued) -> Result<Self, Error> {
        let token = seal(context, &issued)?;
        Ok(Self { token, session: issued.session, entitlement: issued.view })
    }
}

fn begin(
    change: &mut Change<'_, '_>,
    keys: &Arc<VendorKeys>,
    actor: &Actor,
    input: &NewExport,
) -> Result<Issued, Error> {
    let before = reached(change, actor, input.entitlement)?;
    check_period(actor, input.delegation)?;
    if before.product == ProductId::of_local_server(before.vendor) {
        let detail = "this licenses local servers themselves, which only the vendor does";
        return Err(Error::invalid("localServerId", Invalid::NotAllowed, detail));
    }
    let (server, state) = server_of(change, &before, input.server)?;
    let mut after = before.clone();
    after.start_by_activation(change.now);
    let wish = Wish { seats: input.seats, features: input.features.clone(), delegation: input.delegation };
    check_split(&after, &wish.features)?;
    let sessions = export_session::of_entitlement(change.tx, after.vendor, after.id)?;
    let here = Here::of(change.tx, &after, change.now)?;
    let new = NewSession { id: change.id(), server: server.id, wish, give_back: input.give_back };
    let exporting = Exporting {
        entitlement: &after,
        sessions: &sessions,
        server: state,
        used: here.used,
        counters: &here.counters,
    };
    let (mut session, share) = exporting.open(new, change.now)?;
    check_first_secret(change, &after, server.id)?;
    export_session::insert(change.tx, change.permit, &session)?;
    let signed = issue(change, keys, &server, &after, &mut session, share)?;
    change.rehost(&mut after)?;
    let after = write(change, &before, after)?;
    change.record(session.id, None, Some(&SessionRecord(&session, None)))?;
    Issued::of(change, (session, signed), server, after)
}

/// An entitlement that the caller reaches and that is not deleted, of the version that it expects.
pub(super) fn reached(change: &mut Change<'_, '_>, actor: &Actor, id: EntitlementId) -> Result<Entitlement, Error> {
    let found = super::command::find(change, id)?;
    check_reach(change.tx, actor, found.order)?;
    change.expect_version(&found)?;
    check_not_deleted(found.deleted())?;
    Ok(found)
}

/// A local server of the entitlement's customer, locked, and what is known of it.
pub(super) fn server_of(
    change: &mut Change<'_, '_>,
    entitlement: &Entitlement,
    id: LocalServerId,
) -> Result<(LocalServer, ServerState), Error> {
    local_servers::lock(change.tx, change.permit, id)?;
    let found = local_servers::find(change.tx, change.permit.vendor(), id)?;
    let of_customer = found.filter(|server| server.customer == entitlement.customer);
    let unknown = || Error::invalid("localServerId", Invalid::Unknown, "the customer has no such local server");
    let view = LocalServerView::of(change.tx, of_customer.ok_or_else(unknown)?, change.now)?;
    let state = match (&view.server.lost, view.active) {
        (Some(_), _) => ServerState::Lost,
        (None, true) => ServerState::Active,
        (None, false) => ServerState::NotActive,
    };
    Ok((view.server, state))
}
