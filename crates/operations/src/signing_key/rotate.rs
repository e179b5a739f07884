//! `signing-key.rotate`: a new key takes over at once; what the old one signed stays good (KEY-5).

use std::sync::Arc;

use chancery_domain::{Action, KeyPurpose, check_not_root};
use chancery_store::Aggregate;
use chancery_token::LocalKey;

use super::{Authority, Halves, KeyView};
use crate::{Change, Context, Error, System};

/// Makes a new key for a purpose, which takes over from the one that there is. A receiving key that was followed by another
/// still opens what was sealed to it.
///
/// # Errors
/// `KeyIsRoot`, `RootKeyRemoved`; the database's.
pub async fn rotate(system: &System, context: &Context, purpose: KeyPurpose) -> Result<KeyView, Error> {
    context.permit(Action::RotateSigningKey)?;
    check_not_root(purpose)?;
    let made = made_beforehand(purpose).await?;
    let workshop = system.workshop();
    let aggregate = Aggregate::Vendor(context.actor().vendor());
    let act = move |change: &mut Change<'_, '_>| {
        let authority = Authority::of(change, &workshop)?;
        let key = take_over(change, &authority, purpose, made.as_deref())?;
        authority.publish(change)?;
        Ok(key)
    };
    let key = system.change(context, Action::RotateSigningKey, aggregate, act).await?;
    system.load_keys().await?;
    Ok(key)
}

/// An RSA key is searched for before the transaction: that may take seconds, and cannot be repeated.
pub(super) async fn made_beforehand(purpose: KeyPurpose) -> Result<Option<Arc<Halves>>, Error> {
    if purpose != KeyPurpose::LicenseKey {
        return Ok(None);
    }
    let made = tokio::task::spawn_blocking(LocalKey::generate_rsa_from_system_randomness).await;
    let key = made.map_err(Error::internal)?.map_err(Error::internal)?;
    Ok(Some(Arc::new(Halves::of(&key)?)))
}

/// Lets a new key take over: the one made beforehand, or one made now.
pub(super) fn take_over(
    change: &mut Change<'_, '_>,
    authority: &Authority<'_>,
    purpose: KeyPurpose,
    made: Option<&Halves>,
) -> Result<KeyView, Error> {
    let fresh = match made {
        Some(_) => None,
        None => Some(Halves::fresh(change, purpose)?),
    };
    let key = made.or(fresh.as_ref()).ok_or_else(|| Error::internal("no key was made"))?;
    let record = authority.install(change, key, purpose)?;
    KeyView::of(change.tx, record, change.now)
}
