//! `signing-key.read`, of one.

use chancery_domain::{Action, SigningKeyId};

use super::KeyView;
use crate::{Context, Error, System};

/// One signing key of the caller's vendor.
///
/// # Errors
/// `NotFound`; the database's.
pub async fn find(system: &System, context: &Context, id: SigningKeyId) -> Result<KeyView, Error> {
    let permit = context.permit(Action::ReadSigningKey)?;
    let now = context.now();
    system.store().read(move |tx| KeyView::load(tx, permit.vendor(), id, now)).await
}
