//! `signing-key.revoke`: nothing that the key signed counts any more (KEY-5).

use chancery_domain::{Action, KeyRecord, SigningKeyId};
use chancery_store::{Aggregate, signing_key};

use super::rotate::{made_beforehand, take_over};
use super::{Authority, Halves, KeyView, Workshop};
use crate::{Change, Context, Error, System};

/// Takes a key back. If it is in use, another takes over in the same transaction. A key that was revoked stays so.
///
/// # Errors
/// `NotFound`, `KeyIsRoot`, `RootKeyRemoved`; the database's.
pub async fn revoke(system: &System, context: &Context, id: SigningKeyId) -> Result<KeyView, Error> {
    context.permit(Action::RevokeSigningKey)?;
    let present = key_of(system, context, id).await?;
    let made = if present.is_active() { made_beforehand(present.purpose).await? } else { None };
    let workshop = system.workshop();
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let act = move |change: &mut Change<'_, '_>| take_back(change, &workshop, id, made.as_deref());
    let key = system.change(context, Action::RevokeSigningKey, aggregate, act).await?;
    system.load_keys().await?;
    Ok(key)
}

async fn key_of(system: &System, context: &Context, id: SigningKeyId) -> Result<KeyRecord, Error> {
    let vendor = context.actor().vendor();
    let found = system.store().read(move |tx| Ok::<_, Error>(signing_key::find(tx, vendor, id)?)).await?;
    found.map(|row| row.record).ok_or(Error::NotFound)
}

fn take_back(
    change: &mut Change<'_, '_>,
    workshop: &Workshop,
    id: SigningKeyId,
    made: Option<&Halves>,
) -> Result<KeyView, Error> {
    let vendor = change.permit.vendor();
    let before = signing_key::find(change.tx, vendor, id)?.ok_or(Error::NotFound)?.record;
    change.expect_version(&before)?;
    let revoked = before.revoke(change.now)?;
    if before.revoked.is_some() {
        return KeyView::of(change.tx, before, change.now);
    }
    let authority = Authority::of(change, workshop)?;
    signing_key::update(change.tx, change.permit, &revoked, None)?;
    change.record(id, Some(&before), Some(&revoked))?;
    if before.is_active() {
        take_over(change, &authority, before.purpose, made)?;
    }
    authority.list(change)?;
    authority.publish(change)?;
    KeyView::of(change.tx, revoked, change.now)
}
